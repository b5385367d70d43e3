"""Ports of the watch (督办端口): what is counted for alerts, who holds a post, whom a fact is told."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from kernel.alert import AlertRule
from kernel.notice import Notice
from supervision.domain.alerts import Alert, AlertRules, Tally
from supervision.domain.watch import Office


class Alerts(Protocol):
    """预警计数, with the visits that make a check frequent; loaded for messages that may count."""

    @property
    def rules(self) -> AlertRules:
        """预警规则."""
        ...

    def tally(self, rule: AlertRule, key: str, period: str) -> Tally:
        """The tally, an empty one when nothing was counted so far."""
        ...

    def save(self, tally: Tally) -> None:
        """Keep a changed one."""
        ...

    def add(self, alert: Alert) -> None:
        """Keep a new alert."""
        ...

    def visits(self, id_type: str, id_no: str) -> Sequence[date]:
        """Days of the known visits without a cause (非有因检查) to an enterprise."""
        ...

    def visited(self, id_type: str, id_no: str, on: date) -> None:
        """Keep such a visit."""
        ...


class Offices(Protocol):
    """部门岗位."""

    def of(self, department: str) -> Office:
        """Who holds the posts of a department, as far as known."""
        ...


class Notices(Protocol):
    """通知."""

    def tell(self, notice: Notice) -> None:
        """Tell a person a fact when this commits; the same fact a second time tells nobody."""
        ...
