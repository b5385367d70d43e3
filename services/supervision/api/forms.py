"""A catalogue version over HTTP (目录版本报文): read by pydantic, which names every fault where it stands."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from chassis.access.acting import Acting
from kernel.deadline import Limit
from kernel.refusal import Refusal
from supervision.domain.catalogue import (
    CatalogueVersion,
    Checklist,
    ChecklistLine,
    Link,
    Method,
    PushMode,
    Relation,
    Risk,
    Trigger,
)
from supervision.domain.catalogue.commands import DraftVersion

MOST = 100_000


def read_limit(said: Any) -> Limit | None:
    """A limit as people write it. Raises ValueError."""
    if said is None or said == "":
        return None
    try:
        return Limit.asked(str(said).strip())
    except Refusal as error:
        told = "时限写作 2wd、10d、2m 或 24h，至多十年 / write a limit as 2wd, 10d, 2m or 24h, at most ten years"
        raise ValueError(told) from error


LimitText = Annotated[
    Limit | None, BeforeValidator(read_limit), WithJsonSchema({"type": ["string", "null"], "examples": ["2wd"]})
]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


class ChecklistLineForm(_Form):
    """检查项."""

    code: str
    text: str


class ChecklistForm(_Form):
    """检查表."""

    code: str
    name: str
    version: str = "1"
    lines: list[ChecklistLineForm] = Field(max_length=1000)


class LinkForm(_Form):
    """联动关系."""

    code: str
    item_code: str
    approval_catalog_code: str = ""
    approval_task_code: str = ""
    approval_handle_item_code: str = ""
    approval_item_name: str = ""
    approval_item_type: str = ""
    approval_department: str = ""
    approval_department_name: str = ""
    approval_department_uscc: str = ""
    approval_section: str = ""
    supervise_item_code: str = ""
    supervise_item_check_icode: str = ""
    supervise_main_item: str = ""
    supervise_sub_item: str = ""
    department: str
    department_name: str = ""
    department_uscc: str = ""
    section: str = ""
    responsible_officer: str = ""
    liaison: str = ""
    relation: Relation = Relation.PRIMARY
    triggers: list[Trigger] = Field(max_length=len(Trigger))
    push_mode: PushMode = PushMode.MANUAL_CLAIM
    claim_limit: LimitText = None
    first_check_limit: LimitText = None
    feedback_limit: LimitText = None
    method: Method = Method.ON_SITE
    risk: Risk = Risk.MEDIUM
    officers: int = Field(2, ge=0, le=1000)
    certificate_required: bool = False
    check_days: Annotated[Decimal, Field(max_digits=6, decimal_places=2)] = Decimal(1)
    check_kind: str
    checklist: str
    checklist_version: str = ""
    legal_basis: str = ""
    condition: str = ""
    effective_from: date
    effective_to: date | None = None


class CatalogueForm(_Form):
    """A version whole (目录版本), and the person who drafts it."""

    by: Acting = Field(description="起草人编号 / the drafter's code")
    version: str
    effective_from: date
    effective_to: date | None = None
    change_reason: str = ""
    checklists: list[ChecklistForm] = Field(max_length=MOST)
    links: list[LinkForm] = Field(max_length=MOST)

    def command(self) -> DraftVersion:
        """The command. Refuses ``invalid-content`` with every fault."""
        content = CatalogueVersion(
            version=self.version,
            effective_from=self.effective_from,
            effective_to=self.effective_to,
            change_reason=self.change_reason,
            checklists=tuple(
                Checklist(
                    code=checklist.code,
                    name=checklist.name,
                    version=checklist.version,
                    lines=tuple(ChecklistLine(code=line.code, text=line.text) for line in checklist.lines),
                )
                for checklist in self.checklists
            ),
            links=tuple(Link(**{**dict(link), "triggers": frozenset(link.triggers)}) for link in self.links),
        )
        return DraftVersion(content=content, by=self.by)


class PersonForm(_Form):
    """Who does it (经办人)."""

    by: Acting


class RetireForm(PersonForm):
    """Who ends a version, and from which day on (停用)."""

    on: date | None = Field(None, description="停用日，省略为今天 / first day it no longer counts, today when left out")
