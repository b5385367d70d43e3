"""Trial (一次测量): rounds of product, floor and peers in turn, then latency and intake, all on one stack.

Machines are shared and noisy: the rounds alternate, and what is compared comes from the same minutes.
"""

import os
import platform
from collections import defaultdict
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import asyncpg

from chassis.durability import syncs_always
from ops.bench import ground, intake, meter, rivals
from ops.bench.course import Course, Round
from ops.failure import CannotRun
from ops.narrator import Narrator
from ops.stack import Stack

WARMING = 2000
"""Chains that warm a stack before anything counts."""
SHARES = {"p50": 0.5, "p99": 0.99, "p999": 0.999}
LATENCY_RATE = 50
"""Chains per second at which the latency of one chain is measured."""
_LATENCY_SECONDS = 20
_HALF_SECONDS = 15
_PEER_CHAINS = {rivals.FLOOR: 10_000, rivals.HTTP: 3000, "peer_celery": 3000, "peer_faststream_outbox": 1500}
_PEER_USUAL = 300
_ELSEWHERE = {rivals.HTTP: 345, "peer_celery": 172, "peer_faststream_outbox": 103, "peer_dbos": 42.5}
"""Chains per CPU second these designs were measured at elsewhere (2026-11-23, two cores), a chain being three steps."""
_STEPS = {rivals.HTTP: 5}
"""Steps (requests, tasks) of the chain here; where nothing is said, six."""
_STEPS_USUAL, _STEPS_ELSEWHERE = 6, 3
_VALID = 0.7


def _expected(name: str) -> float:
    """Chains per CPU second of this length that a design should do."""
    return _ELSEWHERE[name] * _STEPS_ELSEWHERE / _STEPS.get(name, _STEPS_USUAL)


@dataclass
class Figures:
    """What was measured, round by round (测得的数)."""

    rates: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Program or ``chain`` → chains per second."""
    cpu: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """The same → CPU seconds per 1,000 chains, servers included."""
    cpu_by_process: dict[str, float] = field(default_factory=dict)
    wal_bytes: list[float] = field(default_factory=list)
    latency: dict[str, float] = field(default_factory=dict)
    half: dict[str, float] = field(default_factory=dict)
    rival_latency: dict[str, dict[str, float]] = field(default_factory=dict)
    """Floor and HTTP peer → the same at 50/s."""
    floor_half: dict[str, float] = field(default_factory=dict)
    """The floor's at the rate ``half`` was measured at."""
    paced_cpu: dict[str, float] = field(default_factory=dict)
    """``chain`` or program → CPU seconds per 1,000 chains at 50/s, servers included."""
    intake: dict[str, float] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    row_bytes: float = 0.0
    parts: dict[str, Any] = field(default_factory=dict)
    """Part of ``--full`` → its own figures."""
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def weak(self) -> list[str]:
        """Peers too slow to be a fair comparison: less than 0.7 of the steps they do per CPU second elsewhere."""
        known = {name: 1000 / median(self.cpu[name]) for name in _ELSEWHERE if self.cpu.get(name)}
        return [name for name, reached in known.items() if reached < _VALID * _expected(name)]

    def document(self) -> dict[str, Any]:
        """The JSON of a run."""
        rate = median(self.rates["chain"])
        floor = median(self.rates[rivals.FLOOR]) if self.rates.get(rivals.FLOOR) else None
        peers = {name: median(told) for name, told in self.rates.items() if name.startswith("peer_")}
        return {
            "chains_per_s": round(rate, 1),
            "floor_chains_per_s": floor and round(floor, 1),
            "peers": {name.removeprefix("peer_"): round(told, 1) for name, told in peers.items()},
            "ratio_best_peer": round(rate / max(peers.values()), 2) if peers else None,
            "ratio_floor": floor and round(rate / floor, 3),
            **{f"{name}_ms": self.latency.get(name) for name in SHARES},
            "p99_half_ms": self.half.get("p99"),
            "peer_p99_ms": self.rival_latency.get(rivals.HTTP, {}).get("p99"),
            "floor_p99_ms": self.rival_latency.get(rivals.FLOOR, {}).get("p99"),
            "floor_p99_half_ms": self.floor_half.get("p99"),
            "paced_cpu_s_per_1000": self.paced_cpu.get("chain"),
            "floor_paced_cpu_s_per_1000": self.paced_cpu.get(rivals.FLOOR),
            "cpu_s_per_1000": round(median(self.cpu["chain"]), 3),
            "floor_cpu_s_per_1000": round(median(self.cpu[rivals.FLOOR]), 3) if floor else None,
            "peer_cpu_s_per_1000": {n.removeprefix("peer_"): round(median(self.cpu[n]), 3) for n in peers},
            "cpu_s_per_1000_by_process": self.cpu_by_process,
            "wal_bytes_per_chain": round(median(self.wal_bytes)),
            "row_bytes_per_chain": round(self.row_bytes),
            "intake": self.intake,
            "rss_mib": self.memory,
            **self.parts,
            "weak_peers": self.weak,
            "rounds": dict(self.rates),
            "settings": self.settings,
        }


class Trial:
    """One run on one stack, and what was measured in it."""

    def __init__(self, stack: Stack, narrator: Narrator, *, chains: int, rounds: int) -> None:
        self.figures = Figures()
        self.course = Course(stack, "B")
        self._stack, self._narrator, self._say = stack, narrator, narrator.say
        self._chains, self._rounds = chains, rounds

    async def prepare(self) -> None:
        """Catalogue, officers, subjects; a first run that warms everything and is not counted."""
        self.figures.settings = await demanded(self._stack)
        self._say("准备目录与主体", "putting catalogue and subjects in place")
        await ground.furnish(self._stack)
        await self.course.chains(min(WARMING, self._chains))

    async def rounds(self, programs: Sequence[str]) -> None:
        """Product and programs in turn."""
        before = await meter.stored(self._stack)
        for _ in range(self._rounds):
            await self._round()
            for program in programs:
                count = _PEER_CHAINS.get(program, _PEER_USUAL)
                told = await rivals.told(self._stack, program, "--chains", str(count))
                self.figures.rates[program].append(round(told.per_second, 1))
                self.figures.cpu[program].append(told.cpu_per_1000)
                self._say(f"{program} {told.per_second:.0f} 条/秒", f"{program}: {told.per_second:.0f}/s")
        self.figures.row_bytes = (await meter.stored(self._stack) - before) / (self._rounds * self._chains)
        self.figures.memory = meter.memory(self._stack, "VmHWM")

    async def _round(self) -> None:
        ran = await self.course.chains(self._chains)
        self.figures.rates["chain"].append(round(ran.per_second, 1))
        self.figures.cpu["chain"].append(ran.cpu_per_1000)
        self.figures.wal_bytes.append(ran.wal_per_chain)
        self.figures.cpu_by_process = ran.cpu_by_process
        self._say(f"链 {ran.per_second:.0f} 条/秒", f"chain: {ran.per_second:.0f}/s")

    async def latency(self) -> None:
        """One chain at 50/s and at half of what was reached; floor and HTTP peer at 50/s, the floor at that half too."""
        figures = self.figures
        paced = await self._paced(LATENCY_RATE, _LATENCY_SECONDS)
        figures.latency = percentiles(paced.ran.milliseconds())
        figures.paced_cpu["chain"] = round(paced.cpu_per_1000, 2)
        self._say(f"每秒 50 条时 p99 {figures.latency['p99']} 毫秒", f"p99 at 50/s: {figures.latency['p99']} ms")
        for program in (rivals.FLOOR, rivals.HTTP):
            if program in figures.rates:
                told = await self._paced_rival(program, LATENCY_RATE, _LATENCY_SECONDS)
                figures.rival_latency[program] = _shares(told)
                figures.paced_cpu[program] = round(told.cpu_per_1000, 2)
        half = median(figures.rates["chain"]) / 2
        figures.half = percentiles((await self._paced(half, _HALF_SECONDS)).ran.milliseconds())
        self._say(
            f"一半最大速率（{half:.0f}/秒）时 p99 {figures.half['p99']} 毫秒",
            f"p99 at half the maximum ({half:.0f}/s): {figures.half['p99']} ms",
        )
        if rivals.FLOOR in figures.rates:
            figures.floor_half = _shares(await self._paced_rival(rivals.FLOOR, half, _HALF_SECONDS))

    async def intake(self) -> None:
        """Each door of approval in turn, with the services behind it going on and with them halted; they are waited for."""
        for door, (hand_in, count) in intake.DOORS.items():
            for name, halted in ((door, False), (f"{door}_alone", True)):
                with intake.alone(self._stack) if halted else nullcontext():
                    rate = await hand_in(self._stack, self.course.story, self.course.take(count))
                self.figures.intake[f"{name}_per_s"] = round(rate, 1)
                self._say(f"接入 {name} {rate:.0f} 个/秒", f"intake by {name}: {rate:.0f}/s")
                await self.course.settled(self._narrator.note)

    async def _paced(self, rate: float, seconds: float) -> Round:
        return await self.course.chains(int(rate * seconds), rate)

    async def _paced_rival(self, program: str, rate: float, seconds: float) -> rivals.Told:
        pace = ("--chains", str(int(rate * seconds)), "--rate", str(rate), "--seconds", str(seconds))
        return await rivals.told(self._stack, program, *pace)


def _shares(told: rivals.Told) -> dict[str, float]:
    return {name: told.document[f"{name}_ms"] for name in SHARES}


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """``p50``, ``p99``, ``p999`` of sorted values, by the nearest rank."""
    last = len(milliseconds) - 1
    return {name: round(milliseconds[min(last, int(share * len(milliseconds)))], 2) for name, share in SHARES.items()}


async def demanded(stack: Stack) -> dict[str, Any]:
    """Settings that make a measurement honest, read back from the servers.

    Raises:
        CannotRun: a server does not write everything through.
    """
    wanted = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
    shown = (*wanted, "shared_buffers", "max_wal_size", "wal_level", "server_version")
    connection = await asyncpg.connect(next(iter(stack.superuser_urls.values())))
    try:
        found: dict[str, Any] = {name: str(await connection.fetchval(f"SHOW {name}")) for name in shown}
    finally:
        await connection.close()
    found["sync_interval"] = "always" if await syncs_always(stack.info().monitoring_url) else "not always"
    for name, value in (wanted | {"sync_interval": "always"}).items():
        if found[name] != value:
            raise CannotRun(
                zh=f"{name} 是 {found[name]}，应为 {value}，测量无效",
                en=f"{name} is {found[name]} and must be {value}: the measurement would be void",
            )
    found["load_before"] = round(os.getloadavg()[0], 1)
    found["python"] = platform.python_version()
    return found
