"""Metrics (指标): the numbers operators watch, of this process and of its service, as OpenTelemetry gauges and counters.

Prometheus fetches them from a port of their own, an OTLP collector is sent them (telemetry.py). What lies in the database
and in NATS is read every 15 seconds, whoever asks; what could not be read for a minute is not told any more, so that an
old number never looks like a new one. Labels are codes of departments, services, streams, kinds of events: never a
person, an enterprise or a case.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic

import structlog
from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Meter, Observation
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.failures import AWAY

_log = structlog.get_logger(__name__)

EVERY = 15.0
"""Seconds between two readings."""
_STALE = 60.0
"""Seconds after which a reading is not told any more."""


@dataclass(frozen=True)
class Reading:
    """一个读数: what a gauge shows, and for which of its labels."""

    name: str
    value: float
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Gauge:
    """指标: a number that goes up and down, its unit (UCUM) and what it means."""

    name: str
    unit: str
    means: str

    def shows(self, value: float, **labels: str) -> Reading:
        """One reading of it."""
        return Reading(self.name, value, labels)


@dataclass(frozen=True)
class Tally:
    """累计: what this process counted since it started, by one label."""

    name: str
    unit: str
    means: str
    label: str
    counts: Callable[[], Mapping[str, int]]


Read = Callable[[], Awaitable[Sequence[Reading]]]

OUTBOX_PENDING = Gauge("shenguan.outbox.pending", "{event}", "待发布事件 / events that wait for the relay")
OUTBOX_ISOLATED = Gauge("shenguan.outbox.isolated", "{event}", "隔离事件 / events NATS refuses")
OUTBOX_AGE = Gauge("shenguan.outbox.age", "s", "最早的待发布事件已等多久 / how long the oldest event has waited")
DEAD_LETTERS = Gauge("shenguan.dead.letters", "{event}", "死信 / events that could not be applied")
WAITING = Gauge("shenguan.events.waiting", "{event}", "等前一个的事件 / events that wait for an earlier one")
DUE = Gauge("shenguan.deadlines.due", "{deadline}", "到期待办 / deadlines whose step is due and not taken yet")
NOTICES = Gauge("shenguan.notices.due", "{notice}", "待发通知 / notices that are due and not sent yet")
LAG = Gauge("shenguan.consumer.lag", "{event}", "积压 / events of a stream that are not applied yet; -1: nobody knows")
PUBLISHED = partial(Tally, "shenguan.events.published", "{event}", "已发布事件 / events put on the stream", "type")
APPLIED = partial(Tally, "shenguan.events.applied", "{event}", "已办事件 / events of a stream applied", "stream")
REQUEUED = partial(Tally, "shenguan.events.requeued", "{event}", "补发事件 / events the stream had lost", "stream")

OF_EVERY_SERVICE = (OUTBOX_PENDING, OUTBOX_ISOLATED, OUTBOX_AGE, DEAD_LETTERS, WAITING, DUE, NOTICES, LAG)
_OF_STATUS = {
    "outbox_pending": OUTBOX_PENDING,
    "outbox_isolated": OUTBOX_ISOLATED,
    "outbox_age": OUTBOX_AGE,
    "dead_letters": DEAD_LETTERS,
    "waiting": WAITING,
    "due": DUE,
    "notices_due": NOTICES,
}


def of_status(status: Mapping[str, object]) -> list[Reading]:
    """The readings of what ``/ops/v1/status`` says."""
    told = [gauge.shows(float(str(status[name]))) for name, gauge in _OF_STATUS.items()]
    durables: Sequence[Mapping[str, object]] = status["durables"]  # type: ignore[assignment] # as ops_api makes it
    for each in durables:
        behind, in_hand = int(str(each["pending"])), int(str(each["ack_pending"]))
        told.append(LAG.shows(behind + in_hand if behind >= 0 else -1, stream=str(each["stream"])))
    return told


@dataclass(frozen=True)
class Numbers:
    """业务指标: gauges of a service's own, and how their readings are asked of its database."""

    gauges: Sequence[Gauge]
    read: Callable[[AsyncConnection], Awaitable[Sequence[Reading]]]


class Metrics:
    """What one process tells of itself and of its service."""

    def __init__(
        self, gauges: Iterable[Gauge], tallies: Iterable[Tally], read: Read, meter: Meter | None = None
    ) -> None:
        """``read``: the readings of now; called every 15 seconds while ``run`` runs. ``meter``: the process's own."""
        self._read = read
        self._read_at = float("-inf")
        self._readings: Sequence[Reading] = ()
        meter = meter or metrics.get_meter("shenguan")
        for each in gauges:
            meter.create_observable_gauge(each.name, [partial(self._observed, each.name)], each.unit, each.means)
        for tally in tallies:
            meter.create_observable_counter(tally.name, [partial(_counted, tally)], tally.unit, tally.means)

    async def run(self) -> None:
        """Read until cancelled."""
        while True:
            try:
                self._readings, self._read_at = await self._read(), monotonic()
            except AWAY as away:
                _log.warning("metrics.waiting", cause=repr(away))
            except Exception:  # noqa: BLE001 - the next reading comes anyway
                _log.exception("metrics.failed")
            await asyncio.sleep(EVERY)

    def _observed(self, name: str, _options: CallbackOptions) -> Iterable[Observation]:
        if monotonic() - self._read_at > _STALE:
            return []
        return [Observation(each.value, dict(each.labels)) for each in self._readings if each.name == name]


def _counted(tally: Tally, _options: CallbackOptions) -> Iterable[Observation]:
    return [Observation(count, {tally.label: value}) for value, count in sorted(tally.counts().items())]
