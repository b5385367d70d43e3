"""Catalogue version (目录版本): its content. Raises ``invalid-content`` with every fault at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kernel.refusal import Fault, malformed
from supervision.domain.catalogue.checklist import Checklist, checklist_faults, repeated_faults
from supervision.domain.catalogue.condition import Conditions
from supervision.domain.catalogue.link import Link, link_faults, repeats
from supervision.domain.catalogue.period import period_faults
from supervision.domain.content import code_faults, name_faults


@dataclass(frozen=True, kw_only=True)
class CatalogueVersion:
    """目录版本: what one edition of the catalogue says; who wrote and published it is in the VersionRecord."""

    version: str
    effective_from: date
    effective_to: date | None = None
    change_reason: str = ""
    checklists: tuple[Checklist, ...]
    links: tuple[Link, ...]

    def __post_init__(self) -> None:
        if faults := list(_version_faults(self)):
            raise malformed(faults)

    def link(self, code: str) -> Link | None:
        """The link of that code."""
        return next((link for link in self.links if link.code == code), None)


def condition_faults(links: Sequence[Link], conditions: Conditions) -> Iterator[Fault]:
    """Every condition compiles and answers true or false."""
    for index, link in enumerate(links):
        if link.condition and (fault := conditions.fault(f"/links/{index}/condition", link.condition)):
            yield fault


def _version_faults(version: CatalogueVersion) -> Iterator[Fault]:
    yield from code_faults("/version", version.version)
    yield from period_faults("", version.effective_from, version.effective_to)
    yield from name_faults("/change_reason", version.change_reason, longest=1000, required=False)
    yield from repeated_faults("/checklists", [checklist.code for checklist in version.checklists])
    for index, checklist in enumerate(version.checklists):
        yield from checklist_faults(f"/checklists/{index}", checklist)
    yield from repeated_faults("/links", [link.code for link in version.links])
    known = {checklist.code: checklist.version for checklist in version.checklists}
    for index, link in enumerate(version.links):
        yield from link_faults(f"/links/{index}", link)
        yield from _checklist_faults(f"/links/{index}", link, known)
    yield from _repetition_faults(version.links)


def _checklist_faults(pointer: str, link: Link, known: dict[str, str]) -> Iterator[Fault]:
    if link.checklist not in known:
        yield Fault(
            pointer=f"{pointer}/checklist",
            zh="本版本没有该检查表，请在 checklists 中补充，或改为已有的检查表",
            en="this version has no such checklist; add it to checklists or name another",
        )
    elif link.checklist_version and link.checklist_version != known[link.checklist]:
        yield Fault(
            pointer=f"{pointer}/checklist_version",
            zh=f"本版本中该检查表的版本为 {known[link.checklist]}，请改正或留空",
            en=f"this version holds version {known[link.checklist]} of the checklist; correct it or leave it empty",
        )


def _repetition_faults(links: tuple[Link, ...]) -> Iterator[Fault]:
    same: dict[tuple[str, str, str, str], list[Link]] = {}
    for index, link in enumerate(links):
        earlier = same.setdefault((link.item_code, link.department, link.check_kind, link.checklist), [])
        if other := next((other for other in earlier if repeats(link, other)), None):
            yield Fault(
                pointer=f"/links/{index}",
                zh=f"与联动关系 {other.code} 重复：同一事项、部门、检查类别、检查表、条件与时段；请删除一条，或改其时段",
                en=f"repeats link {other.code}: same item, department, check kind, checklist, condition and period; "
                "delete one of them or change its period",
            )
        earlier.append(link)
