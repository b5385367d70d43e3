"""Role switch (角色切换): on a demonstration stack whoever asks is signed in as a person of the role, by its own issuer.

It is there only where ``SHENGUAN_CONSOLE_ROLE_SWITCH`` names the issuer's folder; everywhere else the address is unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from console.web.edge import inside
from console.web.forms import Filled
from console.web.language import said
from console.web.rendering import page
from console.web.services import Services
from console.web.settings import WebSettings
from console.web.sign_in import Entrance
from kernel.refusal import Refusal
from kernel.role import Role
from ops.issuer import Issuer
from ops.state_folder import StateFolder

_PEOPLE = "200"
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Choice:
    """一个角色: what it does here, and who plays it when nobody else is named.

    ``typed``: another number may be typed; ``listed``: somebody else may be chosen of those there are.
    """

    role: Role
    does: str
    person: str
    typed: bool = False
    listed: bool = False


CHOICES = (
    Choice(Role.SUPERVISOR, said("认领任务，现场检查，登记结果"), "SCJG-03", listed=True),
    Choice(Role.LINKAGE_OFFICE, said("维护目录，盯办督办"), "LDB-01"),
    Choice(Role.APPROVER, said("审批办件，查看监管进展，答复反馈"), "SPJ-01"),
    Choice(Role.CREDIT_OFFICER, said("信用评价、修复、异议"), "XYB-01"),
    Choice(Role.ENTERPRISE, said("看本企业的许可、检查与信用，报告整改，申请修复"), "92999999MA0000082Y", typed=True),
    Choice(Role.SYSTEM_ADMIN, said("运行维护"), "YW-01"),
    Choice(Role.SECURITY_ADMIN, said("发放与撤销接口密钥"), "AQ-01"),
    Choice(Role.AUDITOR, said("查阅审计日志"), "SJ-01"),
)


def router(settings: WebSettings, entrance: Entrance, services: Services) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    def issuer() -> Issuer:
        if settings.role_switch is None:
            raise _off()
        return Issuer(StateFolder(settings.role_switch))

    @routes.get("/roles")
    async def asked(request: Request) -> Response:
        """As whom one may look around."""
        return page(request, "roles.html", choices=CHOICES, people=await _people(services, issuer()))

    @routes.post("/roles")
    async def switched(typed: Filled) -> Response:
        """Be somebody else from here on."""
        made = issuer()
        choice = next((each for each in CHOICES if each.role == typed.text("role")), None)
        if choice is None:
            raise _off()
        person, _, department = typed.text("person").partition("@")
        person = person[:_LONGEST] or choice.person or choice.role.value
        held = [department] if department else []
        token = made.token(person, kind="PERSON", roles=[choice.role], departments=held)
        return await entrance.admit(token, inside(typed.text("next", "/")))

    return routes


async def _people(services: Services, issuer: Issuer) -> list[Mapping[str, Any]]:
    """The inspectors there are, with the name of their department; none while supervision is away."""
    token = issuer.token("role-switch", kind="SYSTEM", roles=[Role.LINKAGE_OFFICE])
    said = {"headers": {"Authorization": f"Bearer {token}"}, "params": {"limit": _PEOPLE}}
    try:
        people = (await services.ask("supervision", "GET", "/api/v1/inspectors", **said)).json()["items"]
        departments = (await services.ask("supervision", "GET", "/api/v1/departments", **said)).json()["items"]
    except Refusal:
        return []
    names = {each["code"]: each["name"] for each in departments}
    return [each | {"department_name": names.get(each["department"], each["department"])} for each in people]


def _off() -> Refusal:
    return Refusal(
        code="not-found",
        zh="没有这个地址；角色切换只在演示环境中有",
        en="There is no such address; roles are switched on demonstration stacks alone",
        status=404,
    )
