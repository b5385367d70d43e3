"""Fakes of what the watch over supervision sees: clocks, tallies, posts, notices."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from kernel.alert import AlertRule
from kernel.deadline import Deadline
from kernel.notice import Notice
from supervision.domain.alerts import Alert, AlertRules, Tally
from supervision.domain.watch import Office


class FakeAlerts:
    def __init__(
        self,
        rules: AlertRules,
        tallies: Mapping[tuple[AlertRule, str, str], Tally],
        alerts: Sequence[Alert],
        visits: Iterable[tuple[str, str, date]],
    ) -> None:
        self.rules = rules
        self.tallies = dict(tallies)
        self.alerts = list(alerts)
        self.days = set(visits)

    def tally(self, rule: AlertRule, key: str, period: str) -> Tally:
        return self.tallies.get((rule, key, period)) or Tally(rule=rule, key=key, period=period)

    def save(self, tally: Tally) -> None:
        self.tallies[tally.rule, tally.key, tally.period] = tally

    def add(self, alert: Alert) -> None:
        self.alerts.append(alert)

    def visits(self, id_type: str, id_no: str) -> Sequence[date]:
        return sorted(day for of_type, no, day in self.days if (of_type, no) == (id_type, id_no))

    def visited(self, id_type: str, id_no: str, on: date) -> None:
        self.days.add((id_type, id_no, on))


class FakeOffices:
    def __init__(self, known: Mapping[str, Office]) -> None:
        self.known = known

    def of(self, department: str) -> Office:
        return self.known.get(department) or Office(department=department)


class FakeNotices:
    def __init__(self, known: Mapping[tuple[str, str, str], Notice]) -> None:
        self.known = dict(known)

    def tell(self, notice: Notice) -> None:
        self.known.setdefault((notice.person, notice.kind, notice.fact), notice)


class FakeDeadlines:
    def __init__(self, rows: Mapping[str, Deadline], log: Sequence[tuple[str, str]]) -> None:
        self.rows = dict(rows)
        self.log = list(log)

    def new_id(self) -> str:
        return f"deadline-{len(self.rows) + 1:04}"

    def get(self, deadline_id: str) -> Deadline | None:
        return self.rows.get(deadline_id)

    def of(self, owner: str) -> Sequence[Deadline]:
        theirs = (deadline for deadline in self.rows.values() if deadline.owner == owner)
        return sorted(theirs, key=lambda deadline: (deadline.started_at, deadline.deadline_id))

    def save(self, deadline: Deadline) -> None:
        self.rows[deadline.deadline_id] = deadline

    def recomputed(self, deadline: Deadline, why: str) -> object | None:
        before = self.rows.get(deadline.deadline_id)
        self.save(deadline)
        if before is None or before.due_at == deadline.due_at:
            return None
        self.log.append((deadline.deadline_id, why))
        return self.log[-1]
