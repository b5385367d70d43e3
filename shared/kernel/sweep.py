"""Sweep (时限清扫): what the sweeper asks a service to do with one deadline."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TakeStep:
    """Take the deadline's next step if its instant has come (到期步骤)."""

    deadline_id: str


@dataclass(frozen=True)
class RecomputeDeadline:
    """Compute the deadline anew with the calendar of today (重算时限)."""

    deadline_id: str
