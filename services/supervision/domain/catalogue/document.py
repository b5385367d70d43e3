"""Catalogue documents (目录文档): a version as plain JSON values, the same in the database, over HTTP and in files."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from kernel.deadline import Limit
from supervision.domain.catalogue.checklist import Checklist, ChecklistLine
from supervision.domain.catalogue.link import Link
from supervision.domain.catalogue.version import CatalogueVersion
from supervision.domain.catalogue.words import Method, PushMode, Relation, Risk, Trigger

Plain = dict[str, Any]
LINK_FIELDS = tuple(field.name for field in fields(Link))


def plain(value: object) -> Any:
    """A value of a link as JSON has it; limits and decimals as text, triggers in the order of their words."""
    match value:
        case frozenset():
            return [trigger.value for trigger in Trigger if trigger in value]
        case date():
            return value.isoformat()
        case StrEnum():
            return value.value
        case Limit() | Decimal():
            return str(value)
        case _:
            return value


def link_document(link: Link) -> Plain:
    """A link as JSON."""
    return {name: plain(getattr(link, name)) for name in LINK_FIELDS}


def version_document(version: CatalogueVersion) -> Plain:
    """A version as JSON."""
    return {
        "version": version.version,
        "effective_from": plain(version.effective_from),
        "effective_to": plain(version.effective_to),
        "change_reason": version.change_reason,
        "checklists": [checklist_document(checklist) for checklist in version.checklists],
        "links": [link_document(link) for link in version.links],
    }


def checklist_document(checklist: Checklist) -> Plain:
    """A checklist as JSON."""
    lines = [{"code": line.code, "text": line.text} for line in checklist.lines]
    return {"code": checklist.code, "name": checklist.name, "version": checklist.version, "lines": lines}


def _limit(said: str | None) -> Limit | None:
    return Limit.parse(said) if said else None


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None


_READ: Mapping[str, Callable[[Any], Any]] = {
    "triggers": lambda said: frozenset(map(Trigger, said)),
    "relation": Relation,
    "push_mode": PushMode,
    "method": Method,
    "risk": Risk,
    "check_days": Decimal,
    **dict.fromkeys(("claim_limit", "first_check_limit", "feedback_limit"), _limit),
    **dict.fromkeys(("effective_from", "effective_to"), _day),
}


def link_of(document: Mapping[str, Any]) -> Link:
    """The link a document of ours describes; a field it does not have yet has its default."""
    said = {name: document[name] for name in LINK_FIELDS if name in document}
    return Link(**{name: _READ[name](value) if name in _READ else value for name, value in said.items()})


def version_of(document: Mapping[str, Any]) -> CatalogueVersion:
    """The version a document of ours describes."""
    return CatalogueVersion(
        version=document["version"],
        effective_from=date.fromisoformat(document["effective_from"]),
        effective_to=_day(document["effective_to"]),
        change_reason=document.get("change_reason", ""),
        checklists=tuple(
            Checklist(
                code=checklist["code"],
                name=checklist["name"],
                version=checklist.get("version", "1"),
                lines=tuple(ChecklistLine(code=line["code"], text=line["text"]) for line in checklist["lines"]),
            )
            for checklist in document["checklists"]
        ),
        links=tuple(link_of(link) for link in document["links"]),
    )
