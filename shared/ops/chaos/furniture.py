"""Furniture (布置): the item, the officers and the catalogue version a chaos run needs, put in place by the public APIs."""

from typing import Any

import msgspec

from kernel.decision import DecisionKind
from ops.replay.sender import Line, Sender, accepted, refused

REGION = "640202"
ITEM = "CHAOS-1"
DEPARTMENT = "CHAOS-DEPT"
LINES = ("1", "2", "3")
"""Codes of the checklist."""
OFFICERS = ("CHAOS-A", "CHAOS-B")
_DRAFTER, _PUBLISHER = "chaos-drafter", "chaos-publisher"
_VERSION = "chaos-1"
_PATH = "/api/v1/catalogue-versions"


async def furnish(sender: Sender) -> None:
    """Put everything in place. Idempotent. Raises CannotRun when a service refuses."""
    item = {"item_code": ITEM, "name": "演练事项", "department": DEPARTMENT}
    await _lines(sender, "approval", "/api/v1/items:batch", [item])
    officers = [{"code": code, "name": f"演练 {code}", "department": DEPARTMENT} for code in OFFICERS]
    await _lines(sender, "supervision", "/api/v1/inspectors:batch", officers)
    state = (await _post(sender, _PATH, _catalogue()))["state"]
    for stood, verb, by in (("DRAFT", "submit", _DRAFTER), ("SUBMITTED", "publish", _PUBLISHER)):
        if state == stood:
            state = (await _post(sender, f"{_PATH}/{_VERSION}:{verb}", {"by": by}))["state"]


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
        "version": _VERSION,
        "effective_from": "2000-01-01",
        "effective_to": None,
        "checklists": [{"code": "CHAOS-LIST", "name": "演练检查表", "lines": lines}],
        "links": [link],
    }


async def _lines(sender: Sender, service: str, path: str, entries: list[dict[str, str]]) -> None:
    lines = [Line(str(number), "", msgspec.json.encode(entry)) for number, entry in enumerate(entries)]
    async for answers in sender.batch(service, path, lines):
        for answer in answers:
            if not accepted(answer):
                raise refused(service, path, answer)


async def _post(sender: Sender, path: str, document: dict[str, Any]) -> dict[str, Any]:
    answer = await sender.request("supervision", "POST", path, msgspec.json.encode(document))
    if not answer.is_success:
        raise refused("supervision", path, answer.text)
    told: dict[str, Any] = answer.json()
    return told
