"""Impact (影响清单): the open tasks a new version would have made otherwise, or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from supervision.domain.catalogue.catalogue import Catalogue
from supervision.domain.catalogue.diff import FieldChange, changes_of
from supervision.domain.catalogue.link import Link
from supervision.domain.catalogue.version import CatalogueVersion

_OF_A_TASK = (
    *("item_code", "department", "section", "responsible_officer", "liaison", "relation", "triggers", "push_mode"),
    *("claim_limit", "first_check_limit", "feedback_limit", "method", "risk", "officers", "check_days", "check_kind"),
    "certificate_required",
    *("checklist", "checklist_version", "condition", "effective_from", "effective_to"),
)
"""What a task rests on; names and legal bases change no task."""


class Effect(StrEnum):
    """What a new version means for open tasks of a link (影响)."""

    REMOVED = "REMOVED"  # 联动关系已不在目录
    CHANGED = "CHANGED"  # 会有不同
    UNCHANGED = "UNCHANGED"  # 不变


@dataclass(frozen=True, kw_only=True)
class LinkImpact:
    """影响 on the open tasks of one link made under one version."""

    catalogue_version: str
    link_code: str
    department: str
    effect: Effect
    open_tasks: int
    changes: tuple[FieldChange, ...] = ()


def impact(
    draft: CatalogueVersion, catalogue: Catalogue, open_tasks: Mapping[tuple[str, str], int]
) -> list[LinkImpact]:
    """``open_tasks``: (catalogue version, link code) → how many are open."""
    new = {link.code: link for link in draft.links}
    found = []
    for (name, code), count in sorted(open_tasks.items()):
        version = catalogue.version(name)
        old = version.link(code) if version else None
        if version and old:
            found.append(_of_link(version, old, draft, new.get(code), count))
    return found


def _of_link(version: CatalogueVersion, old: Link, draft: CatalogueVersion, new: Link | None, count: int) -> LinkImpact:
    changes = () if new is None else (*changes_of(old, new, _OF_A_TASK), *_lines(version, old, draft, new))
    return LinkImpact(
        catalogue_version=version.version,
        link_code=old.code,
        department=old.department,
        effect=Effect.REMOVED if new is None else Effect.CHANGED if changes else Effect.UNCHANGED,
        open_tasks=count,
        changes=changes,
    )


def _lines(version: CatalogueVersion, old: Link, draft: CatalogueVersion, new: Link) -> tuple[FieldChange, ...]:
    before, after = (
        [(line.code, line.text) for sheet in of.checklists if sheet.code == link.checklist for line in sheet.lines]
        for of, link in ((version, old), (draft, new))
    )
    if before == after:
        return ()
    return (FieldChange("checklist_lines", [code for code, _ in before], [code for code, _ in after]),)
