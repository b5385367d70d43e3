"""Publicity in both works of supervision: kept as it was, found by its number, its task and its clocks, traced once."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest

from chassis.migrations import migrate
from contracts.event import Subject
from contracts.publicity import ResultCorrected, ResultPublicised, ResultWithdrawn
from contracts.redress import ObjectionDecided
from contracts.watch import CardIssued
from kernel.deadline import Deadline, DeadlineState, Limit
from kernel.publicity import PublicityCause
from kernel.refusal import Refusal
from kernel.sweep import RecomputeDeadline, TakeStep
from supervision import handlers
from supervision.domain.claim import ClaimTask
from supervision.domain.publicity.commands import (
    CorrectPublication,
    PublicisePublication,
    PublicityCommand,
    QuestionPublication,
    WithdrawPublication,
)
from supervision.domain.publicity.publication import Publication
from supervision.domain.publicity.words import PublicationState, PublicityMode
from supervision.domain.verbs import InspectTask, RectifyTask, VerifyTask
from tests.contract.test_supervision_store import (
    MIGRATIONS,
    FakeStore,
    SqlStore,
    Store,
    all_of,
    one,
    publish,
    seen,
)
from tests.fakes.publicity import early
from tests.fakes.supervised import (
    NOON,
    TODAY,
    a_link,
    a_report,
    a_version,
    an_inspection,
    decided,
    department_told,
    inspectors,
    person_told,
)

WHY: dict[str, Any] = {"cause": PublicityCause.CHANGED, "reason": "复议变更"}


@pytest.fixture
async def sql_store(database_url: str) -> AsyncIterator[SqlStore]:
    await migrate(database_url, MIGRATIONS)
    pool = await asyncpg.create_pool(database_url, min_size=1, max_size=4)
    made = SqlStore(pool)
    made.publicity = early()
    yield made
    await pool.close()


@pytest.fixture(params=["fake", pytest.param("sql", marks=pytest.mark.servers)])
def empty_store(request: pytest.FixtureRequest) -> Store:
    if request.param == "sql":
        chosen: Store = request.getfixturevalue("sql_store")
        return chosen
    fake = FakeStore()
    fake.database.publicity.rules = early()
    return fake


@pytest.fixture
async def store(empty_store: Store) -> Store:
    await all_of(empty_store, handlers.register_inspector, inspectors())
    await publish(empty_store, a_version(a_link(liaison="clerk")))
    told = [department_told(), *(person_told(code) for code in ("clerk", "head"))]
    await all_of(empty_store, handlers.on_directory_changed, told)
    await all_of(empty_store, handlers.on_case_decided, [decided(f"C{n}", f"O{n}") for n in (1, 2, 3)])
    return empty_store


async def owed(store: Store, count: int = 1) -> list[str]:
    """The numbers of so many results that are owed to the public."""
    checks = [an_inspection(f"I{n}", f"O{n}", failed=("1",)) for n in range(1, count + 1)]
    receipts = await all_of(store, handlers.conclude_inspection, checks)
    return [await number_of(store, receipt.task_id) for receipt in receipts]


async def number_of(store: Store, task_id: str) -> str:
    """Seen as a verb that may overtake it sees it."""
    asked = VerifyTask(task_id=task_id, by="orange-1", officers=("orange-1", "orange-2"), passed=True)
    found: Publication = await seen(store, asked, lambda work: work.publications.of_task(task_id))
    return found.publication_no


async def kept(store: Store, number: str) -> Publication:
    asked = PublicityCommand(publication_no=number, by="clerk")
    found: Publication = await seen(store, asked, lambda work: work.publications.get(number))
    return found


async def clocks(store: Store, number: str) -> list[Deadline]:
    asked = PublicityCommand(publication_no=number, by="clerk")
    found: list[Deadline] = await seen(store, asked, lambda work: list(work.deadlines.of(number)))
    return found


async def test_a_publication_comes_back_as_it_went_and_again_with_all_that_was_done(store: Store) -> None:
    (number,) = await owed(store)
    pending = await kept(store, number)
    assert (pending.state, pending.inspectors, pending.formed_on) == (
        PublicationState.PENDING,
        ("orange-1", "orange-2"),
        TODAY,
    )
    assert (pending.holder.name, pending.content.object_name, pending.edition) == ("某餐馆", "某店", "2026-1")
    shown, _ = await one(store, handlers.publicise_result, PublicisePublication(publication_no=number, by="clerk"))
    assert await kept(store, number) == shown
    doubted, _ = await one(
        store, handlers.question_publication, QuestionPublication(publication_no=number, by="court", **WHY)
    )
    assert await kept(store, number) == doubted
    assert doubted.doubt is not None
    correction = CorrectPublication(publication_no=number, by="head", result_class="NO_PROBLEM", **WHY)
    corrected, _ = await one(store, handlers.correct_publication, correction)
    assert await kept(store, number) == corrected
    withdrawn, _ = await one(
        store, handlers.withdraw_publication, WithdrawPublication(publication_no=number, by="clerk", **WHY)
    )
    assert await kept(store, number) == withdrawn
    assert (withdrawn.version, withdrawn.doubt, withdrawn.content.result_class) == (4, None, "NO_PROBLEM")
    kinds = (ResultPublicised, ResultCorrected, ResultWithdrawn)
    said = [event for event in await store.said() if isinstance(event, kinds)]
    assert [type(event) for event in said] == list(kinds)


async def test_its_clock_names_it_as_owner_and_is_met_with_it(store: Store) -> None:
    (number,) = await owed(store)
    (clock,) = await clocks(store, number)
    assert (clock.kind, clock.owner, clock.state) == ("PUBLICISE", number, DeadlineState.RUNNING)
    await one(store, handlers.publicise_result, PublicisePublication(publication_no=number, by="clerk"))
    assert [each.state for each in await clocks(store, number)] == [DeadlineState.MET]


async def test_what_is_publicised_at_once_has_its_clock_met_in_the_same_transaction(store: Store) -> None:
    at_once = early(mode=PublicityMode.AUTO)
    if isinstance(store, FakeStore):
        store.database.publicity.rules = at_once
    if isinstance(store, SqlStore):
        store.publicity = at_once
    numbers = await owed(store, 2)
    shown = [await kept(store, number) for number in numbers]
    assert [(each.state, each.shown_by, each.version) for each in shown] == [
        (PublicationState.PUBLICISED, "system", 1),
    ] * 2
    assert [clock.state for number in numbers for clock in await clocks(store, number)] == [DeadlineState.MET] * 2


async def test_a_step_that_is_due_is_taken_about_the_task_behind_it(store: Store) -> None:
    late = TODAY - timedelta(days=60)
    receipt = await one(store, handlers.conclude_inspection, an_inspection(inspected_on=late))
    (clock,) = await clocks(store, await number_of(store, receipt.task_id))
    for _ in range(4):
        await one(store, handlers.take_step, TakeStep(clock.deadline_id))
    cards = [event for event in await store.said() if isinstance(event, CardIssued)]
    assert cards[0].task_id == receipt.task_id
    assert cards[0].kind == "PUBLICISE"
    await one(store, handlers.recompute_deadline, RecomputeDeadline(clock.deadline_id))


async def test_many_are_publicised_in_one_batch_each_by_its_own_answer(store: Store) -> None:
    numbers = await owed(store, 3)
    commands = [PublicisePublication(publication_no=number, by="clerk") for number in numbers]
    answers = await all_of(store, handlers.publicise_result, commands)
    assert [again for _, again in answers] == [False] * 3
    assert [(await kept(store, number)).state for number in numbers] == [PublicationState.PUBLICISED] * 3


async def test_an_objection_at_credit_finds_the_publication_by_its_inspection(store: Store) -> None:
    (number,) = await owed(store)
    await one(store, handlers.publicise_result, PublicisePublication(publication_no=number, by="clerk"))
    said: dict[str, Any] = {
        "source_system": "chicago",
        "region": "640202",
        "record_id": "R1",
        "objection_id": "J1",
        "by": "credit-1",
    }
    subject = Subject(id_type="099", id_no="S1", kind="ORGANISATION")
    events = [
        ObjectionDecided(**said, subject=subject, at=NOON, inspection_no=of, upheld=True, reason="成立")
        for of in ("I1", "I9", "")
    ]
    await all_of(store, handlers.on_objection_decided, events)
    doubt = (await kept(store, number)).doubt
    assert doubt is not None
    assert (doubt.cause, doubt.by) == (PublicityCause.CHANGED, "system")
    assert [clock.kind for clock in await clocks(store, number)] == ["PUBLICISE", "PUT_RIGHT"]


async def test_after_a_merger_the_department_that_goes_on_decides_what_is_shown(store: Store) -> None:
    (number,) = await owed(store)
    for told in (
        department_told("NEXT"),
        department_told("LAST"),
        person_told("heir", department="LAST"),
        department_told(version=2, merged_into="NEXT"),
        department_told("NEXT", version=2, merged_into="LAST"),
    ):
        await one(store, handlers.on_directory_changed, told)
    with pytest.raises(Refusal, match="person-elsewhere"):
        await one(store, handlers.publicise_result, PublicisePublication(publication_no=number, by="clerk"))
    await one(store, handlers.publicise_result, PublicisePublication(publication_no=number, by="heir"))
    assert (await kept(store, number)).department == "DEMO-FOOD"


async def test_a_number_nobody_gave_out_is_not_found(store: Store) -> None:
    nobody = "00000000-0000-0000-0000-0000000000ff"
    with pytest.raises(Refusal, match="not-found"):
        await one(store, handlers.publicise_result, PublicisePublication(publication_no=nobody, by="clerk"))


async def test_a_verb_that_overtakes_a_shown_result_finds_it_by_its_task(store: Store) -> None:
    task_id = (await all_of(store, handlers.conclude_inspection, [an_inspection("I0", "O9", lines=())]))[0].task_id
    verify = VerifyTask(task_id=task_id, by="orange-1", officers=("orange-1", "orange-2"), passed=True)
    assert await seen(store, verify, lambda work: work.publications.of_task(task_id)) is None


async def test_a_rectification_after_publicity_is_told_without_a_change_of_what_is_shown(store: Store) -> None:
    check = an_inspection("I1", "O1")
    open_tasks = await seen(store, check, lambda work: list(work.tasks.open_on("chicago", "O1")))
    task_id = open_tasks[0].task_id
    await one(store, handlers.claim_task, ClaimTask(task_id=task_id, inspector="orange-1"))
    await one(store, handlers.inspect_task, InspectTask(task_id=task_id, report=a_report(failed=("1",))))
    number = await number_of(store, task_id)
    shown, _ = await one(store, handlers.publicise_result, PublicisePublication(publication_no=number, by="clerk"))
    demand = RectifyTask(task_id=task_id, by="orange-1", demand="改正", limit=Limit.parse("10d"))
    await one(store, handlers.order_rectification, demand)
    verified = VerifyTask(task_id=task_id, by="orange-1", officers=("orange-1", "orange-2"), passed=True)
    await one(store, handlers.verify_rectification, verified)
    assert await kept(store, number) == shown


@pytest.mark.servers
async def test_the_trace_of_a_publication_is_never_changed(sql_store: SqlStore) -> None:
    await all_of(sql_store, handlers.register_inspector, inspectors())
    await publish(sql_store, a_version())
    await one(sql_store, handlers.on_directory_changed, person_told("clerk"))
    await one(sql_store, handlers.on_case_decided, decided())
    (number,) = await owed(sql_store)
    await one(sql_store, handlers.publicise_result, PublicisePublication(publication_no=number, by="clerk"))
    for statement in ("UPDATE publication_change SET reason = ''", "DELETE FROM publication_change"):
        with pytest.raises(asyncpg.PostgresError):
            await sql_store.pool.execute(statement)
    (row,) = await sql_store.pool.fetch("SELECT act, by, result_class FROM publication_change")
    assert tuple(row) == ("PUBLICISED", "clerk", "PENDING_MEASURES")


async def test_before_the_first_edition_nothing_is_written(store: Store) -> None:
    check = an_inspection(inspected_on=date(1999, 12, 31))
    receipt = await one(store, handlers.conclude_inspection, check)
    verify = VerifyTask(task_id=receipt.task_id, by="orange-1", officers=("orange-1", "orange-2"), passed=True)
    assert await seen(store, verify, lambda work: work.publications.of_task(receipt.task_id)) is None
