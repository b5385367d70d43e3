"""The guided walk (导览) of a demonstration: five steps through the whole chain, each with the role and the page it takes.

A fresh enterprise of its own goes along in a sealed cookie, so that several people walk at once. A step is ticked by what
the read model was told, never by a click. Only where roles may be switched; everywhere else the addresses are unknown.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from chassis.pages import Reading
from console import queries
from console.web.cast import Cast
from console.web.forms import Filled
from console.web.rendering import WALK, page
from console.web.services import Services
from console.web.session import Vault
from console.web.sign_in import Entrance
from console.web.walk_steps import STEPS
from kernel.clock import china_day
from kernel.role import Role
from kernel.subject import IdType, number_fault

SOURCE = "walk"
"""来源系统 of what the walk decides, so that it is told from everything else."""
_FOOD, _REGION = "000131024000", "640202"
"""食品经营许可 of the example county."""
_APPROVER, _OFFICER = "SPJ-01", "SCJG-03"
_HOURS = 12 * 3600
_NOTHING_NEW, _SEE_OTHER = 204, 303
_TRIES, _PAUSE = 25, 0.2
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """一次导览: the case that was decided, the enterprise, and whether the public page was opened."""

    case_id: str
    id_no: str
    name: str
    looked: bool = False


class _Walks:
    """The walks people are on, each in a cookie of its own."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def kept(self, request: Request) -> Walk | None:
        """The walk of a browser."""
        content = self._vault.open(request.cookies.get(WALK, ""))
        return Walk(**content) if content else None

    def keep(self, answer: Response, walk: Walk) -> Response:
        """The answer, carrying the walk."""
        self._vault.keep(answer, WALK, self._vault.seal(asdict(walk)), _HOURS)
        return answer


def router(
    cast: Cast,
    entrance: Entrance,
    vault: Vault,
    services: Services,
    reading: Reading,
    now: Callable[[], datetime],
) -> APIRouter:
    """The routes; refuse ``not-found`` (404) where roles are not switched."""
    routes, walks = APIRouter(), _Walks(vault)

    @routes.get("/walk")
    async def shown(request: Request, since: Annotated[str, Query(max_length=20)] = "") -> Response:
        """How far it is; 204 when that is what the page shows already (``since``)."""
        cast.issuer()
        walk = walks.kept(request)
        done = await _done(reading, walk) if walk else ()
        marks = "".join("1" if each else "0" for each in done)
        if since and since == marks:
            return Response(status_code=_NOTHING_NEW)
        return page(request, "walk.html", walk=walk, done=done, marks=marks)

    @routes.post("/walk/{number}")
    async def taken(request: Request, number: int, _typed: Filled) -> Response:
        """Take the role and the page of a step; the first begins a walk of its own."""
        cast.issuer()
        walk = walks.kept(request)
        if number == 1 or walk is None:
            walk = _begun()
            token = await cast.token(Role.APPROVER, _APPROVER)
            await _decide(services, token, walk, china_day(now()))
            await _until(reading, walk)
            return walks.keep(await entrance.admit(token, f"/cases/{SOURCE}/{walk.case_id}"), walk)
        if number == len(STEPS):
            looked = Walk(**asdict(walk) | {"looked": True})
            return walks.keep(RedirectResponse(f"/public?q={quote(walk.id_no)}", _SEE_OTHER), looked)
        token, address = await _place(cast, reading, walk, number)
        return await entrance.admit(token, address)

    @routes.post("/walk")
    async def ended(_typed: Filled) -> Response:
        """Walk no further."""
        answer = RedirectResponse("/roles", _SEE_OTHER)
        answer.delete_cookie(WALK)
        return answer

    return routes


async def _place(cast: Cast, reading: Reading, walk: Walk, number: int) -> tuple[str, str]:
    """Who one is in a step, and where."""
    if STEPS[number - 1].role == Role.ENTERPRISE:
        return await cast.token(Role.ENTERPRISE, walk.id_no), "/enterprise#credit"
    task = await _task(reading, walk)
    token = await cast.token(Role.SUPERVISOR, _OFFICER, ["SCJG"])
    if task is None:
        return token, "/tasks"
    fills = number > 2 and task["state"] in {"CLAIMED", "PLANNED", "INSPECTING"} and not task["inspection_no"]  # noqa: PLR2004 - the third step
    return token, f"/tasks/{task['task_id']}{'/visit' if fills else ''}"


async def _done(reading: Reading, walk: Walk) -> tuple[bool, ...]:
    """Which steps have happened, by what the read model was told."""
    async with reading() as connection:
        case = await queries.one_case(connection, SOURCE, walk.case_id)
    tasks = case["tasks"] if case else []
    graded = bool(case and case["subject"] and case["subject"]["grade"])
    inspected = any(each["inspection_no"] for each in tasks)
    return (case is not None, bool(tasks), inspected, graded, walk.looked)


async def _task(reading: Reading, walk: Walk) -> Mapping[str, Any] | None:
    async with reading() as connection:
        case = await queries.one_case(connection, SOURCE, walk.case_id)
    return next(iter(case["tasks"]), None) if case else None


async def _until(reading: Reading, walk: Walk) -> None:
    """Wait until the task has arrived, some seconds at most."""
    for _ in range(_TRIES):
        if await _task(reading, walk):
            return
        await asyncio.sleep(_PAUSE)


def _begun() -> Walk:
    """A walk of its own: an enterprise nobody has, whose code checks."""
    number = f"{secrets.randbelow(10_000_000):07}"
    stem = f"91999999MA{number}"
    code = next(stem + each for each in _ALPHABET if number_fault("", IdType.USCC, stem + each) is None)
    return Walk(case_id=f"DL-{secrets.token_hex(5).upper()}", id_no=code, name=f"导览{number}号餐饮店")


async def _decide(services: Services, token: str, walk: Walk, today: date) -> None:
    """作出决定, as the approver whose token it is."""
    case = {
        "source_system": SOURCE,
        "case_id": walk.case_id,
        "kind": "NEW",
        "item_code": _FOOD,
        "region": _REGION,
        "decided_on": today.isoformat(),
        "subject": {"id_type": "001", "id_no": walk.id_no, "kind": "ORGANISATION", "name": walk.name},
        "object": {"object_no": walk.case_id, "name": walk.name, "address": "示例县导览路1号"},
    }
    await services.ask("approval", "POST", "/api/v1/cases", json=case, headers={"Authorization": f"Bearer {token}"})
