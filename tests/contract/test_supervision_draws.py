"""Draws in both works of supervision: announced with the pool they were gathered from, run once, assigned one by one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from contracts.draws import DrawAnnounced, DrawCancelled, DrawConcluded
from contracts.supervision import TaskCreated
from kernel.decision import DecisionKind
from kernel.inspection import TaskState
from kernel.refusal import Refusal
from kernel.risk import RiskClass
from supervision import handlers
from supervision.domain.draws.assignment import AssignDrawn, Assignment, DrawnOutcome
from supervision.domain.draws.ceremony import Draw, DrawState
from supervision.domain.draws.commands import CancelDraw, PrepareDraw, PublicValue, RunDraw
from supervision.domain.draws.pool import Pool
from supervision.domain.inspection import ConcludeTask
from supervision.domain.inspector import ChangeService, Inspector
from supervision.domain.plans.commands import DraftPlan, FilePlan, SubmitPlan
from supervision.domain.task import Task
from supervision.domain.verbs import DisputeTask, PlanTask, ReturnTask
from supervision.domain.words import Purpose
from supervision.ports import StoredWork
from tests.contract.test_supervision_store import (
    Store,
    all_of,
    empty_store,
    one,
    publish,
    seen,
    sql_store,
)
from tests.fakes.officers import declaring
from tests.fakes.plans import FOOD, a_matter, a_plan, an_entry
from tests.fakes.supervised import NOON, a_link, a_report, a_version, an_inspection, decided

__all__ = ["empty_store", "sql_store"]

VALUE = PublicValue(source="示例彩票 2011100 期", form="## ## ##", at=NOON + timedelta(hours=24))
PREPARE = PrepareDraw(draw_no="D-1", by="clerk-1", plan_no="FOOD-2011", entry="E1", public_value=VALUE)
RUN = RunDraw(draw_no="D-1", by="clerk-1", witness="clerk-2", value="01 02 03", looked_up="示例公报")
HALF = {letter: Decimal("0.5") for letter in RiskClass}
LINK = a_link(supervise_item_code=FOOD)


@pytest.fixture
async def store(empty_store: Store) -> Store:
    """Ten restaurants, five inspectors, a filed plan that draws half of each class."""
    people = [Inspector(code=f"orange-{n}", name=f"执法员{n}", department="DEMO-FOOD") for n in range(1, 6)]
    await all_of(empty_store, handlers.register_inspector, people)
    await publish(empty_store, a_version(LINK, a_link("OTHER", item_code="1007", checklist="OTHER-5")))
    await all_of(empty_store, handlers.on_case_decided, [decided(f"C{n}", f"O{n}") for n in range(10)])
    await one(empty_store, handlers.on_case_decided, decided("X", "ELSEWHERE", item_code="1007"))
    await one(empty_store, handlers.register_matter, a_matter())
    await file_plan(empty_store)
    return empty_store


async def file_plan(store: Store, **changes: Any) -> None:
    plan = a_plan(an_entry(ratios=HALF, **changes))
    await one(store, handlers.draft_plan, DraftPlan(content=plan, by="drafter"))
    await one(store, handlers.submit_plan, SubmitPlan(plan_no=plan.plan_no, by="drafter"))
    await one(store, handlers.file_plan, FilePlan(plan_no=plan.plan_no, by="filer", filing_no="备-1"))


async def kept(store: Store) -> tuple[Draw, Pool]:
    look = RunDraw(**vars(RUN))
    found: tuple[Draw, Pool] = await seen(store, look, lambda work: (work.draws.get("D-1"), work.draws.pool("D-1")))
    return found


async def at_noon_of_the_next_day(store: Store, handle: Any, command: Any) -> Any:
    """The store's clock stands: what has come due is told to the domain as it would be then."""
    async with store.begin() as work:
        await work.load([command])
        later = _Later(work)
        answer = handle(later, command)
        await work.flush()
    return answer


class _Later:
    """A work a day later."""

    def __init__(self, work: Any) -> None:
        self._work = work
        self.now = NOON + timedelta(hours=24)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._work, name)


async def told(store: Store, kind: type[Any]) -> list[Any]:
    return [event for event in await store.said() if isinstance(event, kind)]


async def ran(store: Store) -> list[str]:
    """The numbers of the objects drawn."""
    await one(store, handlers.prepare_draw, PREPARE)
    await at_noon_of_the_next_day(store, handlers.run_draw, RUN)
    draw, pool = await kept(store)
    _, result = replace(draw, state=DrawState.ANNOUNCED).concluded(RUN, pool, VALUE.at)
    return [each.ref.partition(":")[2] for each in result]


def open_on(number: str, work: StoredWork) -> Sequence[Task]:
    return work.tasks.open_on("chicago", number)


def assigning(number: str) -> AssignDrawn:
    return AssignDrawn("D-1", "chicago", number, "FOOD-2011")


async def test_the_pool_holds_what_the_entry_covers_and_comes_back_byte_for_byte(store: Store) -> None:
    await one(store, handlers.declare_conflict, declaring("orange-3", object_no="O4"))
    await one(store, handlers.conclude_inspection, an_inspection("I1", "O1"))
    draw, again = await one(store, handlers.prepare_draw, PREPARE)
    assert not again
    known, pool = await kept(store)
    assert known == draw
    assert (known.state, known.snapshot, known.objects, known.quota) == (DrawState.ANNOUNCED, pool.snapshot, 10, 5)
    assert [each.ref for each in pool.objects] == [f"chicago:O{n}" for n in range(10)]
    assert pool.recusals == {("orange-3", "chicago:O4")}
    (department,) = pool.departments
    assert (department.officers, department.max_load, len(department.inspectors)) == (2, 50, 5)
    (event,) = await told(store, DrawAnnounced)
    assert (event.announcement_hash, event.commitment) == (draw.announcement_hash, draw.commitment)
    assert draw.secret not in repr(event)
    assert await one(store, handlers.prepare_draw, PREPARE) == (draw, True)
    with pytest.raises(Refusal, match="draw-differs"):
        await one(store, handlers.prepare_draw, replace(PREPARE, entry="E2"))


async def test_what_was_not_checked_for_as_long_as_the_plan_allows_is_in_for_certain(empty_store: Store) -> None:
    people = [Inspector(code=f"orange-{n}", name=f"执法员{n}", department="DEMO-FOOD") for n in (1, 2)]
    await all_of(empty_store, handlers.register_inspector, people)
    await publish(empty_store, a_version(LINK))
    old = [decided(f"C{n}", f"O{n}", decided_on=date(2009, 1, 1)) for n in (1, 2, 3)]
    await all_of(empty_store, handlers.on_case_decided, [*old, decided("C4", "O4")])
    await one(empty_store, handlers.conclude_inspection, an_inspection("I1", "O2"))
    await one(empty_store, handlers.register_matter, a_matter())
    frequency = type(an_entry().frequency)(at_least_every_months=24)
    await file_plan(empty_store, frequency=frequency)
    await one(empty_store, handlers.prepare_draw, PREPARE)
    _, pool = await kept(empty_store)
    assert [each.ref for each in pool.objects if each.certain] == ["chicago:O1", "chicago:O3"]


async def test_it_is_run_once_and_told_with_what_anybody_needs_to_recompute_it(store: Store) -> None:
    await one(store, handlers.prepare_draw, PREPARE)
    with pytest.raises(Refusal, match="draw-not-due"):
        await one(store, handlers.run_draw, RUN)
    draw, again = await at_noon_of_the_next_day(store, handlers.run_draw, RUN)
    known, _ = await kept(store)
    assert (known, again) == (draw, False)
    (event,) = await told(store, DrawConcluded)
    assert (event.secret, event.value, event.seed, event.result_hash, event.drawn) == (
        draw.secret,
        "01 02 03",
        draw.seed,
        draw.result_hash,
        5,
    )
    assert await one(store, handlers.run_draw, RUN) == (draw, True)
    with pytest.raises(Refusal, match="draw-over"):
        await one(store, handlers.cancel_draw, CancelDraw(draw_no="D-1", by="x", reason="y"))


async def test_no_other_draw_of_an_entry_is_announced_while_one_waits_nor_more_than_planned(store: Store) -> None:
    await one(store, handlers.prepare_draw, PREPARE)
    with pytest.raises(Refusal, match="draw-open"):
        await one(store, handlers.prepare_draw, replace(PREPARE, draw_no="D-2"))
    await one(store, handlers.cancel_draw, CancelDraw(draw_no="D-1", by="clerk-1", reason="名录有误"))
    await one(store, handlers.prepare_draw, replace(PREPARE, draw_no="D-2"))
    await at_noon_of_the_next_day(store, handlers.run_draw, replace(RUN, draw_no="D-2"))
    with pytest.raises(Refusal, match="draws-done"):
        await one(store, handlers.prepare_draw, replace(PREPARE, draw_no="D-3"))


async def test_a_cancelled_draw_tells_its_secret(store: Store) -> None:
    draw, _ = await one(store, handlers.prepare_draw, PREPARE)
    command = CancelDraw(draw_no="D-1", by="clerk-1", reason="名录有误")
    await one(store, handlers.cancel_draw, command)
    await one(store, handlers.cancel_draw, command)
    assert (await kept(store))[0].state is DrawState.CANCELLED
    (event,) = await told(store, DrawCancelled)
    assert (event.secret, event.reason) == (draw.secret, "名录有误")


async def test_each_object_drawn_becomes_a_task_of_its_officers(store: Store) -> None:
    numbers = await ran(store)
    assert len(numbers) == 5
    found: list[Assignment] = await all_of(store, handlers.assign_drawn, [assigning(number) for number in numbers])
    assert {each.outcome for each in found} == {DrawnOutcome.TASK}
    again = await all_of(store, handlers.assign_drawn, [assigning(number) for number in numbers])
    assert again == found
    created = [event for event in await told(store, TaskCreated) if event.draw_no]
    assert [(event.object.object_no, event.purpose, event.ad_hoc) for event in created] == [
        (number, "RANDOM", False) for number in numbers
    ]
    for each in found:
        asked = assigning(each.object_no)
        tasks = await seen(store, asked, partial(open_on, each.object_no))
        (task,) = [task for task in tasks if task.purpose is Purpose.RANDOM]
        assert each.tasks == {"DEMO-FOOD": task.task_id}
        assert (task.state, task.crew, task.claimed_by) == (
            TaskState.CLAIMED,
            each.officers["DEMO-FOOD"],
            each.officers["DEMO-FOOD"][0],
        )
        assert (task.draw_no, task.items, str(task.first_check_limit)) == ("D-1", ("1006",), "89d")


async def test_what_was_drawn_and_holds_nothing_any_more_is_let_go(store: Store) -> None:
    number, other, *_ = await ran(store)
    ended = decided("C99", number, 2, kind=DecisionKind.CANCEL)
    await one(store, handlers.on_case_decided, ended)
    assert (await one(store, handlers.assign_drawn, assigning(number))).outcome is DrawnOutcome.LAPSED
    sent = await one(store, handlers.assign_drawn, assigning(other))
    await one(store, handlers.on_case_decided, decided("C98", other, 2, kind=DecisionKind.CANCEL))
    look = ConcludeTask(task_id=sent.tasks["DEMO-FOOD"], report=a_report())
    task = await seen(store, look, lambda work: work.tasks.get(sent.tasks["DEMO-FOOD"]))
    assert task.state is TaskState.CANCELLED


async def test_only_who_was_drawn_checks_what_was_drawn(store: Store) -> None:
    number, *_ = await ran(store)
    sent = await one(store, handlers.assign_drawn, assigning(number))
    crew = sent.officers["DEMO-FOOD"]
    others = tuple(f"orange-{n}" for n in range(1, 6) if f"orange-{n}" not in crew)
    plan = PlanTask(task_id=sent.tasks["DEMO-FOOD"], by="chief", planned_on=date(2011, 10, 10), officers=others)
    for officers in (others, (*crew, others[0]), (crew[0], others[0])):
        with pytest.raises(Refusal, match="drawn-officers"):
            await one(store, handlers.plan_task, replace(plan, officers=officers))
    await one(store, handlers.plan_task, replace(plan, officers=crew[::-1]))
    check = ConcludeTask(task_id=sent.tasks["DEMO-FOOD"], report=a_report("I1", inspectors=others))
    with pytest.raises(Refusal, match="drawn-officers"):
        await one(store, handlers.conclude_task, check)
    routine = await one(store, handlers.conclude_inspection, an_inspection("I2", number, inspectors=others))
    assert routine.task_id != sent.tasks["DEMO-FOOD"]
    done = await one(
        store, handlers.conclude_task, replace(check, report=a_report("I3", inspectors=(*crew, others[0])))
    )
    assert done.task_id == sent.tasks["DEMO-FOOD"]


async def test_a_drawn_task_is_neither_returned_nor_disputed(store: Store) -> None:
    number, *_ = await ran(store)
    task_id = (await one(store, handlers.assign_drawn, assigning(number))).tasks["DEMO-FOOD"]
    for handle, command in (
        (handlers.return_task, ReturnTask(task_id=task_id, by="chief", reason="不归我们")),
        (handlers.dispute_task, DisputeTask(task_id=task_id, by="chief", reason="不归我们")),
    ):
        with pytest.raises(Refusal, match="drawn-task"):
            await one(store, handle, command)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (replace(PREPARE, plan_no="NONE"), "not-found"),
        (replace(PREPARE, entry="E9"), "not-found"),
        (replace(PREPARE, public_value=replace(VALUE, at=NOON + timedelta(hours=23))), "draw-too-soon"),
        (replace(PREPARE, public_value=replace(VALUE, at=NOON + timedelta(days=99))), "draw-too-late"),
    ],
)
async def test_a_draw_that_could_not_be_held_is_not_announced(store: Store, command: PrepareDraw, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        await one(store, handlers.prepare_draw, command)
    assert await told(store, DrawAnnounced) == []


async def test_too_few_inspectors_are_told_before_there_is_a_seed(store: Store) -> None:
    for number in (1, 2, 3, 4):
        leaving = ChangeService(code=f"orange-{number}", left_on=date(2011, 9, 2))
        await one(store, handlers.change_service, leaving)
    with pytest.raises(Refusal, match="not-enough-inspectors"):
        await one(store, handlers.prepare_draw, PREPARE)
