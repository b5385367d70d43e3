"""Tallies and alerts (预警计数): locked by department, county and enterprise, read for messages that may count alone.

These locks are taken after those of objects, by every transaction, so nobody waits in a circle.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import msgspec

from chassis import setwise
from chassis.reads import Asking
from chassis.writes import Writes
from kernel.alert import AlertRule
from supervision.domain.alerts import Alert, AlertRules, Tally
from supervision.store.needs import Pair

Key = tuple[AlertRule, str, str]

_TALLIES = setwise.select("alert_tally", {"key": "text"})
_VISITS = setwise.select("subject_visit", {"id_type": "text", "id_no": "text"})
_TALLY = {"rule": "text", "key": "text", "period": "text", "facts": "jsonb", "raised": "int", "grace_until": "date"}
_ALERT = {
    **dict.fromkeys(("rule", "key", "period"), "text"),
    "number": "int",
    "facts": "jsonb",
    "raised_on": "date",
    "raised_at": "timestamptz",
}
_KEEP_TALLIES = setwise.upsert("alert_tally", _TALLY, ("key", "rule", "period"))
_ADD_ALERTS = setwise.insert("alert", _ALERT)
_ADD_VISITS = (
    setwise.insert("subject_visit", {"id_type": "text", "id_no": "text", "visited_on": "date"})
    + " ON CONFLICT DO NOTHING"
)


class LoadedAlerts:
    """ports.Alerts. What was not loaded raises KeyError."""

    def __init__(self, rules: AlertRules) -> None:
        self.rules = rules
        self._tallies: dict[str, dict[Key, Tally]] = {}
        self._visits: dict[Pair, set[date]] = {}
        self._changed: dict[Key, Tally] = {}
        self._raised: list[Alert] = []
        self._visited: list[tuple[str, str, date]] = []

    def tally(self, rule: AlertRule, key: str, period: str) -> Tally:
        """The tally, an empty one when nothing was counted so far."""
        return self._tallies[key].get((rule, key, period)) or Tally(rule=rule, key=key, period=period)

    def save(self, tally: Tally) -> None:
        """Keep a changed one."""
        place = (tally.rule, tally.key, tally.period)
        self._tallies[tally.key][place] = self._changed[place] = tally

    def add(self, alert: Alert) -> None:
        """Keep a new alert."""
        self._raised.append(alert)

    def visits(self, id_type: str, id_no: str) -> Sequence[date]:
        """Days of the known visits without a cause to an enterprise."""
        return sorted(self._visits[id_type, id_no])

    def visited(self, id_type: str, id_no: str, on: date) -> None:
        """Keep such a visit."""
        self._visits[id_type, id_no].add(on)
        self._visited.append((id_type, id_no, on))

    def ask(self, keys: Iterable[str], subjects: Iterable[Pair]) -> list[str]:
        """What is to be locked before these departments and counties, and the visits to these enterprises, are read."""
        self._tallies = {key: {} for key in sorted(set(keys))}
        self._visits = {subject: set() for subject in sorted(set(subjects))}
        return [*(f"alert:{key}" for key in self._tallies), *(f"visits:{a}:{b}" for a, b in self._visits)]

    async def read_tallies(self, reads: Asking) -> None:
        """Read the tallies that were asked for; they are locked."""
        for row in await reads.fetch(_TALLIES, list(self._tallies)) if self._tallies else ():
            place = (AlertRule(row["rule"]), row["key"], row["period"])
            self._tallies[row["key"]][place] = Tally(
                rule=place[0],
                key=row["key"],
                period=row["period"],
                facts=msgspec.json.decode(row["facts"], type=tuple[str, ...]),
                raised=row["raised"],
                grace_until=row["grace_until"],
            )

    async def read_visits(self, reads: Asking) -> None:
        """Read the visits that were asked for; the enterprises are locked."""
        for row in await reads.fetch(_VISITS, *setwise.transposed(self._visits)) if self._visits else ():
            self._visits[row["id_type"], row["id_no"]].add(row["visited_on"])

    def write(self, writes: Writes, now: datetime) -> None:
        """Write what changed."""
        tallies = [(t.rule, t.key, t.period, _json(t.facts), t.raised, t.grace_until) for t in self._changed.values()]
        alerts = [(a.rule, a.key, a.period, a.number, _json(a.facts), a.raised_on, now) for a in self._raised]
        writes.put_rows(_KEEP_TALLIES, tallies)
        writes.put_rows(_ADD_ALERTS, alerts)
        writes.put_rows(_ADD_VISITS, self._visited)


def _json(facts: Sequence[str]) -> str:
    return msgspec.json.encode(facts).decode()
