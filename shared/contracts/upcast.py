"""Up-casting (旧版事件的升级): an event said in an earlier version is read as the present one, step by step.

The event log keeps what was said as it was said, for years; only the reader changes. When an event breaks its promises
and becomes ``v2``, its class says ``generation = 2`` and one step from v1 to v2 is added here; v1 keeps its golden file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One step (一级): the CloudEvents type it leads to, and what becomes of the body."""

    to: str
    change: Callable[[Document], Document]


STEPS: Mapping[str, Step] = {}
"""CloudEvents type of an earlier version → the step to the next one. Empty: every event is still v1."""


def upcast(kind: str, payload: bytes, steps: Mapping[str, Step] = STEPS) -> tuple[str, bytes]:
    """Type and body of an event as the newest version has them; what needs no step is answered untouched.

    Raises:
        ValueError: the body is no JSON object, or lacks what a step needs.
    """
    if kind not in steps:
        return kind, payload
    try:
        body: Document = msgspec.json.decode(payload, type=dict)
        while (step := steps.get(kind)) is not None:
            kind, body = step.to, step.change(body)
    except (LookupError, TypeError) as lacking:
        raise ValueError(f"{kind}: {lacking!r}") from lacking
    return kind, msgspec.json.encode(body)
