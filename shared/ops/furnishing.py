"""Furnishing (布置): what a stack needs before decisions make sense, put in place through the public APIs."""

from collections.abc import Sequence
from typing import Any

import msgspec

from ops.replay.sender import Line, Sender, accepted, refused

_PATH = "/api/v1/catalogue-versions"


async def register(sender: Sender, service: str, path: str, entries: Sequence[dict[str, str]]) -> None:
    """Register entries by a batch route. Idempotent. Raises CannotRun when one is refused."""
    lines = [Line(str(number), "", msgspec.json.encode(entry)) for number, entry in enumerate(entries)]
    async for answers in sender.batch(service, path, lines):
        for answer in answers:
            if not accepted(answer):
                raise refused(service, path, answer)


async def publish_catalogue(sender: Sender, version: dict[str, Any], publisher: str) -> None:
    """Draft and submit a version by who wrote it (``by``), publish it by another; what stands published stays.

    Raises CannotRun when supervision refuses.
    """
    state = (await _ask(sender, _PATH, version))["state"]
    for stood, verb, by in (("DRAFT", "submit", version["by"]), ("SUBMITTED", "publish", publisher)):
        if state == stood:
            state = (await _ask(sender, f"{_PATH}/{version['version']}:{verb}", {"by": by}))["state"]


async def _ask(sender: Sender, path: str, document: dict[str, Any]) -> dict[str, Any]:
    answer = await sender.request("supervision", "POST", path, msgspec.json.encode(document))
    if not answer.is_success:
        raise refused("supervision", path, answer.text)
    told: dict[str, Any] = answer.json()
    return told
