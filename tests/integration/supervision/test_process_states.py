"""Whose a task is, and what is possible when: return, route, dispute, wrong states, two at once, a key repeated."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from kernel.inspection import TaskState
from supervision.domain.transitions import BY_SYSTEM, TRANSITIONS, Verb, possible, zh_of
from tests.fakes.supervised import decided
from tests.integration.supervision.conftest import Addresses, Said
from tests.integration.supervision.process import (
    CREW,
    FIRE,
    PENALTY,
    SCARCE,
    Make,
    a_report,
    ask,
    clock,
    clocks,
    do,
    failed,
    furnish,
    maker,
    rectifying,
    referred,
    shown,
    today,
    told,
)

pytestmark = pytest.mark.servers
S = TaskState


@pytest.fixture(scope="module", autouse=True)
def furnished(addresses: Addresses) -> None:
    furnish(addresses)


@pytest.fixture
def make(http: httpx.AsyncClient, tell: Callable[..., Any], until: Said) -> Make:
    return maker(http, tell, until)


async def test_what_is_returned_is_routed_to_another_department(http: httpx.AsyncClient, make: Make) -> None:
    task_id = await make("ROUTED")
    await do(http, task_id, "claim", inspector="orange-1")
    task = await do(http, task_id, "return", reason="不属于本部门")
    assert (task["state"], task["claimed_by"], task["claimed_at"]) == ("RETURNED", "", None)
    assert clocks(task) == {"CLAIM": "MET", "FIRST_CHECK": "VOID", "ROUTE": "RUNNING"}
    assert clock(task, "ROUTE")["due_on"] == "2011-09-05"
    task = await do(http, task_id, "route", reason="属于消防", department="DEMO-FIRE")
    assert (task["state"], task["department"], task["liaison"]) == ("PENDING_CLAIM", "DEMO-FIRE", "")
    assert (clocks(task)["ROUTE"], clocks(task)["CLAIM"]) == ("MET", "RUNNING")
    assert told(await ask(http, task_id, "claim", inspector="orange-1")) == (422, "inspector-elsewhere")
    task = await do(http, task_id, "claim", inspector="fire-1")
    assert (task["claimed_by"], clocks(task)["FIRST_CHECK"]) == ("fire-1", "RUNNING")
    assert [(c["verb"], c["department"]) for c in task["history"]][1:3] == [
        ("return", "DEMO-FOOD"),
        ("route", "DEMO-FIRE"),
    ]


async def test_a_department_has_one_open_task_of_a_kind_on_an_object(http: httpx.AsyncClient, make: Make) -> None:
    here = await make("THERE")
    there = await make("THERE", item=SCARCE, department="DEMO-FIRE", version=2)
    await do(http, here, "return", reason="不属于本部门")
    await do(http, there, "dispute", reason="不属于本部门")
    refused = await ask(http, here, "route", reason="属于消防", department="DEMO-FIRE")
    assert (told(refused), there in refused.json()["title"]) == ((409, "task-exists-there"), True)
    assert (await shown(http, here))["state"] == "RETURNED"
    refused = await ask(http, there, "arbitrate", reason="属于市监", department="DEMO-FOOD")
    assert (told(refused), here in refused.json()["title"]) == ((409, "task-exists-there"), True)
    assert (await do(http, here, "route", reason="还是本部门", department="DEMO-FOOD"))["liaison"] == "liaison-1"


async def test_a_task_is_routed_to_no_department_that_nobody_knows(http: httpx.AsyncClient, make: Make) -> None:
    task_id = await make("NOWHERE")
    await do(http, task_id, "return", reason="不属于本部门")
    refused = await ask(http, task_id, "route", reason="属于消防", department="DEMO-FIER")
    assert (told(refused), refused.json()["errors"][0]["pointer"]) == ((422, "department-unknown"), "/department")
    await do(http, task_id, "dispute", reason="没有部门认领")
    refused = await ask(http, task_id, "arbitrate", reason="属于消防", department="DEMO-FIER")
    assert told(refused) == (422, "department-unknown")
    assert (await shown(http, task_id))["state"] == "DISPUTED"


async def test_a_dispute_is_decided_and_may_come_up_again(http: httpx.AsyncClient, make: Make) -> None:
    task_id = await make("DISPUTED")
    task = await do(http, task_id, "dispute", reason="职责交叉")
    assert (task["state"], clocks(task)) == ("DISPUTED", {"CLAIM": "VOID", "ARBITRATION": "RUNNING"})
    assert clock(task, "ARBITRATION")["due_on"] == "2011-09-09"
    task = await do(http, task_id, "arbitrate", reason="属于市监", department="DEMO-FOOD")
    assert (task["state"], task["department"], task["liaison"]) == ("PENDING_CLAIM", "DEMO-FOOD", "liaison-1")
    assert (clocks(task)["ARBITRATION"], clocks(task)["CLAIM"]) == ("MET", "RUNNING")
    task = await do(http, task_id, "dispute", reason="仍有异议")
    assert [each["state"] for each in task["deadlines"] if each["kind"] == "ARBITRATION"] == ["MET", "RUNNING"]
    task = await do(http, task_id, "arbitrate", reason="属于消防", department="DEMO-FIRE")
    assert (await do(http, task_id, "claim", inspector="fire-1"))["department"] == "DEMO-FIRE"


async def test_a_task_goes_to_a_colleague_and_keeps_its_state(http: httpx.AsyncClient, make: Make) -> None:
    task_id = await make("TRANSFER")
    await rectifying(http, task_id, "TRANSFER-I")
    task = await do(http, task_id, "transfer", inspector="orange-2", reason="休假")
    assert (task["state"], task["claimed_by"], clocks(task)["RECTIFY"]) == ("RECTIFYING", "orange-2", "RUNNING")
    assert told(await ask(http, task_id, "transfer", inspector="nobody", reason="休假")) == (422, "inspector-unknown")


async def test_a_licence_that_ends_takes_what_is_being_put_right_with_it(
    http: httpx.AsyncClient, tell: Callable[..., Any], make: Make, until: Said
) -> None:
    task_id = await make("GONE")
    await rectifying(http, task_id, "GONE-I")
    await tell(decided("GONE-END", "GONE", 2, kind="ANNUL"))

    async def cancelled() -> Any:
        task = await shown(http, task_id)
        return task if task["state"] == "CANCELLED" else None

    task = await until(cancelled)
    assert (task["closing_case"], clocks(task)["RECTIFY"]) == ("GONE-END", "VOID")
    assert (len(task["rounds"]), task["history"][-1]["verb"]) == (1, "cancel")
    assert told(await ask(http, task_id, "verify", passed=True, inspectors=CREW)) == (409, "task-not-open")


async def bodies(http: httpx.AsyncClient, number: str) -> dict[Verb, dict[str, Any]]:
    """Every verb somebody can ask for, with nothing wrong but the state."""
    why = {"reason": "说明"}
    return {
        Verb.CLAIM: {"inspector": "orange-1"},
        Verb.RETURN: why,
        Verb.ROUTE: why | {"department": "DEMO-FIRE"},
        Verb.DISPUTE: why,
        Verb.ARBITRATE: why | {"department": "DEMO-FIRE"},
        Verb.TRANSFER: why | {"inspector": "orange-2"},
        Verb.PLAN: {"planned_on": await today(http, 1), "officers": CREW},
        Verb.START: {},
        Verb.INSPECT: a_report(f"{number}-I"),
        Verb.CONCLUDE: a_report(f"{number}-I"),
        Verb.RECTIFY: {"requirement": "整改"},
        Verb.REPORT: {"report": "已改"},
        Verb.VERIFY: {"passed": True, "inspectors": CREW},
        Verb.REFER: why | {"referred_to": "示例综合执法局"},
        Verb.SUPPLEMENT: why,
        Verb.PENALISE: PENALTY,
        Verb.FEED_BACK: {"kind": "REVOKE", "reason": "说明", "by": "orange-1"},
        Verb.CLOSE: {"reason": "CEASED"},
    }


async def brought(http: httpx.AsyncClient, make: Make, state: TaskState) -> str:
    """A task in a state."""
    task_id = await make(f"STATE-{state}")
    if state is S.RETURNED:
        await do(http, task_id, "return", reason="说明")
    elif state is S.DISPUTED:
        await do(http, task_id, "dispute", reason="说明")
    elif state in {S.CLAIMED, S.PLANNED, S.CLOSED}:
        await do(http, task_id, "claim", inspector="orange-1")
        if state is S.PLANNED:
            await do(http, task_id, "plan", planned_on=await today(http), officers=CREW)
        elif state is S.CLOSED:
            await do(http, task_id, "close", reason="CEASED")
    elif state in {S.INSPECTING, S.RECTIFYING, S.REFERRED}:
        bring = {S.INSPECTING: failed, S.RECTIFYING: rectifying, S.REFERRED: referred}[state]
        await bring(http, task_id, f"STATE-{state}")
    return task_id


@pytest.mark.parametrize("state", [state for state in TaskState if state is not S.CANCELLED])
async def test_a_verb_in_a_wrong_state_is_refused_with_what_is_possible(
    http: httpx.AsyncClient, make: Make, state: TaskState
) -> None:
    task_id = await brought(http, make, state)
    before = await shown(http, task_id)
    assert before["state"] == state
    said = await bodies(http, state)
    of_many = {Verb.HAND_OVER, Verb.URGE, Verb.ESCALATE}
    assert set(said) == set(Verb) - {Verb.AUTO_CLAIM, Verb.CANCEL, Verb.NARROW} - of_many
    wrong = [verb for verb in said if state not in TRANSITIONS[verb]]
    for verb in wrong:
        name = "feedback" if verb is Verb.FEED_BACK else verb.value
        answer = await ask(http, task_id, name, **said[verb])
        assert told(answer) == (409, "verb-not-now" if state.open else "task-not-open"), (verb, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        for now in possible(state) if state.open else ():
            assert zh_of(now) in answer.json()["title"]
            assert now.value in answer.json()["title_en"]
            assert now not in BY_SYSTEM
    assert wrong
    assert await shown(http, task_id) == before


async def test_of_two_verbs_at_once_the_second_waits_and_finds_what_the_first_did(
    http: httpx.AsyncClient, make: Make
) -> None:
    for number in range(5):
        task_id = await make(f"ONCE-{number}")
        claims = await asyncio.gather(*(ask(http, task_id, "claim", inspector=code) for code in CREW))
        assert sorted(map(told, [each for each in claims if each.status_code != 200])) == [(409, "task-claimed")]
        verbs: list[tuple[str, dict[str, Any]]] = [
            ("return", {"reason": "说明"}),
            ("dispute", {"reason": "说明"}),
            ("close", {"reason": "CEASED"}),
            ("inspect", a_report(f"ONCE-{number}-I")),
        ]
        answers = await asyncio.gather(*(ask(http, task_id, verb, **body) for verb, body in verbs))
        task = await shown(http, task_id)
        states = [change["after"] for change in task["history"]]
        assert [change["before"] for change in task["history"]] == ["PENDING_CLAIM", *states[:-1]]
        assert states[-1] == task["state"]
        done = [each for each in answers if each.status_code in {200, 201}]
        assert len(done) == len(states) - 1
        refused = [told(each) for each in answers if each not in done]
        assert set(refused) <= {(409, "verb-not-now"), (409, "task-not-open")}
        running = [each["kind"] for each in task["deadlines"] if each["state"] == "RUNNING"]
        assert running == {"RETURNED": ["ROUTE"], "DISPUTED": ["ARBITRATION"], "CLOSED": []}[task["state"]]


async def test_two_rectifications_at_once_are_one(http: httpx.AsyncClient, make: Make) -> None:
    task_id = await make("ONE-ORDER")
    await failed(http, task_id, "ONE-ORDER-I")
    answers = await asyncio.gather(*(ask(http, task_id, "rectify", requirement=f"整改 {n}") for n in range(6)))
    assert sorted(each.status_code for each in answers) == [200, *[409] * 5]
    task = await shown(http, task_id)
    assert (len(task["rounds"]), [each["kind"] for each in task["deadlines"]].count("RECTIFY")) == (1, 1)


async def test_a_verb_repeated_with_its_key_answers_the_same_and_is_done_once(
    http: httpx.AsyncClient, make: Make
) -> None:
    task_id = await make("KEY")
    await failed(http, task_id, "KEY-I")
    address, key = f"/api/v1/tasks/{task_id}:rectify", {"Idempotency-Key": "key-1"}
    body = {"by": "boss-1", "requirement": "整改"}
    first, again = [await http.post(address, json=body, headers=key) for _ in range(2)]
    assert (first.status_code, again.status_code, again.content) == (200, 200, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    other = await http.post(address, json=body | {"requirement": "另一整改"}, headers=key)
    assert told(other) == (422, "idempotency-key-reused")
    assert told(await http.post(address, json=body)) == (409, "verb-not-now")
    failing: dict[str, Any] = {"by": "boss-1", "passed": False, "inspectors": CREW}
    verify = f"/api/v1/tasks/{task_id}:verify"
    answers = [await http.post(verify, json=failing, headers={"Idempotency-Key": "key-2"}) for _ in range(3)]
    assert len({answer.content for answer in answers}) == 1
    assert len((await shown(http, task_id))["rounds"]) == 2
    wrong = [await http.post(address, json={}, headers={"Idempotency-Key": "key-3"}) for _ in range(2)]
    assert [told(answer) for answer in wrong] == [(422, "invalid-content")] * 2
    assert wrong[0].content == wrong[1].content


async def test_what_a_fire_officer_does_stays_with_the_fire_department(http: httpx.AsyncClient, make: Make) -> None:
    task_id = await make("FIRE", item=SCARCE, department="DEMO-FIRE")
    task = await do(http, task_id, "conclude", **a_report("FIRE-I", inspectors=FIRE))
    assert (task["state"], task["claimed_by"], clocks(task)) == ("CLOSED", "", {"CLAIM": "MET"})
