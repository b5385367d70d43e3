"""Matter (抽查事项): what is checked at random, by one department, known by its code in the national list.

Source: 石大政办发〔2021〕57号 item 15, 58号 (十): 一般检查事项与重点检查事项; what bears directly on public safety and
people's health is left out of the random pool.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from kernel.refusal import Fault, Refusal, malformed
from supervision.domain.content import code_faults, name_faults, supervise_code_faults
from supervision.domain.plans.words import MatterCategory


@dataclass(frozen=True, kw_only=True)
class Matter:
    """抽查事项. ``code``: 监管事项目录编码, 14 digits. Raises ``invalid-content``.

    Its objects are not registered: they hold an approval item which the catalogue in force links to this code and this
    department. One that is not ``active`` (停用) enters no new plan.
    """

    code: str
    name: str
    department: str
    category: MatterCategory = MatterCategory.GENERAL
    legal_basis: str = ""
    checklist: str = ""
    checklist_version: str = ""
    active: bool = True
    since: date | None = None
    """Since when it may be drawn (可抽查起始日); the register sets it."""

    def __post_init__(self) -> None:
        faults = [
            *matter_code_faults("/code", self.code),
            *name_faults("/name", self.name, longest=1000),
            *code_faults("/department", self.department),
            *name_faults("/legal_basis", self.legal_basis, longest=4000, required=False),
        ]
        for name in ("checklist", "checklist_version"):
            if value := getattr(self, name):
                faults += code_faults(f"/{name}", value)
        if faults:
            raise malformed(faults)

    @property
    def at_random(self) -> bool:
        """True when a random draw may cover it (可以随机抽查)."""
        return self.active and self.category is not MatterCategory.PUBLIC_SAFETY

    def registered(self, known: "Matter | None", today: date) -> Self:
        """登记: as it is kept. ``since`` is the day it first could be drawn, or could again."""
        if not self.at_random:
            return replace(self, since=None)
        return replace(self, since=known.since if known and known.since else today)


def matter_code_faults(pointer: str, code: str) -> list[Fault]:
    """A code of the national list, which must be there."""
    if not code:
        return [Fault(pointer=pointer, zh="请填写 14 位监管事项目录编码", en="give the 14 digits of the matter")]
    return supervise_code_faults(pointer, code)


def no_such_matter(code: str) -> Refusal:
    """没有该抽查事项: 404 ``not-found``."""
    return Refusal(
        code="not-found",
        zh=f"没有抽查事项 {code[:64]}，请核对编码或先登记",
        en=f"there is no matter {code[:64]}; check the code or register it first",
        status=404,
    )
