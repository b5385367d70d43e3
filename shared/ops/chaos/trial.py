"""Trial (一次演练): one story under one row's faults on one stack: safety phase, liveness phase, comparison.

In the safety phase the driver sends while the nemesis does its worst. Then nothing is broken any more: the chain must
become quiet by itself, and everything acknowledged must be where it belongs.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from random import Random
from time import monotonic

from kernel.clock import china_day
from ops.chaos import streams
from ops.chaos.audit import audit_ok
from ops.chaos.checker import Verdict, checked
from ops.chaos.driver import Driver
from ops.chaos.furniture import furnish
from ops.chaos.ledger import Ledger
from ops.chaos.observation import Seen, observed, open_letters
from ops.chaos.row import LONGEST_DRAIN, Ground, Report
from ops.chaos.story import told
from ops.child import until
from ops.failure import CannotRun
from ops.replay.sender import Sender
from ops.stack import Stack

_PATIENCE = 180.0
"""Seconds after the last fault until what is missing counts as lost."""
_PAUSE = 0.1
_RATE = 200.0
"""Decisions a second the driver sends at most: the faults shall meet a stack at work, not one that is buried."""
_SHOWN = 5


class Trial:
    """One row at work; a nemesis is given it."""

    def __init__(
        self,
        row: str,
        ground: Ground,
        stack: Stack,
        *,
        seconds: float,
        longest_drain: float = LONGEST_DRAIN,
        events: int | None = None,
    ) -> None:
        """``seconds``: how long the driver's steps are spread over; the faults should take about as long.

        ``events``: decisions to send, when it is not as many as the ground says.
        """
        self.row, self.stack = row, stack
        self.random: Random = ground.random(row)
        self.source = f"chaos-{row.lower()}"
        self.events = ground.events if events is None else events
        self.seconds = max(seconds, self.events / _RATE)
        self.faults = 0
        self.letters_expected: set[str] = set()
        """Ids of the dead letters the faults must leave (``chassis.ids.delivery_id``)."""
        self.findings: list[str] = []
        """What a nemesis saw that should not be; the row is then not clean."""
        self.headers: dict[str, str] | None = None
        """How the driver signs in, when not as the stack's own programs do."""
        self.measured: dict[str, float] = {}
        """Further figures of the row."""
        self.sender: Sender | None = None
        """What the driver sends through, while it does."""
        self.ledger = Ledger(self.source, ground.folder / f"{row}.ndjson" if ground.folder else None)
        self.places: dict[str, streams.Place] = {}
        self.letters_before: set[str] = set()
        self._ground = ground
        self._progress: Callable[[], float] = lambda: 1.0
        self._longest_drain = longest_drain

    @property
    def progress(self) -> float:
        """0 … 1: how much of its story the driver has sent."""
        return self._progress()

    def fault(self, zh: str, en: str) -> None:
        """Count one injected fault and tell it."""
        self.faults += 1
        self._ground.say(f"{self.row} 第 {self.faults} 个故障：{zh}", f"{self.row} fault {self.faults}: {en}")

    async def pause(self, least: float, most: float) -> None:
        """Wait a while the seed decides."""
        await asyncio.sleep(self.random.uniform(least, most))

    async def reached(self, number: int, of: int) -> None:
        """Wait until it is the turn of one of so many faults: they are spread over what the driver has to send.

        By its progress, not by the clock: on a slow machine too, every fault meets a stack at work.
        """
        share = 0.95 * (number + self.random.random()) / of
        await until(lambda: self.progress >= share, math.inf)

    async def run(self, nemesis: Callable[["Trial"], Awaitable[None]]) -> Report:
        """Both phases and the comparison. What keeps the chain from becoming quiet is a finding."""
        self._ground.say(f"{self.row} 开始", f"{self.row} begins")
        today = china_day(datetime.now(UTC))
        story = told(self.source, self._ground.random(f"{self.row} story"), self.events, today)
        async with Sender(self.stack.urls, self.headers or self.stack.headers()) as sender:
            self.sender = sender
            await furnish(sender)
            self.places = await streams.places(self.stack.nats_url)
            self.letters_before = await open_letters(self.stack.superuser_urls)
            driver = Driver(story, sender, self.ledger, self.seconds)
            try:
                quiet_after, verdict = await self._phases(driver, sender, nemesis)
            except* CannotRun as stuck:
                self.findings += [str(reason) for reason in _leaves(stuck)]
                quiet_after, verdict = _PATIENCE, Verdict()
        self.ledger.close()
        return await self._report(quiet_after, verdict)

    async def observe(self) -> Seen:
        """What stands in databases and streams now."""
        since = self.places
        return await observed(
            self.source,
            self.stack.superuser_urls,
            lambda: streams.read(self.stack.nats_url, self.source, since),
            self.letters_before,
        )

    async def _phases(
        self, driver: Driver, sender: Sender, nemesis: Callable[["Trial"], Awaitable[None]]
    ) -> tuple[float, Verdict]:
        self._progress = lambda: driver.progress
        async with asyncio.TaskGroup() as safety:
            sending = safety.create_task(driver.run())
            await nemesis(self)
            await asyncio.wait({sending}, timeout=max(0.0, driver.ends_at - monotonic()))
            healed = monotonic()
            driver.hurry()
        return await self._quiet(sender, healed)

    async def _quiet(self, sender: Sender, healed: float) -> tuple[float, Verdict]:
        """Seconds until the chain was quiet and whole, and what was found then or when patience was over."""
        await self.stack.ready()
        while True:
            await settled(sender, healed + _PATIENCE)
            quiet = monotonic() - healed
            verdict = checked(self.ledger, await self.observe())
            # What a stream lost comes back with the next round of the reconciler: only what stays away is lost.
            if not verdict.lost or monotonic() - healed > _PATIENCE:
                return quiet, verdict
            await asyncio.sleep(1)

    async def _report(self, quiet_after: float, verdict: Verdict) -> Report:
        letters = set(verdict.letters)
        findings = [*self.findings, *self.ledger.wrong]
        findings += [f"unexpected dead letter {letter}" for letter in sorted(letters - self.letters_expected)]
        findings += [f"missing dead letter {letter}" for letter in sorted(self.letters_expected - letters)]
        for word in ("lost", "duplicated", "ghost", "disorder", "tampered"):
            keys = getattr(verdict, word)
            findings += [f"{word} {key}" for key in keys[:_SHOWN]]
            findings += [f"{word} … {len(keys)}"] if len(keys) > _SHOWN else []
        report = Report(
            row=self.row,
            events=self.events,
            faults=self.faults,
            acknowledged=self.ledger.acknowledged,
            lost=len(verdict.lost),
            duplicated=len(verdict.duplicated),
            ghost=len(verdict.ghost),
            order_violations=len(verdict.disorder),
            dead_letters_expected=len(self.letters_expected),
            dead_letters=len(letters),
            drain_seconds=quiet_after,
            longest_stall_seconds=self.ledger.longest_stall,
            audit_ok=await audit_ok(self.stack.superuser_urls),
            findings=tuple(findings),
            longest_drain=self._longest_drain,
            measured=self.measured,
        )
        self._ground.say(*_told(report))
        return report


async def settled(sender: Sender, until: float) -> None:
    """Wait until no service has anything under way, twice in a row; give up at ``until`` (``monotonic()``)."""
    calm = 0
    while calm < 2 and monotonic() < until:  # noqa: PLR2004 - what is on its way is counted by whoever is asked later
        statuses = await asyncio.gather(*(sender.get(name, "/ops/v1/status") for name in sender.services))
        quiet = all(each["settled"] and not each["waiting"] and not each["outbox_isolated"] for each in statuses)
        calm = calm + 1 if quiet else 0
        await asyncio.sleep(_PAUSE)


def _leaves(group: BaseExceptionGroup[CannotRun]) -> list[CannotRun]:
    leaves: list[CannotRun] = []
    for each in group.exceptions:
        leaves += _leaves(each) if isinstance(each, BaseExceptionGroup) else [each]
    return leaves


def _told(report: Report) -> tuple[str, str]:
    figures = (
        f"{report.acknowledged} ack, lost {report.lost}, dup {report.duplicated}, ghost {report.ghost}, "
        f"order {report.order_violations}, letters {report.dead_letters}/{report.dead_letters_expected}, "
        f"drain {report.drain_seconds:.1f} s, stall {report.longest_stall_seconds:.1f} s"
    )
    return f"{report.row} 结束", f"{report.row} ended: {figures}, {'clean' if report.clean else 'NOT clean'}"
