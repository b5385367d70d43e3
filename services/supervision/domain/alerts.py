"""Alerts (预警): cases of one rule are counted per department or county, and enough of them raise an alert.

Pure counting. A case counts under the rule in force on its day, in the window its day lies in, whenever it becomes
known. Source of the rules: 海南“审管法信”预警模型, see alerts.toml.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from kernel.alert import AlertRule


class CountedFor(StrEnum):
    """计数对象: whose cases are counted together."""

    DEPARTMENT = "DEPARTMENT"
    REGION = "REGION"


class Window(StrEnum):
    """计数期间: natural years, or for ever."""

    YEAR = "YEAR"
    ALWAYS = "ALWAYS"

    def of(self, day: date) -> str:
        """The window a day lies in."""
        return str(day.year) if self is Window.YEAR else ""


class Restart(StrEnum):
    """预警之后: count anew, or warn at each further case."""

    AGAIN = "AGAIN"
    EACH = "EACH"


@dataclass(frozen=True, kw_only=True)
class RuleEdition:
    """一条预警规则 from a day on; ``confirmed`` False: nobody competent confirmed it."""

    code: AlertRule
    effective_from: date
    counted_for: CountedFor
    window: Window
    threshold: int
    restart: Restart
    grace_days: int
    source: str
    confirmed: bool
    visits: int = 0
    within_days: int = 0


@dataclass(frozen=True, kw_only=True)
class Case:
    """一起: one thing that is counted, named by ``fact``."""

    rule: AlertRule
    fact: str
    on: date
    department: str
    region: str
    source_system: str


@dataclass(frozen=True, kw_only=True)
class Tally:
    """计数 of one rule, key and window. ``facts``: the cases since the last alert, in the order they became known."""

    rule: AlertRule
    key: str
    period: str
    facts: tuple[str, ...] = ()
    raised: int = 0
    grace_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Alert:
    """预警. ``facts``: the cases it rests on; ``number``: the how manieth of its tally."""

    rule: AlertRule
    key: str
    period: str
    number: int
    facts: tuple[str, ...]
    raised_on: date

    @property
    def alert_id(self) -> str:
        """预警编号."""
        return ":".join(filter(None, (self.rule.value, self.key, self.period, str(self.number))))


@dataclass(frozen=True)
class AlertRules:
    """全部预警规则, dated editions: one holds until the next of the same code begins."""

    editions: Sequence[RuleEdition] = ()

    def in_force(self, code: AlertRule, on: date) -> RuleEdition | None:
        """The edition of a rule on a day, or None before its first."""
        begun = [edition for edition in self.editions if edition.code is code and edition.effective_from <= on]
        return max(begun, key=lambda edition: edition.effective_from, default=None)

    def begun(self, days: Iterable[date]) -> bool:
        """True when some rule is in force on one of these days."""
        last = max(days, default=None)
        return last is not None and any(edition.effective_from <= last for edition in self.editions)

    def key_of(self, case: Case) -> tuple[AlertRule, str, str] | None:
        """Rule, key and window of the tally a case belongs to; None when no rule counts it."""
        edition = self.in_force(case.rule, case.on)
        if edition is None:
            return None
        key = case.department if edition.counted_for is CountedFor.DEPARTMENT else case.region
        return (case.rule, key, edition.window.of(case.on)) if key else None

    def counted(self, tally: Tally, case: Case) -> tuple[Tally, Alert | None]:
        """The tally with one more case, and the alert it raises, if any."""
        edition = self.in_force(case.rule, case.on)
        grace = tally.grace_until is not None and case.on <= tally.grace_until
        if edition is None or grace or case.fact in tally.facts:
            return tally, None
        facts = (*tally.facts, case.fact)
        each = edition.restart is Restart.EACH and tally.raised > 0
        if len(facts) < edition.threshold and not each:
            return replace(tally, facts=facts), None
        alert = Alert(
            rule=tally.rule,
            key=tally.key,
            period=tally.period,
            number=tally.raised + 1,
            facts=facts,
            raised_on=case.on,
        )
        until = case.on + timedelta(days=edition.grace_days) if edition.grace_days else None
        return replace(tally, facts=(), raised=alert.number, grace_until=until), alert

    def frequent(self, on: date, others: Iterable[date]) -> bool:
        """频繁检查: the visit ``on`` is one of too many of one enterprise in too few natural days.

        ``others``: the days of its other visits without a cause. A joint visit of one day is one visit, so a further
        department on a day already known adds none.
        """
        edition = self.in_force(AlertRule.FREQUENT_CHECK, on)
        known = sorted(set(others))
        if edition is None or on in known:
            return False
        days = sorted((*known, on))
        place = days.index(on)
        last = len(days) - edition.visits
        starts = range(max(0, place - edition.visits + 1), min(place, last) + 1)
        return any((days[i + edition.visits - 1] - days[i]).days < edition.within_days for i in starts)

    def days_around(self, on: date) -> tuple[date, date]:
        """Between which days other visits matter to a visit ``on``."""
        edition = self.in_force(AlertRule.FREQUENT_CHECK, on)
        span = timedelta(days=edition.within_days * (edition.visits - 1) if edition else 0)
        return on - span, on + span
