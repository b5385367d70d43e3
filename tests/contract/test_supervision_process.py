"""The course of a task in both works of supervision: every field comes back as the verb left it, every verb leaves its trace."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from chassis.database import sqlalchemy_url
from kernel.decision import DecisionKind
from kernel.inspection import InspectionResult, TaskState
from kernel.limit import Limit
from supervision import handlers
from supervision.domain.catalogue import Method, Relation, Trigger
from supervision.domain.claim import ClaimTask
from supervision.domain.referral import Penalty
from supervision.domain.task import Task
from supervision.domain.verbs import (
    ArbitrateTask,
    CloseTask,
    DisputeTask,
    InspectTask,
    PenaliseTask,
    PlanTask,
    RectifyTask,
    ReferTask,
    ReportRectified,
    ResumeObject,
    ReturnTask,
    RouteTask,
    StartTask,
    SupplementTask,
    SuspendObject,
    TransferTask,
    VerifyTask,
)
from supervision.domain.words import CloseReason, PunishType
from supervision.queries.process import history_of
from tests.contract.test_supervision_store import (
    SqlStore,
    Store,
    all_of,
    empty_store,
    one,
    publish,
    seen,
    sql_store,
)
from tests.fakes.supervised import SOURCE, a_link, a_report, a_version, decided, inspectors

__all__ = ["empty_store", "sql_store"]

CREW = ("orange-1", "orange-2")
Step = tuple[Callable[[Any, Any], Any], Any]


@pytest.fixture
async def limited(empty_store: Store) -> Store:
    """A link with everything a task copies from it, and one that only feeds the random pool."""
    full = a_link(
        triggers=frozenset(Trigger),
        relation=Relation.COORDINATE,
        method=Method.REMOTE,
        liaison="liaison-1",
        responsible_officer="orange-2",
        claim_limit=Limit.parse("2wd"),
        first_check_limit=Limit.parse("10wd"),
        feedback_limit=Limit.parse("1wd"),
    )
    await all_of(empty_store, handlers.register_inspector, inspectors())
    await publish(empty_store, a_version(full, a_link("POOL", item_code="1007", method=Method.RANDOM_POOL)))
    return empty_store


async def the_task(store: Store) -> Task:
    (task,) = await seen(store, decided(), lambda work: work.tasks.open_on(SOURCE, "O1"))
    found: Task = task
    return found


async def goes(store: Store, task_id: str, *steps: Step) -> Task:
    """Each step is carried out; the task read afterwards is the one the handler answered with, field by field."""
    last: Task | None = None
    for handle, command in steps:
        answer = await one(store, handle, command)
        last = await seen(store, ClaimTask(task_id=task_id, inspector="orange-1"), lambda work: work.tasks.get(task_id))
        if isinstance(answer, Task):
            assert last == answer
    assert last
    return last


def way(task_id: str) -> dict[str, Step]:
    of: dict[str, Any] = {"task_id": task_id, "by": "boss-1"}
    why = of | {"reason": "说明，含逗号"}
    failed = a_report("I1", ["3"], result=InspectionResult.FAIL)
    ten = Limit.parse("10d")
    penalty = Penalty(
        punish_action_name="示例处罚",
        punish_document_code="某罚〔2011〕1 号",
        punish_types=(PunishType.FINE, PunishType.CRITICISM),
        punish_result="罚款五千元",
        punish_basis="食品安全法第 126 条",
        illegal_fact="生熟混放",
        fine=Decimal("5000.50"),
        filing_date=date(2011, 9, 1),
        decision_date=date(2011, 9, 2),
    )
    return {
        "claim": (handlers.claim_task, ClaimTask(task_id=task_id, inspector="orange-1")),
        "return": (handlers.return_task, ReturnTask(**why)),
        "route": (handlers.route_task, RouteTask(**why, department="DEMO-FIRE")),
        "dispute": (handlers.dispute_task, DisputeTask(**why)),
        "arbitrate": (handlers.arbitrate_task, ArbitrateTask(**why, department="DEMO-FOOD")),
        "transfer": (handlers.transfer_task, TransferTask(**why, inspector="orange-2")),
        "plan": (handlers.plan_task, PlanTask(**of, planned_on=date(2011, 9, 5), officers=CREW)),
        "start": (handlers.start_task, StartTask(**of)),
        "inspect": (handlers.inspect_task, InspectTask(task_id=task_id, report=failed)),
        "rectify": (handlers.order_rectification, RectifyTask(**of, demand="生熟分开", limit=ten)),
        "report": (handlers.report_rectified, ReportRectified(**of, report="已改")),
        "again": (handlers.verify_rectification, VerifyTask(**of, passed=False, officers=CREW, note="仍混放")),
        "verify": (handlers.verify_rectification, VerifyTask(**of, passed=True, officers=CREW, note="已改正")),
        "refer": (handlers.refer_task, ReferTask(**why, referred_to="示例综合执法局", off_system=True)),
        "supplement": (handlers.supplement_referral, SupplementTask(**why)),
        "penalise": (handlers.penalise_task, PenaliseTask(**of, penalty=penalty)),
        "close": (handlers.close_task, CloseTask(**of, reason=CloseReason.NOT_FOUND, note="现场无此店")),
    }


async def test_what_the_link_says_is_kept_with_the_task(limited: Store) -> None:
    await one(limited, handlers.on_case_decided, decided())
    task = await the_task(limited)
    assert (task.relation, task.method, task.liaison) == (Relation.COORDINATE, Method.REMOTE, "liaison-1")
    assert (task.responsible_officer, str(task.first_check_limit), str(task.feedback_limit)) == (
        "orange-2",
        "10wd",
        "1wd",
    )
    assert task.items == ("1006",)


async def test_a_task_comes_back_as_every_verb_left_it(limited: Store) -> None:
    await one(limited, handlers.on_case_decided, decided())
    task_id = (await the_task(limited)).task_id
    does = way(task_id)
    names = ("return", "route", "dispute", "arbitrate", "claim", "transfer", "plan", "start", "inspect", "rectify")
    await goes(limited, task_id, *(does[name] for name in names))
    done = await goes(
        limited, task_id, *(does[name] for name in ("report", "again", "refer", "supplement", "penalise"))
    )
    assert (done.state, done.close_reason) == (TaskState.CLOSED, CloseReason.PENALISED)
    assert (len(done.rounds), done.rounds[0].passed, done.planned_on, done.crew) == (2, False, date(2011, 9, 5), CREW)
    assert done.referral
    assert done.referral.penalty
    assert (done.referral.supplements, done.referral.penalty.fine) == (1, Decimal("5000.50"))


@pytest.mark.parametrize(
    ("ends", "reason"),
    [(("claim", "inspect", "rectify", "verify"), CloseReason.RECTIFIED), (("claim", "close"), CloseReason.NOT_FOUND)],
)
async def test_no_clock_is_left_when_a_task_has_ended(
    limited: Store, ends: tuple[str, ...], reason: CloseReason
) -> None:
    await one(limited, handlers.on_case_decided, decided())
    task_id = (await the_task(limited)).task_id
    done = await goes(limited, task_id, *(way(task_id)[name] for name in ends))
    clocks = await seen(limited, way(task_id)["claim"][1], lambda work: work.deadlines.of(task_id))
    assert (done.close_reason, [clock.kind for clock in clocks if clock.state.open]) == (reason, [])
    assert {"CLAIM", "FIRST_CHECK"} <= {clock.kind for clock in clocks}


async def test_a_pool_task_is_done_when_it_is_claimed(limited: Store) -> None:
    await one(limited, handlers.on_case_decided, decided(item_code="1007"))
    task_id = (await the_task(limited)).task_id
    done = await goes(limited, task_id, way(task_id)["claim"])
    assert (done.state, done.close_reason) == (TaskState.CLOSED, CloseReason.POOLED)


async def test_a_standstill_is_kept_with_the_object(limited: Store) -> None:
    await one(limited, handlers.on_case_decided, decided())
    of = {"source_system": SOURCE, "object_no": "O1", "reason": "停业整顿", "by": "boss-1"}
    suspended = await one(limited, handlers.suspend_object, SuspendObject(**of, standstill="CLOSED"))
    assert await seen(limited, decided(), lambda work: work.objects.get(SOURCE, "O1")) == suspended
    again = await one(limited, handlers.resume_object, ResumeObject(**of))
    assert (await seen(limited, decided(), lambda work: work.objects.get(SOURCE, "O1")), again.standstill) == (
        again,
        "",
    )


async def test_a_promise_and_an_ending_make_tasks_of_their_own(limited: Store) -> None:
    await one(limited, handlers.on_case_decided, decided(commitment=True))
    open_tasks = await seen(limited, decided(), lambda work: work.tasks.open_on(SOURCE, "O1"))
    assert sorted(task.purpose.value for task in open_tasks) == ["COMMITMENT", "ROUTINE"]
    for number, kind in enumerate((DecisionKind.REVOKE, DecisionKind.CANCEL), start=2):
        await one(limited, handlers.on_case_decided, decided(f"C{number}", object_version=number, kind=kind))
        open_tasks = await seen(limited, decided(), lambda work: work.tasks.open_on(SOURCE, "O1"))
        assert [task.purpose.value for task in open_tasks] == ["CESSATION"]


@pytest.mark.servers
async def test_the_trace_of_a_task_is_kept_in_the_order_of_the_verbs(sql_store: SqlStore, database_url: str) -> None:
    await all_of(sql_store, handlers.register_inspector, inspectors())
    await publish(sql_store, a_version())
    await one(sql_store, handlers.on_case_decided, decided())
    task_id = (await the_task(sql_store)).task_id
    does = way(task_id)
    await goes(sql_store, task_id, does["return"], does["route"])
    engine = create_async_engine(sqlalchemy_url(database_url))
    async with engine.connect() as connection:
        told = await history_of(connection, task_id)
    await engine.dispose()
    assert [(row["verb"], row["before"], row["after"], row["department"], row["by"]) for row in told] == [
        ("return", "PENDING_CLAIM", "RETURNED", "DEMO-FOOD", "boss-1"),
        ("route", "RETURNED", "PENDING_CLAIM", "DEMO-FIRE", "boss-1"),
    ]
    assert {row["reason"] for row in told} == {"说明，含逗号"}
