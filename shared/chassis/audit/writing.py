"""Writing (留痕): a transaction gathers what it does, and makes one entry of it when it commits."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.access.principal import present
from chassis.audit.deed import Deed, actor_of, present_deed
from chassis.audit.entries import Entry
from chassis.audit.leaf import Leaf
from chassis.envelope import Envelope
from chassis.telemetry import current_traceparent
from kernel.refusal import Refusal

_SEVERAL = "…"


@dataclass(slots=True)
class Doing:
    """What one transaction does: the use case, who is said to act, the events it applies, what it refuses."""

    action: str = ""
    by: str = ""
    heard: list[UUID] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)

    def handles(self, handle: Any, messages: Iterable[Any]) -> None:
        """A use case is run on these messages; several actors are not named one by one."""
        self.action = getattr(handle, "__name__", type(handle).__name__)
        actors = {actor_of(message) for message in messages}
        self.by = actors.pop() if len(actors) == 1 else _SEVERAL * bool(actors)

    def applies(self, durable: str, events: Iterable[UUID]) -> None:
        """A batch of events is applied."""
        self.action = durable
        self.heard += events

    def refuse(self, refusals: Iterable[Refusal]) -> None:
        """Some lines of a batch are refused; the others go on."""
        self.refusals.update(refusal.code for refusal in refusals)

    def entry(self, now: datetime, said: Sequence[Envelope], leaves: Sequence[Leaf]) -> Entry:
        """The entry of the transaction, with the digests of what it wrote."""
        deed = present_deed()
        return Entry(
            stack_at=now,
            principal=present(),
            action=deed.action() or self.action,
            by=self.by,
            object=_about(deed) or (said[0].aggregate if said else ""),
            code=" ".join(f"{code}:{count}" for code, count in sorted(self.refusals.items())),
            correlation=current_traceparent()[3:35],
            request=deed.request,
            remote=deed.remote,
            digest=deed.digest(),
            heard=self.heard,
            leaves=leaves,
        )


def _about(deed: Deed) -> str:
    """What it is done to, and why when somebody said so."""
    return " ".join(part for part in (deed.object(), f"（{deed.why}）" if deed.why else "") if part)
