"""Ledger (台账): what the services acknowledged, kept by the sender and by nobody of the system under test.

It is what they are held to: an acknowledged step must have its effect at every hop, and nothing else may have one.
"""

from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, TextIO

import msgspec

from ops.chaos.story import Decide, Inspect, Step, Unsound


@dataclass
class Ledger:
    """One row's acknowledged steps. ``file``: also written there, line by line, as they are acknowledged."""

    source: str
    file: Path | None = None
    decisions: dict[str, Decide] = field(default_factory=dict)
    inspections: dict[str, Inspect] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    """Steps that were refused as they had to be."""
    wrong: list[str] = field(default_factory=list)
    """Answers that contradict what was sent or what was answered before."""
    longest_stall: float = 0.0
    """The longest a request waited for its final answer, in seconds: the service's absence as its client sees it."""
    _out: TextIO | None = None

    @property
    def acknowledged(self) -> int:
        """How many steps were acknowledged, each counted once."""
        return len(self.decisions) + len(self.inspections)

    def answered(self, step: Step, answer: dict[str, Any], asked_at: float) -> None:
        """Note the final answer to a step that was first sent at ``asked_at`` (``monotonic()``)."""
        self.longest_stall = max(self.longest_stall, monotonic() - asked_at)
        status = answer["status"]
        taken = status < 300  # noqa: PLR2004 - HTTP
        if isinstance(step, Unsound):
            if taken:
                self.wrong.append(f"{step.name}: should have been refused, was answered {status}")
            else:
                self.refused.append(step.name)
        elif not taken:
            self.wrong.append(f"{step.name}: refused for good: {answer.get('problem', status)}")
        elif isinstance(step, Inspect):
            self.inspections[step.name] = step
            if answer["ad_hoc"] != step.ad_hoc:
                self.wrong.append(f"{step.name}: ad_hoc is {answer['ad_hoc']}")
        else:
            self._decided(step, answer)
        self._write(step, answer)

    def close(self) -> None:
        """No more steps."""
        if self._out is not None:
            self._out.close()
            self._out = None

    def _decided(self, step: Decide, answer: dict[str, Any]) -> None:
        if answer["object_version"] != step.version:
            self.wrong.append(f"{step.name}: object version {answer['object_version']} instead of {step.version}")
        if step.again and not answer["duplicate"]:
            self.wrong.append(f"{step.name}: taken as new a second time")
        self.decisions[step.name] = step

    def _write(self, step: Step, answer: dict[str, Any]) -> None:
        if self.file is None:
            return
        if self._out is None:
            self._out = self.file.open("a", encoding="utf-8")
        line = {"source": self.source, "name": step.name, "kind": type(step).__name__, "status": answer["status"]}
        self._out.write(msgspec.json.encode(line).decode() + "\n")
        self._out.flush()
