"""Difference of two versions (版本差异): what was added, taken away and changed, field by field."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from supervision.domain.catalogue.document import LINK_FIELDS, checklist_document, link_document, plain
from supervision.domain.catalogue.link import Link
from supervision.domain.catalogue.version import CatalogueVersion

_HEADER = ("version", "effective_from", "effective_to", "change_reason")


@dataclass(frozen=True)
class FieldChange:
    """一处变更, values as documents have them."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class LinkChange:
    """A link that both versions have, with different content (变更的联动关系)."""

    code: str
    item_code: str
    department: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, kw_only=True)
class VersionDiff:
    """版本差异. Links keep their code across versions; checklists are named by theirs."""

    header: tuple[FieldChange, ...]
    added: tuple[Link, ...]
    removed: tuple[Link, ...]
    changed: tuple[LinkChange, ...]
    checklists_added: tuple[str, ...]
    checklists_removed: tuple[str, ...]
    checklists_changed: tuple[str, ...]


def compared(before: CatalogueVersion, after: CatalogueVersion) -> VersionDiff:
    """What a reader of ``before`` has to know about ``after``."""
    old = {link.code: link for link in before.links}
    new = {link.code: link for link in after.links}
    sheets = {sheet.code: checklist_document(sheet) for sheet in before.checklists}
    new_sheets = {sheet.code: checklist_document(sheet) for sheet in after.checklists}
    return VersionDiff(
        header=tuple(_changes(_header_of(before), _header_of(after), _HEADER)),
        added=tuple(link for code, link in new.items() if code not in old),
        removed=tuple(link for code, link in old.items() if code not in new),
        changed=tuple(
            LinkChange(code, new[code].item_code, new[code].department, changes)
            for code, link in old.items()
            if code in new and (changes := changes_of(link, new[code]))
        ),
        checklists_added=tuple(code for code in new_sheets if code not in sheets),
        checklists_removed=tuple(code for code in sheets if code not in new_sheets),
        checklists_changed=tuple(
            code for code, sheet in sheets.items() if code in new_sheets and new_sheets[code] != sheet
        ),
    )


def changes_of(before: Link, after: Link, names: tuple[str, ...] = LINK_FIELDS) -> tuple[FieldChange, ...]:
    """The fields of a link that differ."""
    return tuple(_changes(link_document(before), link_document(after), names))


def _changes(before: dict[str, Any], after: dict[str, Any], names: tuple[str, ...]) -> Iterator[FieldChange]:
    for name in names:
        if before[name] != after[name]:
            yield FieldChange(name, before[name], after[name])


def _header_of(version: CatalogueVersion) -> dict[str, Any]:
    return {name: plain(getattr(version, name)) for name in _HEADER}
