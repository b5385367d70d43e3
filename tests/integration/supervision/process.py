"""What the tests of the process (过程) share: a catalogue with limits, tasks made by decisions, verbs over HTTP."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import httpx

from tests.fakes.supervised import decided
from tests.integration.supervision.conftest import Addresses, Said, a_catalogue_file, an_inspection, publish
from tests.tokens import headers

Tell = Callable[..., Awaitable[None]]
CREW = ["orange-1", "orange-2"]
FIRE = ["fire-1", "fire-2"]
BOTH = "2001"
"""An item two departments supervise."""
PAPERS = "2002"
"""An item that is checked on paper."""
POOL = "2003"
"""An item whose objects go into the random pool."""
SCARCE = "2004"
"""An item of another department with the checklist of 1006."""
CERTIFIED = "2005"
"""An item whose officers need a registered certificate."""
PENALTY: dict[str, Any] = {
    "punish_types": ["02"],
    "punish_document_code": "某罚〔2011〕1 号",
    "fine": "1000.50",
    "filing_date": "2011-09-02",
    "decision_date": "2011-09-02",
}


class Make(Protocol):
    """Makes a task by a decision and answers with its id."""

    async def __call__(
        self, object_no: str, *, item: str = "1006", department: str = "DEMO-FOOD", version: int = 1
    ) -> str: ...


def with_limits() -> dict[str, Any]:
    """A version whose links have limits, as in force as the one every test has."""
    plain = a_catalogue_file("2011-P", effective_from="2011-01-01")
    (food,) = plain["links"]
    food |= {"claim_limit": "2wd", "first_check_limit": "5wd", "liaison": "liaison-1"}
    others = [
        food | {"code": "FIRE", "department": "DEMO-FIRE", "liaison": "liaison-2", "item_code": BOTH},
        food | {"code": "BOTH", "item_code": BOTH},
        food | {"code": "PAPERS", "item_code": PAPERS, "method": "DOCUMENT"},
        food | {"code": "POOL", "item_code": POOL, "method": "RANDOM_POOL"},
        food | {"code": "CERTIFIED", "item_code": CERTIFIED, "certificate_required": True},
        food | {"code": "SCARCE", "item_code": SCARCE, "department": "DEMO-FIRE", "liaison": ""},
    ]
    for link in (food, *others):
        link["triggers"] = ["NEW", "CHANGE", "RENEW"]
    return plain | {"links": [food, *others]}


def furnish(addresses: Addresses) -> None:
    """Publish the version with limits."""
    with httpx.Client(base_url=addresses.http, headers=headers()) as client:
        publish(client, with_limits())


def maker(http: httpx.AsyncClient, tell: Tell, until: Said) -> Make:
    """Makes tasks as decisions make them."""

    async def made(object_no: str, *, item: str = "1006", department: str = "DEMO-FOOD", version: int = 1) -> str:
        case = f"{object_no}-{item}"
        await tell(decided(case, object_no, version, item_code=item))
        which = {"object_no": object_no, "department": department}

        async def found() -> list[dict[str, Any]]:
            items = (await http.get("/api/v1/tasks", params=which)).json()["items"]
            return [task for task in items if task["case_id"] == case]

        (task,) = await until(found)
        return str(task["task_id"])

    return made


async def ask(http: httpx.AsyncClient, task_id: str, verb: str, **body: Any) -> httpx.Response:
    """One verb on a task; somebody does it unless the verb knows who."""
    if verb not in {"claim", "inspect", "conclude"}:
        body = {"by": "boss-1"} | body
    return await http.post(f"/api/v1/tasks/{task_id}:{verb}", json=body)


async def do(http: httpx.AsyncClient, task_id: str, verb: str, **body: Any) -> dict[str, Any]:
    """One verb that must not be refused; the task afterwards."""
    answer = await ask(http, task_id, verb, **body)
    assert answer.status_code in {200, 201}, (verb, answer.text)
    return await shown(http, task_id)


async def shown(http: httpx.AsyncClient, task_id: str) -> dict[str, Any]:
    """The task whole."""
    found: dict[str, Any] = (await http.get(f"/api/v1/tasks/{task_id}")).json()
    return found


def a_report(number: str, *failed: str, **changes: Any) -> dict[str, Any]:
    """The inspection of a task, every line answered."""
    report = an_inspection(number, "", result="FAIL" if failed else "PASS")
    del report["object_no"], report["source_system"]
    for code in failed:
        report["lines"][int(code) - 1]["result"] = "FAIL"
    return report | changes


async def failed(http: httpx.AsyncClient, task_id: str, number: str) -> dict[str, Any]:
    """Claimed, and inspected with something wrong."""
    await do(http, task_id, "claim", inspector="orange-1")
    return await do(http, task_id, "inspect", **a_report(number, "3"))


async def rectifying(http: httpx.AsyncClient, task_id: str, number: str) -> dict[str, Any]:
    """As above, and ordered to be put right."""
    await failed(http, task_id, number)
    return await do(http, task_id, "rectify", requirement="整改冷藏温度", limit="10d")


async def referred(http: httpx.AsyncClient, task_id: str, number: str) -> dict[str, Any]:
    """As above, and referred to enforcement."""
    await failed(http, task_id, number)
    return await do(http, task_id, "refer", reason="涉嫌违法", referred_to="示例综合执法局")


def clocks(task: dict[str, Any]) -> dict[str, str]:
    """The newest clock of each kind, and how it stands."""
    return {each["kind"]: each["state"] for each in task["deadlines"]}


def clock(task: dict[str, Any], kind: str) -> dict[str, Any]:
    """The newest clock of a kind."""
    found: dict[str, Any] = [each for each in task["deadlines"] if each["kind"] == kind][-1]
    return found


def told(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["type"].removeprefix("urn:shenguan:problem:")


def pointers(answer: httpx.Response) -> list[str]:
    """Where a refusal says it is wrong."""
    return [fault["pointer"] for fault in answer.json()["errors"]]


async def today(http: httpx.AsyncClient, days: int = 0) -> str:
    """The day of the service in China, or one before or after."""
    now = datetime.fromisoformat((await http.get("/ops/v1/clock")).json()["now"])
    return str(date.fromisoformat(str((now + timedelta(hours=8)).date())) + timedelta(days=days))
