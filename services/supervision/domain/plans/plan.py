"""Annual plan (年度抽查计划): the content of one version. Raises ``invalid-content`` with every fault at once.

Source: 57号 item 15, 58号 (十) (统筹制定年度抽查工作计划); filed by the end of March: 聊城市 2025 方案.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from kernel.refusal import Fault, Refusal, malformed
from supervision.domain.content import code_faults, name_faults, region_faults
from supervision.domain.plans.entry import PlanEntry, entry_faults

_YEARS = range(2000, 2200)
_MOST_ENTRIES = 500


@dataclass(frozen=True, kw_only=True)
class AnnualPlan:
    """年度抽查计划. ``reason``: why this version is made (变更原因), needed from the second version on."""

    plan_no: str
    year: int
    title: str
    lead_department: str
    region: str = ""
    entries: tuple[PlanEntry, ...]
    reason: str = ""

    def __post_init__(self) -> None:
        if faults := list(_plan_faults(self)):
            raise malformed(faults)

    def entry(self, code: str) -> PlanEntry:
        """The entry of that code. Refuses ``not-found`` (404)."""
        for entry in self.entries:
            if entry.code == code:
                return entry
        raise Refusal(
            code="not-found",
            zh=f"计划 {self.plan_no} 没有计划项 {code[:64]}，请核对编码",
            en=f"plan {self.plan_no} has no entry {code[:64]}; check the code",
            status=404,
        )

    @property
    def matters(self) -> frozenset[str]:
        """Every matter some entry covers."""
        return frozenset(matter for entry in self.entries for matter in entry.matters)

    @property
    def departments(self) -> tuple[str, ...]:
        """Every department some entry names, and the lead, sorted."""
        named = {code for entry in self.entries for code in entry.department_codes}
        return tuple(sorted(named | {self.lead_department}))


def _plan_faults(plan: AnnualPlan) -> Iterator[Fault]:
    yield from code_faults("/plan_no", plan.plan_no)
    yield from name_faults("/title", plan.title)
    yield from code_faults("/lead_department", plan.lead_department)
    yield from region_faults("/region", plan.region or None)
    yield from name_faults("/reason", plan.reason, longest=1000, required=False)
    if plan.year not in _YEARS:
        zh, en = f"年度为 {_YEARS[0]} 至 {_YEARS[-1]}", f"a year of {_YEARS[0]} to {_YEARS[-1]}"
        yield Fault(pointer="/year", zh=zh, en=en)
    codes = [entry.code for entry in plan.entries]
    if not 1 <= len(codes) <= _MOST_ENTRIES:
        zh, en = f"计划项为 1 至 {_MOST_ENTRIES} 项", f"a plan has 1 to {_MOST_ENTRIES} entries"
        yield Fault(pointer="/entries", zh=zh, en=en)
    for index, entry in enumerate(plan.entries):
        yield from entry_faults(f"/entries/{index}", entry, plan.year)
        if entry.code in codes[:index]:
            yield Fault(
                pointer=f"/entries/{index}/code", zh="计划项编码重复，请改用另一个", en="another entry has this code"
            )
