"""``shenguan bench`` (性能测量): one command, one table, one chart."""

import json as jsonlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from ops.bench import rivals
from ops.bench.chart import chart
from ops.bench.trial import Figures, Trial
from ops.chaos.row import own_ports
from ops.failure import CannotRun, Exit
from ops.narrator import Narrator, conduct
from ops.setting import Setting
from ops.stack import Stack

_CHAINS, _FEWEST = 8000, 200
_ROUNDS = 3
_POSTGRES = {"shared_buffers": "1GB", "max_wal_size": "8GB", "track_commit_timestamp": "on"}
_UNLIMITED = {"SHENGUAN_RATE_WRITES": "", "SHENGUAN_RATE_READS": ""}
"""One caller stands for a whole city here."""


def command(
    *,
    chains: Annotated[int, typer.Option(min=_FEWEST, help="每轮的链数 / chains in each round")] = _CHAINS,
    rounds: Annotated[int, typer.Option(min=1, help="轮数，取中位数 / rounds, the median counts")] = _ROUNDS,
    full: Annotated[
        bool, typer.Option("--full", help="另测其余做法与突发 / the other designs and a burst as well")
    ] = False,
    alone: Annotated[bool, typer.Option("--alone", help="只测本系统 / without floor and peers")] = False,
    json: Annotated[Path | None, typer.Option(help="另存 JSON / also write the figures to this file")] = None,
    svg: Annotated[Path | None, typer.Option(help="另存图 / also draw the chart into this file")] = None,
) -> None:
    """在自带的服务栈上测量，与机器的极限和别的做法对照 / measure on an own stack, beside the machine's limits and other designs.

    审批决定到信用等级的整条链，签名、审计、逐条落盘全开。退出码 / exit codes: 0 measured · 1 a peer was too slow to compare with ·
    70 the stack failed.
    """
    narrator = Narrator(as_json=True)

    def keep(document: dict[str, Any]) -> None:
        if json:
            json.write_text(jsonlib.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
        if svg:
            svg.write_text(chart(document), "utf-8")

    programs = [] if alone else [rivals.FLOOR, rivals.HTTP, *(rivals.FULL if full else ())]
    conduct(_run(narrator, keep, programs, chains=chains, rounds=rounds, full=full))


async def _run(
    narrator: Narrator,
    keep: Callable[[dict[str, Any]], None],
    programs: Sequence[str],
    *,
    chains: int,
    rounds: int,
    full: bool,
) -> Exit:
    if programs and not rivals.present():
        raise CannotRun(
            zh="对照程序在源代码目录的 benchmarks/ 里：请在克隆的目录中运行，或加 --alone",
            en="floor and peers are in benchmarks/ of the source tree: run it from a clone, or with --alone",
        )
    setting = Setting(postgres=_POSTGRES)
    environment = own_ports(_UNLIMITED)
    async with Stack.open(
        temporary=True, environment=environment, usual_ports=False, setting=setting, say=narrator.say
    ) as stack:
        trial = Trial(stack, narrator, chains=chains, rounds=rounds)
        await trial.prepare()
        await trial.rounds(programs)
        await trial.latency()
        await trial.intake()
        if full:
            await trial.burst()
    document = trial.figures.document()
    for line in table(document):
        narrator.note(line)
    narrator.hand_over(document)
    keep(document)
    return Exit.FINDING if _unfair(narrator, trial.figures) else Exit.DONE


def _unfair(narrator: Narrator, figures: Figures) -> bool:
    for name in figures.weak:
        narrator.say(
            f"{name} 每 CPU 秒的链数不到应有的七成，本次对照无效，请在空闲的机器上重测",
            f"{name} did less than 0.7 of its chains per CPU second: the comparison is void, measure on a quiet machine",
        )
    return bool(figures.weak)


def table(document: dict[str, Any]) -> list[str]:
    """The figures as lines for a person."""
    rows: list[tuple[str, Any]] = [
        ("整链 / chains per second", document["chains_per_s"]),
        ("下限程序 / floor, chains per second", document["floor_chains_per_s"]),
        *((f"{name}, chains per second", rate) for name, rate in document["peers"].items()),
        ("与最快的别的做法之比 / ratio to the best peer", document["ratio_best_peer"]),
        ("与下限程序之比 / ratio to the floor", document["ratio_floor"]),
        ("每秒 50 条：p50 · p99 · p99.9 毫秒 / ms at 50/s", " · ".join(f"{document[f'{p}_ms']}" for p in _SHARES)),
        ("HTTP 的 p99 毫秒 / the HTTP peer's p99, ms", document["peer_p99_ms"]),
        ("一半最大速率：p99 毫秒 / p99 at half the maximum, ms", document["p99_half_ms"]),
        ("每千条链的 CPU 秒 / CPU s per 1,000 chains", document["cpu_s_per_1000"]),
        ("下限程序的 CPU 秒 / the floor's", document["floor_cpu_s_per_1000"]),
        ("每条链的 WAL 字节 / WAL bytes per chain", document["wal_bytes_per_chain"]),
        *((f"接入 / intake {door}", rate) for door, rate in document["intake"].items()),
        *((f"突发 / burst, {name}", told) for name, told in document.get("burst", {}).items()),
        *((f"内存峰值 MiB / most memory, {name}", size) for name, size in document["rss_mib"].items()),
    ]
    return [f"{said:<58} {'—' if value is None else value}" for said, value in rows]


_SHARES = ("p50", "p99", "p999")
