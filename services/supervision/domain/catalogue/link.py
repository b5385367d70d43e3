"""Link (联动关系): an approval item, on these occasions, leads to one supervision item of one department."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kernel.deadline import Limit
from kernel.decision import DecisionKind
from kernel.refusal import Fault
from supervision.domain.catalogue import codes
from supervision.domain.catalogue.condition import LONGEST
from supervision.domain.catalogue.period import overlap, period_faults
from supervision.domain.catalogue.words import Method, PushMode, Relation, Risk, Trigger
from supervision.domain.content import code_faults, name_faults, supervise_code_faults
from supervision.domain.inspector import FEWEST

_CODES = ("code", "item_code", "department", "check_kind", "checklist")
_OPTIONAL_CODES = ("approval_department", "responsible_officer", "liaison", "checklist_version")
_NAMES = {
    **dict.fromkeys(("approval_item_name", "supervise_main_item", "supervise_sub_item"), 1000),
    **dict.fromkeys(("approval_item_type", "approval_department_name", "department_name"), 200),
    **dict.fromkeys(("approval_section", "section"), 200),
    "legal_basis": 4000,
    "condition": LONGEST,
}
_MOST_OFFICERS = 50
_MOST_DAYS = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class Link:
    """联动关系. ``code`` names it for ever, across versions: corrections, changes and the impact list know it by that.

    ``item_code`` is what decisions name; the three approval codes say which national item that is. A limit to
    claim or to check first that is None starts no clock, one of the feedback is then that of the process rules.
    ``officers`` × ``check_days`` is the effort of one check (人日); with ``certificate_required`` each of them has a
    registered certificate (须登记执法证件). An empty
    ``checklist_version`` is the one this catalogue version holds.
    """

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
    triggers: frozenset[Trigger]
    push_mode: PushMode = PushMode.MANUAL_CLAIM
    claim_limit: Limit | None = None
    first_check_limit: Limit | None = None
    feedback_limit: Limit | None = None
    method: Method = Method.ON_SITE
    risk: Risk = Risk.MEDIUM
    officers: int = FEWEST
    certificate_required: bool = False
    check_days: Decimal = Decimal(1)
    check_kind: str
    checklist: str
    checklist_version: str = ""
    legal_basis: str = ""
    condition: str = ""
    effective_from: date
    effective_to: date | None = None

    @property
    def period(self) -> tuple[date, date | None]:
        """[effective_from, effective_to)."""
        return self.effective_from, self.effective_to

    @property
    def effort(self) -> Decimal:
        """人日 of one check; what only goes into the random pool takes none."""
        return Decimal(0) if self.method is Method.RANDOM_POOL else self.officers * self.check_days

    def occasions(self, kind: DecisionKind, *, commitment: bool = False) -> tuple[Trigger, ...]:
        """触发情形 of a decision that this link names; each is a task of its own."""
        return occasions(self.triggers, kind, commitment=commitment)


def occasions(triggers: frozenset[Trigger], kind: DecisionKind, *, commitment: bool) -> tuple[Trigger, ...]:
    """The occasions of a decision among ``triggers``: its kind, and a promise that came with it."""
    promised = commitment and not kind.ends_licence
    met = (Trigger(kind), *((Trigger.COMMITMENT,) if promised else ()))
    return tuple(trigger for trigger in met if trigger in triggers)


def link_faults(pointer: str, link: Link) -> Iterator[Fault]:
    """What is wrong with a link by itself; its condition is checked where conditions are compiled."""
    for name in _CODES:
        yield from code_faults(f"{pointer}/{name}", getattr(link, name))
    for name in _OPTIONAL_CODES:
        if value := getattr(link, name):
            yield from code_faults(f"{pointer}/{name}", value)
    for name, longest in _NAMES.items():
        yield from name_faults(f"{pointer}/{name}", getattr(link, name), longest=longest, required=False)
    if not link.triggers:
        yield Fault(
            pointer=f"{pointer}/triggers",
            zh=f"触发情形至少一项，可用 {'、'.join(Trigger)}",
            en=f"name at least one of {', '.join(Trigger)}",
        )
    yield from _item_code_faults(pointer, link)
    yield from _number_faults(pointer, link)
    yield from period_faults(pointer, *link.period)


def _item_code_faults(pointer: str, link: Link) -> Iterator[Fault]:
    task, handle = link.approval_task_code, link.approval_handle_item_code
    yield from codes.catalog_code_faults(f"{pointer}/approval_catalog_code", link.approval_catalog_code)
    yield from codes.task_code_faults(f"{pointer}/approval_task_code", task)
    yield from codes.handle_code_faults(f"{pointer}/approval_handle_item_code", handle)
    yield from supervise_code_faults(f"{pointer}/supervise_item_code", link.supervise_item_code)
    yield from codes.check_code_faults(f"{pointer}/supervise_item_check_icode", link.supervise_item_check_icode)
    yield from codes.uscc_faults(f"{pointer}/approval_department_uscc", link.approval_department_uscc)
    yield from codes.uscc_faults(f"{pointer}/department_uscc", link.department_uscc)
    for field, whole, part, said, name in (
        ("approval_task_code", task, task[19:], link.approval_catalog_code, ("基本编码", "basic code")),
        ("approval_task_code", task, task[:18], link.approval_department_uscc, ("审批部门代码", "approver's code")),
        ("approval_handle_item_code", handle, handle[:31], task, ("实施编码", "implementation code")),
        (
            *("supervise_item_check_icode", link.supervise_item_check_icode, link.supervise_item_check_icode[:18]),
            *(link.department_uscc, ("监管部门代码", "supervisor's code")),
        ),
    ):
        yield from codes.agreement_faults(f"{pointer}/{field}", whole, part, said, name)


def _number_faults(pointer: str, link: Link) -> Iterator[Fault]:
    if not FEWEST <= link.officers <= _MOST_OFFICERS:
        yield Fault(
            pointer=f"{pointer}/officers",
            zh=f"每次检查的执法人员为 {FEWEST} 至 {_MOST_OFFICERS} 人（行政处罚法第四十二条）",
            en=f"a check takes {FEWEST} to {_MOST_OFFICERS} officers (行政处罚法 art. 42)",
        )
    if not 0 < link.check_days <= _MOST_DAYS:
        yield Fault(
            pointer=f"{pointer}/check_days",
            zh=f"每次检查所需工作日大于 0，至多 {_MOST_DAYS}，可用小数，如 0.5",
            en=f"the working days of a check are above 0 and at most {_MOST_DAYS}, e.g. 0.5",
        )


def repeats(link: Link, other: Link) -> bool:
    """Two links that would make two tasks of one decision for the same supervision (重复联动)."""
    same = ("item_code", "department", "check_kind", "checklist", "condition")
    return (
        all(getattr(link, name) == getattr(other, name) for name in same)
        and bool(link.triggers & other.triggers)
        and overlap(link.period, other.period)
    )
