"""Monthly assessment (月度考核): what a department did in a month, and the score by rules that are configuration.

MonthFigures are of the tasks of decisions and draws; ad-hoc tasks, made by the inspection itself, are in none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Self

from kernel.editions import read_editions
from kernel.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures:
    """考核数字 of a department, or of several together."""

    received: int = 0
    """接收任务: made in the month."""
    claimed: int = 0
    """按时认领: of those."""
    claim_missed: int = 0
    """认领超期: of those; what is still within its limit is in neither."""
    concluded: int = 0
    """办结: in the month, whenever they were made."""
    concluded_in_time: int = 0
    """按时办结: of those."""
    overdue: int = 0
    """超期任务: a yellow card was issued for them in the month."""
    yellow: int = 0
    """黄牌 issued in the month."""
    red: int = 0
    """红牌 issued in the month."""
    urged: int = 0
    """催办 in the month."""
    escalated: int = 0
    """督办 by hand in the month."""
    workdays: int = 0
    """工作日 from the day after a task was made up to the day it was concluded, of all that were concluded."""

    def __add__(self, other: Self) -> Self:
        """Both together (合计)."""
        return type(self)(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)})

    @property
    def claim_rate(self) -> float | None:
        """按时认领率; None: nothing was due."""
        return _share(self.claimed, self.claimed + self.claim_missed)

    @property
    def conclude_rate(self) -> float | None:
        """按时办结率; None: nothing was concluded."""
        return _share(self.concluded_in_time, self.concluded)

    @property
    def average_workdays(self) -> float | None:
        """平均办结工作日; None: nothing was concluded."""
        return _share(self.workdays, self.concluded)

    def document(self) -> dict[str, Any]:
        """The figures and what follows from them, for JSON."""
        rates = ("claim_rate", "conclude_rate", "average_workdays")
        return asdict(self) | {name: getattr(self, name) for name in rates}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRules:
    """考核评分规则: an edition of assessment.toml."""

    version: str
    effective_from: date
    claimed: float
    concluded: float
    free: float
    yellow: float
    red: float
    urged: float
    escalated: float
    source: str
    late_workdays: int | None = None
    """补报期 after the month, in workdays; None: no month is fixed by itself (定格)."""
    confirmed: bool = False

    def document(self) -> dict[str, Any]:
        """The edition as JSON."""
        return asdict(self) | {"effective_from": self.effective_from.isoformat()}

    def score(self, figures: MonthFigures) -> float:
        """得分 of a department, to a tenth."""
        claimed = self.claimed * (1 if figures.claim_rate is None else figures.claim_rate)
        concluded = self.concluded * (1 if figures.conclude_rate is None else figures.conclude_rate)
        off: float = sum(getattr(self, name) * getattr(figures, name) for name in _OFF)
        return round(claimed + concluded + max(self.free - off, 0), 1)


WRITTEN_MONTH = r"20\d\d-(0[1-9]|1[0-2])"
"""A month as it is written, as a pattern: 2026-11."""
_OFF = ("yellow", "red", "urged", "escalated")
_POINTS = ("claimed", "concluded", "free", *_OFF)
_LONGEST = 60
"""Workdays of a period for late data."""


def parse(text: str) -> tuple[ScoreRules, ...]:
    """The editions of a rules file, the earliest first. Refuses ``invalid-score-rules``."""
    return read_editions(text, lambda said: ScoreRules(**said), _faults, _invalid)


def edition_of(document: Mapping[str, Any]) -> ScoreRules:
    """The edition a document tells."""
    return ScoreRules(**{**document, "effective_from": date.fromisoformat(document["effective_from"])})


def rules_of(editions: Iterable[ScoreRules], month: date) -> ScoreRules | None:
    """The edition in force on the first day of a month; None before the first."""
    held = [edition for edition in editions if edition.effective_from <= month]
    return held[-1] if held else None


def totals(departments: Mapping[str, MonthFigures]) -> MonthFigures:
    """All departments together (合计)."""
    return sum(departments.values(), MonthFigures())


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _faults(edition: ScoreRules) -> Iterable[str]:
    for name in _POINTS:
        if getattr(edition, name) < 0:
            yield f"{name} is at least 0"
    if edition.late_workdays is not None and not 0 <= edition.late_workdays <= _LONGEST:
        yield f"late_workdays is from 0 to {_LONGEST}"
    if not edition.source.strip():
        yield "a source is needed"


def _invalid(reason: str) -> Refusal:
    return Refusal(
        code="invalid-score-rules",
        zh=f"月度考核规则文件 assessment.toml 有误，请改正后重新启动: {reason}",
        en=f"the rules of the assessment in assessment.toml are not valid; correct them and start again: {reason}",
    )
