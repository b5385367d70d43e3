"""The trial bench (试验台): the system, the platform and what the trials found, requirement by requirement."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from ops.conformance.platform import Arrival, Platform, Script
from ops.conformance.requirements import REQUIREMENTS, Requirement
from ops.conformance.system import Outcome, Settings, System


class Verdict(StrEnum):
    """结论."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    NOT_APPLICABLE = "NOT_APPLICABLE"


@dataclass(frozen=True, slots=True)
class Sentence:
    """What was seen, in both languages (所见)."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"


@dataclass(frozen=True, slots=True)
class Judged:
    """One requirement and what became of it (一条要求的结论)."""

    requirement: Requirement
    verdict: Verdict
    seen: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long things take (节奏), in seconds; tests are in a hurry."""

    slow: float = 9.5
    """A slow answer; the standard asks for a patience of ten seconds."""
    quiet: float = 3.0
    """How long after a final answer nothing may come."""
    patience: float = 60.0
    """How long the system may take for one thing."""
    retry_after: int = 2
    quick: float = 5.0
    """Within which a push is answered."""


@dataclass
class Bench:
    """What a trial works with. Faults count once a sentence, and outweigh what was seen to be right."""

    system: System
    platform: Platform
    settings: Settings
    does: frozenset[str]
    pace: Pace
    say: Callable[[str, str], None]
    _faults: dict[str, dict[Sentence, None]] = field(default_factory=dict)
    _right: dict[str, Sentence] = field(default_factory=dict)
    _left_out: dict[str, Sentence] = field(default_factory=dict)
    _number: int = 0

    def case_id(self, what: str) -> str:
        """A case nobody has sent yet."""
        self._number += 1
        return f"TRIAL-{self._number}-{what}"

    def begin(self, script: Script, *about: str, strict: bool = False) -> None:
        """The platform answers about these by ``script``."""
        self.platform.begin(about, script, strict=strict)

    async def stated(self, about: str) -> Outcome:
        """Have the system send one statement: a decision, or an inspection where it sends no decisions."""
        if "cases" in self.does:
            return await self.system.decide(about, "ORGANISATION")
        return await self.system.inspect(about, "PASS")

    def arrived(self, about: str) -> list[Arrival]:
        """What came about one case or object, in batches too."""
        return [each for each in self.platform.arrivals if each.method == "POST" and about in each.about]

    def fault(self, number: str, zh: str, en: str) -> None:
        """A requirement is missed."""
        self._faults.setdefault(number, {})[Sentence(zh, en)] = None

    def missed(self, number: str) -> bool:
        """Whether a fault was found of this requirement."""
        return number in self._faults

    def right(self, number: str, zh: str, en: str) -> None:
        """A requirement was seen kept."""
        self._right[number] = Sentence(zh, en)

    def leave_out(self, numbers: Iterable[str], zh: str, en: str) -> None:
        """Requirements that cannot be examined."""
        for number in numbers:
            self._left_out[number] = Sentence(zh, en)

    async def stay_quiet(self) -> None:
        """Wait as long as nothing may come."""
        await asyncio.sleep(self.pace.quiet)

    def judged(self) -> list[Judged]:
        """The verdicts in the order of the standard."""
        return [self._judge(requirement) for requirement in REQUIREMENTS]

    def _judge(self, requirement: Requirement) -> Judged:
        number = requirement.number
        if faults := self._faults.get(number):
            return Judged(requirement, Verdict.FAILED, tuple(faults))
        if seen := self._right.get(number):
            return Judged(requirement, Verdict.PASSED, (seen,))
        why = self._left_out.get(number, Sentence("没有可供核对的请求", "there was nothing to look at"))
        return Judged(requirement, Verdict.NOT_APPLICABLE, (why,))
