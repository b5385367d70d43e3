"""Cast (演示人员): who plays which role on a demonstration stack, signed in by its own issuer under the name they have.

It is there only where ``SHENGUAN_CONSOLE_ROLE_SWITCH`` names the issuer's folder.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from console.web.services import Services, part
from console.web.settings import WebSettings
from kernel.refusal import Refusal
from kernel.role import Role
from ops.issuer import Issuer
from ops.state_folder import StateFolder

_PEOPLE = "200"
_LISTS = {
    Role.SUPERVISOR: ("supervision", "/api/v1/inspectors"),
    Role.APPROVER: ("approval", "/api/v1/people"),
    Role.LINKAGE_OFFICE: ("approval", "/api/v1/people"),
}
"""Where a person of a role stands with a name."""
_ELSEWHERE = {"XYB-01": "蔡示一", "YW-01": "杜示一", "AQ-01": "丁示一", "SJ-01": "范示一"}
"""Names only an identity provider has: these people stand in no list of the services."""


class Cast:
    """演示人员. ``there``: whether roles are switched here."""

    def __init__(self, settings: WebSettings, services: Services) -> None:
        self._folder = settings.role_switch
        self._services = services

    def issuer(self) -> Issuer:
        """Who signs people in as anybody here. Refuses ``not-found`` (404) everywhere else."""
        if self._folder is None:
            raise _off()
        return Issuer(StateFolder(self._folder))

    async def token(self, role: Role, person: str, departments: Sequence[str] = ()) -> str:
        """A token of somebody in a role."""
        name = await self._name(role, person)
        return self.issuer().token(person, kind="PERSON", roles=[role], departments=departments, name=name)

    async def inspectors(self) -> list[Mapping[str, Any]]:
        """The inspectors there are, with the name of their department; none while supervision is away."""
        people = await self._list("supervision", "/api/v1/inspectors", limit=_PEOPLE)
        departments = await self._list("supervision", "/api/v1/departments", limit=_PEOPLE)
        names = {each["code"]: each["name"] for each in departments}
        return [each | {"department_name": names.get(each["department"], each["department"])} for each in people]

    async def _name(self, role: Role, person: str) -> str:
        """What somebody is called; empty when nobody says."""
        if role == Role.ENTERPRISE:
            told = await self._told("credit", f"/api/v1/public/subjects/{part(person)}")
            return str(told.get("name", ""))
        listed = await self._list(*_LISTS[role], q=person) if role in _LISTS else ()
        return next((str(each["name"]) for each in listed if each["code"] == person), _ELSEWHERE.get(person, ""))

    async def _list(self, service: str, path: str, **query: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self._told(service, path, **query)).get("items", [])
        return found

    async def _told(self, service: str, path: str, **query: str) -> dict[str, Any]:
        token = self.issuer().token("role-switch", kind="SYSTEM", roles=[Role.LINKAGE_OFFICE])
        said = {"headers": {"Authorization": f"Bearer {token}"}, "params": query}
        try:
            told: dict[str, Any] = (await self._services.ask(service, "GET", path, **said)).json()
        except Refusal:
            return {}
        return told


def _off() -> Refusal:
    return Refusal(
        code="not-found",
        zh="没有这个地址；角色切换与导览只在演示环境中有",
        en="There is no such address; roles are switched, and the walk is, on demonstration stacks alone",
        status=404,
    )
