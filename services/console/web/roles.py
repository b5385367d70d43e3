"""Role switch (角色切换): on a demonstration stack whoever asks is signed in as a person of the role, by its own issuer.

It is there only where ``SHENGUAN_CONSOLE_ROLE_SWITCH`` names the issuer's folder; everywhere else the address is unknown.
"""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from console.web.cast import Cast
from console.web.edge import inside
from console.web.forms import Filled
from console.web.language import said
from console.web.rendering import page
from console.web.sign_in import Entrance
from kernel.refusal import Refusal
from kernel.role import Role

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


def router(entrance: Entrance, cast: Cast) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/roles")
    async def asked(request: Request) -> Response:
        """As whom one may look around."""
        return page(request, "roles.html", choices=CHOICES, people=await cast.inspectors())

    @routes.post("/roles")
    async def switched(typed: Filled) -> Response:
        """Be somebody else from here on."""
        cast.issuer()
        choice = next((each for each in CHOICES if each.role == typed.text("role")), None)
        if choice is None:
            raise _no_such_role()
        person, _, department = typed.text("person").partition("@")
        token = await cast.token(choice.role, person[:_LONGEST] or choice.person, [department] if department else [])
        return await entrance.admit(token, inside(typed.text("next", "/")))

    return routes


def _no_such_role() -> Refusal:
    return Refusal(
        code="not-found",
        zh="没有这个角色；请回到角色一览选一个",
        en="There is no such role; go back to the list of roles and choose one",
        status=404,
    )
