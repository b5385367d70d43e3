"""Match (匹配依据): which link of the catalogue made a task, and what of the decision met what the link asks. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ground:
    """一项依据: what is asked by the catalogue, what the decision says, and whether they meet.

    ``code``: PERIOD, ITEM, TRIGGER or CONDITION; what is asked is a period [from, to), a code, codes, or an expression.
    """

    code: str
    asked: Any
    said: Any
    meets: bool


def cause_of(made: Document, trace: Sequence[Document]) -> Document:
    """The decision a task was made by: the event that caused it, or else the last one told before; empty for none."""
    decisions = [each for each in trace if "decided_on" in each["payload"] and "item_code" in each["payload"]]
    decisions = [each for each in decisions if each["service"] == "approval" and each["event_id"] < made["event_id"]]
    caused = [each for each in decisions if each["event_id"] == made["cause"]]
    return (caused or decisions)[-1]["payload"] if decisions else {}


def grounds(decision: Document, version: Document, link: Document) -> tuple[Ground, ...]:
    """Why a link applied: days, item, occasion, condition. What made the task is told, so the condition held."""
    if not decision or not link:
        return ()
    day, kind, promised = decision["decided_on"], decision["kind"], decision.get("commitment", False)
    begins = max(version["effective_from"], link["effective_from"])
    ends = min((each for each in _ends(version, link) if each), default=None)
    triggers = sorted(link["triggers"])
    occasions = [kind, *(["COMMITMENT"] if promised else [])]
    found = [
        Ground("PERIOD", (begins, ends), day, begins <= day and (ends is None or day < ends)),
        Ground("ITEM", link["item_code"], decision["item_code"], link["item_code"] == decision["item_code"]),
        Ground("TRIGGER", triggers, occasions, bool(set(triggers) & set(occasions))),
    ]
    if link.get("condition"):
        found.append(Ground("CONDITION", link["condition"], "", meets=True))
    return tuple(found)


def _ends(version: Document, link: Document) -> tuple[str | None, ...]:
    return version.get("retired_on"), version.get("effective_to"), link.get("effective_to")
