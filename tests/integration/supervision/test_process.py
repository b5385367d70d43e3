"""A task from push to close over HTTP: the road through inspection, rectification and referral, on the real service."""

from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest
from nats.aio.client import Client

from tests.fakes.supervised import decided
from tests.integration.supervision.conftest import Addresses, Said
from tests.integration.supervision.process import (
    CREW,
    PAPERS,
    PENALTY,
    POOL,
    Make,
    a_report,
    ask,
    clock,
    clocks,
    do,
    failed,
    furnish,
    maker,
    pointers,
    rectifying,
    referred,
    shown,
    today,
    told,
)

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module", autouse=True)
def furnished(addresses: Addresses) -> None:
    furnish(addresses)


@pytest.fixture
def make(http: httpx.AsyncClient, tell: Callable[..., Any], until: Said) -> Make:
    return maker(http, tell, until)


async def by_purpose(http: httpx.AsyncClient, object_no: str) -> dict[str, str]:
    items = (await http.get("/api/v1/tasks", params={"object_no": object_no})).json()["items"]
    return {task["purpose"]: task["task_id"] for task in items}


async def test_from_claim_over_two_rounds_of_rectification_to_close(
    http: httpx.AsyncClient, broker: Client, make: Make
) -> None:
    listening = await broker.jetstream().subscribe("shenguan.supervision.>", ordered_consumer=True)
    task_id = await make("ROAD")
    assert clocks(await shown(http, task_id)) == {"CLAIM": "RUNNING"}
    task = await do(http, task_id, "claim", inspector="orange-1")
    assert (task["state"], clocks(task)) == ("CLAIMED", {"CLAIM": "MET", "FIRST_CHECK": "RUNNING"})
    assert clock(task, "FIRST_CHECK")["due_on"] == "2011-09-09"
    task = await do(http, task_id, "plan", planned_on="2011-09-05", officers=CREW)
    assert (task["state"], task["planned_on"], task["crew"]) == ("PLANNED", "2011-09-05", CREW)
    assert (await do(http, task_id, "start"))["state"] == "INSPECTING"
    task = await do(http, task_id, "inspect", **a_report("ROAD-I", "3"))
    assert (task["state"], clocks(task)["FIRST_CHECK"]) == ("INSPECTING", "MET")
    assert (task["inspection"]["result"], task["inspection"]["failed"]) == ("FAIL", ["3"])
    task = await do(http, task_id, "rectify", requirement="整改冷藏温度", limit="10d")
    assert (task["state"], clock(task, "RECTIFY")["due_on"]) == ("RECTIFYING", "2011-09-12")
    await do(http, task_id, "report", report="温度计已更换")
    again = {"passed": False, "inspectors": CREW, "reason": "仍不合格", "requirement": "更换冷柜", "limit": "5wd"}
    task = await do(http, task_id, "verify", **again)
    assert (task["state"], [each["state"] for each in task["deadlines"][-2:]]) == ("RECTIFYING", ["MET", "RUNNING"])
    assert clock(task, "RECTIFY")["due_on"] == "2011-09-09"
    await do(http, task_id, "report", report="冷柜已更换")
    task = await do(http, task_id, "verify", passed=True, inspectors=CREW, reason="合格")
    assert (task["state"], task["close_reason"], task["claimed_by"]) == ("CLOSED", "RECTIFIED", "orange-1")
    assert {each["kind"] for each in task["deadlines"] if each["state"] != "MET"} == {"FEEDBACK"}
    assert clocks(task)["FEEDBACK"] == "VOID"
    first, second = task["rounds"]
    assert (first["demand"], first["report"], first["passed"], first["note"]) == (
        *("整改冷藏温度", "温度计已更换"),
        *(False, "仍不合格"),
    )
    assert (second["demand"], second["limit"], second["due_on"], second["passed"]) == (
        *("更换冷柜", "5wd"),
        *("2011-09-09", True),
    )
    assert (second["verified_by"], second["verified_on"]) == (CREW, "2011-09-02")
    verbs = ["claim", "plan", "start", "inspect", "rectify", "report", "verify", "report", "verify"]
    assert [change["verb"] for change in task["history"]] == verbs
    assert [change["by"] for change in task["history"]] == ["orange-1", "boss-1", "boss-1", "orange-1", *["boss-1"] * 5]
    assert [change["after"] for change in task["history"]][-2:] == ["RECTIFYING", "CLOSED"]
    assert (task["handovers"], task["feedback"], task["evidence"]) == ([], [], [])
    said = [await listening.next_msg(timeout=10) for _ in range(14)]
    facts = [msg.headers["ce-type"] for msg in said if msg.headers and task_id.encode() in msg.data]
    assert [".".join(fact.split(".")[-3:-1]) for fact in facts] == [
        *("task.created", "task.claimed", "task.planned", "task.started", "inspection.concluded"),
        *("rectification.ordered", "rectification.reported", "rectification.verified"),
        *("rectification.reported", "rectification.verified", "task.closed"),
    ]
    last = msgspec.json.decode(said[-1].data)
    assert (last["close_reason"], last["by"], last["reason"]) == ("RECTIFIED", "boss-1", "合格")


async def test_a_failed_check_needs_no_new_words_for_the_next_round(http: httpx.AsyncClient, make: Make) -> None:
    task_id = await make("SAME-WORDS")
    await rectifying(http, task_id, "SAME-WORDS-I")
    task = await do(http, task_id, "verify", passed=False, inspectors=CREW)
    assert [(each["demand"], each["limit"]) for each in task["rounds"]] == [("整改冷藏温度", "10d")] * 2
    task = await do(http, task_id, "refer", reason="两轮未改", referred_to="示例综合执法局")
    assert (task["state"], clocks(task)["RECTIFY"]) == ("REFERRED", "MET")


async def test_a_passed_inspection_closes_and_the_same_again_is_a_duplicate(
    http: httpx.AsyncClient, make: Make
) -> None:
    task_id = await make("PASSED")
    await do(http, task_id, "claim", inspector="orange-1")
    first = await ask(http, task_id, "inspect", **a_report("PASSED-I"))
    again = await ask(http, task_id, "inspect", **a_report("PASSED-I"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"duplicate": True}
    task = await shown(http, task_id)
    assert (task["state"], task["close_reason"], task["inspection_no"]) == ("CLOSED", "INSPECTED", "PASSED-I")
    other = await ask(http, task_id, "inspect", **a_report("PASSED-2"))
    assert told(other) == (409, "task-not-open")


async def test_one_inspection_does_not_stand_for_two_tasks_of_an_object(
    http: httpx.AsyncClient, tell: Callable[..., Any], until: Said
) -> None:
    await tell(decided("TWO-TASKS", "TWO-TASKS", commitment=True))
    tasks = await until(lambda: by_purpose(http, "TWO-TASKS"))
    for task_id in tasks.values():
        await do(http, task_id, "claim", inspector="orange-1")
    assert (await do(http, tasks["ROUTINE"], "inspect", **a_report("TWO-TASKS-I")))["state"] == "CLOSED"
    for verb in ("inspect", "conclude"):
        answer = await ask(http, tasks["COMMITMENT"], verb, **a_report("TWO-TASKS-I"))
        assert told(answer) == (409, "inspection-of-other-task")
    assert (await shown(http, tasks["COMMITMENT"]))["state"] == "CLAIMED"


async def test_a_second_inspection_of_a_task_is_refused(http: httpx.AsyncClient, make: Make) -> None:
    task_id = await make("SECOND")
    await failed(http, task_id, "SECOND-1")
    assert told(await ask(http, task_id, "inspect", **a_report("SECOND-2"))) == (409, "inspection-recorded")
    assert told(await ask(http, task_id, "conclude", **a_report("SECOND-2"))) == (409, "inspection-recorded")


async def test_every_line_of_the_checklist_is_answered(http: httpx.AsyncClient, make: Make) -> None:
    task_id = await make("LINES")
    await do(http, task_id, "claim", inspector="orange-1")
    report = a_report("LINES-I")
    few = await ask(http, task_id, "inspect", **report | {"lines": report["lines"][:40]})
    assert (told(few), len(few.json()["errors"])) == ((422, "line-missing"), 4)
    assert (await shown(http, task_id))["state"] == "CLAIMED"


async def test_referred_supplemented_and_fined_closes(http: httpx.AsyncClient, make: Make) -> None:
    task_id = await make("FINED")
    await referred(http, task_id, "FINED-I")
    task = await do(http, task_id, "supplement", reason="缺现场照片")
    assert (task["state"], task["referral"]["supplements"]) == ("REFERRED", 1)
    task = await do(http, task_id, "penalise", **PENALTY)
    assert (task["state"], task["close_reason"]) == ("CLOSED", "PENALISED")
    assert (task["referral"]["inspection_no"], task["referral"]["penalty"]["fine"]) == ("FINED-I", "1000.50")
    assert [change["verb"] for change in task["history"]][2:] == ["refer", "supplement", "penalise"]


async def test_no_penalty_closes_as_such(http: httpx.AsyncClient, make: Make) -> None:
    task_id = await make("SPARED")
    await referred(http, task_id, "SPARED-I")
    task = await do(http, task_id, "penalise", no_penalty=True, decision_date="2011-09-02", punish_result="不予处罚")
    assert (task["state"], task["close_reason"]) == ("CLOSED", "NO_PENALTY")


@pytest.mark.parametrize("kind", ["05", "10", "11", "12"])
async def test_a_penalty_that_touches_the_licence_waits_for_the_feedback(
    http: httpx.AsyncClient, make: Make, kind: str
) -> None:
    task_id = await make(f"REVOKED-{kind}")
    await referred(http, task_id, f"REVOKED-{kind}-I")
    task = await do(http, task_id, "penalise", **PENALTY | {"punish_types": ["02", kind]})
    assert (task["state"], task["close_reason"], clocks(task)["FEEDBACK"]) == ("REFERRED", "", "RUNNING")
    assert clock(task, "FEEDBACK")["due_on"] == "2011-09-05"
    assert told(await ask(http, task_id, "penalise", **PENALTY)) == (409, "penalty-recorded")
    feedback = {"kind": "REVOKE", "reason": "已吊销", "by": "orange-1"}
    raised, again = [await ask(http, task_id, "feedback", **feedback) for _ in range(2)]
    assert (raised.status_code, again.status_code) == (201, 200)
    task = await shown(http, task_id)
    assert (task["state"], task["close_reason"], clocks(task)["FEEDBACK"]) == ("CLOSED", "PENALISED", "MET")
    assert [each["kind"] for each in task["feedback"]] == ["REVOKE"]
    more = await ask(http, task_id, "feedback", **feedback | {"kind": "RESTRICT"})
    assert (more.status_code, (await shown(http, task_id))["state"]) == (201, "CLOSED")


async def test_a_task_is_closed_for_reasons_that_are_true(http: httpx.AsyncClient, make: Make) -> None:
    task_id = await make("REASONS")
    await do(http, task_id, "claim", inspector="orange-1")
    for reason, code in (("INSPECTED", "inspection-needed"), ("DOCUMENT_CHECKED", "on-site-needed")):
        assert told(await ask(http, task_id, "close", reason=reason)) == (409, code)
    for reason in ("RECTIFIED", "PENALISED", "NO_PENALTY", "POOLED", "BORED"):
        answer = await ask(http, task_id, "close", reason=reason)
        assert (told(answer), pointers(answer)) == ((422, "invalid-content"), ["/reason"])
    for note in ("", "  ", "\x00"):
        answer = await ask(http, task_id, "close", reason="OTHER", note=note)
        assert (told(answer), pointers(answer)) == ((422, "invalid-content"), ["/note"])
    assert (await shown(http, task_id))["state"] == "CLAIMED"
    task = await do(http, task_id, "close", reason="OTHER", note="门店已拆除")
    assert (task["state"], task["close_reason"], clocks(task)["FIRST_CHECK"]) == ("CLOSED", "OTHER", "MET")
    assert task["history"][-1]["reason"] == "门店已拆除"


@pytest.mark.parametrize("reason", ["CEASED", "NOT_FOUND", "DOCUMENT_CHECKED"])
async def test_what_is_checked_on_paper_is_closed_on_paper(http: httpx.AsyncClient, make: Make, reason: str) -> None:
    task_id = await make(f"PAPER-{reason}", item=PAPERS)
    await do(http, task_id, "claim", inspector="orange-1")
    task = await do(http, task_id, "close", reason=reason)
    assert (task["state"], task["close_reason"]) == ("CLOSED", reason)


async def test_what_was_ordered_or_referred_is_not_closed_as_merely_inspected(
    http: httpx.AsyncClient, make: Make
) -> None:
    ordered, handed = await make("ORDERED", item=PAPERS), await make("HANDED", item=PAPERS)
    only = await make("ONLY-FAILED", item=PAPERS)
    await failed(http, only, "ONLY-FAILED-I")
    assert told(await ask(http, only, "close", reason="DOCUMENT_CHECKED")) == (409, "close-reason-not-true")
    assert (await do(http, only, "close", reason="INSPECTED"))["close_reason"] == "INSPECTED"
    await rectifying(http, ordered, "ORDERED-I")
    await referred(http, handed, "HANDED-I")
    for task_id in (ordered, handed):
        for reason in ("INSPECTED", "DOCUMENT_CHECKED"):
            assert told(await ask(http, task_id, "close", reason=reason)) == (409, "close-reason-not-true")
        assert (await do(http, task_id, "close", reason="CEASED"))["close_reason"] == "CEASED"


async def test_what_goes_into_the_pool_is_done_with_the_claim(http: httpx.AsyncClient, make: Make) -> None:
    task_id = await make("POOLED", item=POOL)
    task = await do(http, task_id, "claim", inspector="orange-1")
    assert (task["state"], task["close_reason"], clocks(task)) == ("CLOSED", "POOLED", {"CLAIM": "MET"})


async def test_a_promise_is_not_kept_by_the_pool(
    http: httpx.AsyncClient, tell: Callable[..., Any], until: Said
) -> None:
    await tell(decided("PROMISE", "PROMISE", item_code=POOL, commitment=True))
    tasks = await until(lambda: by_purpose(http, "PROMISE"))
    assert set(tasks) == {"ROUTINE", "COMMITMENT"}
    assert (await do(http, tasks["ROUTINE"], "claim", inspector="orange-1"))["close_reason"] == "POOLED"
    task = await do(http, tasks["COMMITMENT"], "claim", inspector="orange-1")
    assert (task["state"], clocks(task)["COMMITMENT_CHECK"]) == ("CLAIMED", "RUNNING")
    task = await do(http, tasks["COMMITMENT"], "inspect", **a_report("PROMISE-I"))
    assert (task["state"], clocks(task)["COMMITMENT_CHECK"]) == ("CLOSED", "MET")


async def test_a_visit_is_planned_for_a_day_to_come_by_officers_of_the_department(
    http: httpx.AsyncClient, make: Make
) -> None:
    task_id = await make("PLANS")
    await do(http, task_id, "claim", inspector="orange-1")
    yesterday, tomorrow = await today(http, -1), await today(http, 1)
    late = await ask(http, task_id, "plan", planned_on=yesterday, officers=CREW)
    assert (told(late), pointers(late)) == ((422, "invalid-content"), ["/planned_on"])
    for officers, code, where in (
        (["orange-1", "fire-1"], "inspector-elsewhere", ["/officers/1"]),
        (["orange-1", "nobody"], "inspector-unknown", ["/officers/1"]),
        (["orange-1"], "invalid-content", ["/officers"]),
        (["orange-1", "orange-1"], "invalid-content", ["/officers"]),
        (["orange-1", "orange-2", "orange-1"], "invalid-content", ["/officers"]),
        ([], "invalid-content", ["/officers"]),
    ):
        answer = await ask(http, task_id, "plan", planned_on=tomorrow, officers=officers)
        assert (told(answer), pointers(answer)) == ((422, code), where)
    assert (await shown(http, task_id))["state"] == "CLAIMED"
    await do(http, task_id, "plan", planned_on=tomorrow, officers=CREW)
    task = await do(http, task_id, "plan", planned_on=await today(http), officers=CREW[::-1])
    assert (task["state"], task["crew"]) == ("PLANNED", CREW[::-1])


async def test_nobody_of_another_department_claims_inspects_verifies_or_takes_over(
    http: httpx.AsyncClient, make: Make
) -> None:
    task_id = await make("ELSEWHERE")
    fire = a_report("ELSEWHERE-I", "3", inspectors=["orange-1", "fire-1"])
    assert told(await ask(http, task_id, "claim", inspector="fire-1")) == (422, "inspector-elsewhere")
    await do(http, task_id, "claim", inspector="orange-1")
    for verb in ("inspect", "conclude"):
        answer = await ask(http, task_id, verb, **fire)
        assert (told(answer), pointers(answer)) == ((422, "inspector-elsewhere"), ["/inspectors/1"])
    assert told(await ask(http, task_id, "transfer", inspector="fire-1", reason="x")) == (422, "inspector-elsewhere")
    await do(http, task_id, "inspect", **a_report("ELSEWHERE-I", "3"))
    await do(http, task_id, "rectify", requirement="整改")
    answer = await ask(http, task_id, "verify", passed=True, inspectors=["orange-1", "fire-1"])
    assert (told(answer), pointers(answer)) == ((422, "inspector-elsewhere"), ["/inspectors/1"])
    feedback = await ask(http, task_id, "feedback", kind="REVOKE", reason="x", by="fire-1")
    assert told(feedback) == (422, "person-elsewhere")
    task = await shown(http, task_id)
    assert (task["state"], task["claimed_by"], len(task["history"])) == ("RECTIFYING", "orange-1", 3)
