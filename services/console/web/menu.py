"""Menu (导航): which pages a role is offered. What a role may open, the access table decides."""

from collections.abc import Iterable
from dataclasses import dataclass

from console.web.language import said
from kernel.role import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """一项导航. ``key``: the letter that opens it after ``g``."""

    path: str
    name: str
    key: str
    roles: frozenset[Role] | None = None
    """None: everybody, signed in or not."""


ENTRIES = (
    Entry("/tasks", said("我的任务"), "t", frozenset({Role.SUPERVISOR})),
    Entry("/board", said("联动看板"), "b", frozenset({Role.LINKAGE_OFFICE, Role.APPROVER, Role.SUPERVISOR})),
    Entry("/cards", said("亮牌督办"), "c", frozenset({Role.LINKAGE_OFFICE, Role.SUPERVISOR})),
    Entry("/cases", said("办件"), "a", frozenset({Role.LINKAGE_OFFICE, Role.APPROVER, Role.SUPERVISOR})),
    Entry("/complaints", said("投诉举报"), "h", frozenset({Role.LINKAGE_OFFICE, Role.SUPERVISOR})),
    Entry("/feedback", said("监管反馈"), "f", frozenset({Role.APPROVER})),
    Entry("/imports", said("批量导入"), "i", frozenset({Role.APPROVER})),
    Entry("/visits/plan", said("入企频次"), "v", frozenset({Role.LINKAGE_OFFICE, Role.SUPERVISOR})),
    Entry("/tasks", said("任务"), "t", frozenset({Role.LINKAGE_OFFICE})),
    Entry("/random", said("双随机"), "s", frozenset({Role.SUPERVISOR, Role.LINKAGE_OFFICE})),
    Entry("/publicity", said("公示办理"), "o", frozenset({Role.SUPERVISOR})),
    Entry("/catalogue", said("联动目录"), "m", frozenset({Role.LINKAGE_OFFICE, Role.APPROVER})),
    Entry(
        "/credit",
        said("信用档案"),
        "x",
        frozenset({Role.CREDIT_OFFICER, Role.LINKAGE_OFFICE, Role.APPROVER, Role.SUPERVISOR}),
    ),
    Entry("/enterprise", said("本企业"), "e", frozenset({Role.ENTERPRISE})),
    Entry("/admin", said("字典"), "d", frozenset({Role.LINKAGE_OFFICE})),
    Entry("/admin/keys", said("接口密钥"), "k", frozenset({Role.SECURITY_ADMIN, Role.AUDITOR})),
    Entry("/ops", said("运维"), "o", frozenset({Role.SYSTEM_ADMIN})),
    Entry("/audit", said("审计日志"), "u", frozenset({Role.AUDITOR})),
    Entry("/public", said("公示查询"), "p"),
)


def entries(roles: Iterable[str]) -> list[Entry]:
    """The pages these roles are offered, in the order of the menu."""
    held = set(roles)
    return [entry for entry in ENTRIES if entry.roles is None or entry.roles & held]


def first(roles: Iterable[str]) -> str:
    """Where somebody with these roles begins."""
    return entries(roles)[0].path
