"""Furniture (布置): the item, the officers and the catalogue version a chaos run needs, put in place by the public APIs."""

from typing import Any

from kernel.decision import DecisionKind
from ops.furnishing import publish_catalogue, register
from ops.replay.sender import Sender

REGION = "640202"
ITEM = "CHAOS-1"
DEPARTMENT = "CHAOS-DEPT"
LINES = ("1", "2", "3")
"""Codes of the checklist."""
OFFICERS = ("CHAOS-A", "CHAOS-B")
_DRAFTER, _PUBLISHER = "chaos-drafter", "chaos-publisher"
VERSION = "chaos-1"


async def furnish(sender: Sender) -> None:
    """Put everything in place. Idempotent. Raises CannotRun when a service refuses."""
    item = {"item_code": ITEM, "name": "演练事项", "department": DEPARTMENT}
    await register(sender, "approval", "/api/v1/items:batch", [item])
    officers = [{"code": code, "name": f"演练 {code}", "department": DEPARTMENT} for code in OFFICERS]
    await register(sender, "supervision", "/api/v1/inspectors:batch", officers)
    await publish_catalogue(sender, _catalogue(), _PUBLISHER)


def _catalogue() -> dict[str, Any]:
    link = {
        "code": "CHAOS-LINK",
        "item_code": ITEM,
        "triggers": [DecisionKind.NEW, DecisionKind.CHANGE, DecisionKind.RENEW],
        "department": DEPARTMENT,
        "check_kind": "ROUTINE",
        "checklist": "CHAOS-LIST",
        "effective_from": "2000-01-01",
        "effective_to": None,
    }
    lines = [{"code": code, "text": f"演练检查第 {code} 项"} for code in LINES]
    return {
        "by": _DRAFTER,
        "version": VERSION,
        "effective_from": "2000-01-01",
        "effective_to": None,
        "checklists": [{"code": "CHAOS-LIST", "name": "演练检查表", "lines": lines}],
        "links": [link],
    }
