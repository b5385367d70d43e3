"""Names of people are asked as the reader, of who is shown to the reader; nothing is missing because of a name."""

from collections.abc import Mapping
from typing import Any, cast

import httpx
from starlette.requests import Request

from console.web.people import people_of
from console.web.services import Services
from console.web.session import Session, carry
from kernel.refusal import Refusal
from kernel.role import Role

PEOPLE = {"/api/v1/people": {"LDB-01": "曹示一"}, "/api/v1/inspectors": {"SCJG-03": "钱示三"}}


class Told:
    """Services that remember what they were asked; those ``away`` refuse."""

    def __init__(self, *away: str) -> None:
        self.away = away
        self.asked: dict[str, str] = {}

    async def ask(self, service: str, _method: str, path: str, *, params: Mapping[str, str], headers: Any) -> Any:
        assert headers["Authorization"] == "Bearer mine"
        self.asked[path] = params.get("department", "")
        if service in self.away:
            raise Refusal(code="service-away", zh="不在", en="away", status=503)
        return httpx.Response(200, json={"items": [{"code": c, "name": n} for c, n in PEOPLE[path].items()]})


def reader(*roles: Role, departments: tuple[str, ...] = ("*",), name: str = "") -> Request:
    scope: dict[str, Any] = {"type": "http", "headers": []}
    carry(
        scope, Session(token="mine", until=0, person="LDB-09", name=name, roles=tuple(roles), departments=departments)
    )
    return Request(scope)


async def names(told: Told, request: Request, department: str = "") -> dict[str, str]:
    return await people_of(cast("Services", told), request, department)


async def test_everybody_the_reader_is_shown_has_a_name() -> None:
    told = Told()
    shown = await names(told, reader(Role.LINKAGE_OFFICE, name="曹示九"), "SCJG")
    assert shown == {"LDB-01": "曹示一", "SCJG-03": "钱示三", "LDB-09": "曹示九"}
    assert told.asked == {"/api/v1/people": "SCJG", "/api/v1/inspectors": "SCJG"}


async def test_who_has_one_department_asks_for_that_alone() -> None:
    told = Told()
    await names(told, reader(Role.SUPERVISOR, departments=("WJJ",)), "SCJG")
    assert set(told.asked.values()) == {"WJJ"}


async def test_no_list_is_asked_for_that_the_reader_may_not_see() -> None:
    told = Told()
    await names(told, reader(Role.APPROVER))
    await names(told, reader(Role.AUDITOR))
    assert told.asked == {"/api/v1/people": ""}


async def test_a_service_that_is_away_leaves_codes() -> None:
    assert await names(Told("approval"), reader(Role.SUPERVISOR)) == {"SCJG-03": "钱示三"}
    assert await names(Told("approval", "supervision"), reader(Role.SUPERVISOR)) == {}


async def test_nobody_is_named_to_nobody() -> None:
    assert await names(Told(), Request({"type": "http", "headers": []})) == {}
