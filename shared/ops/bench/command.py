"""``shenguan bench`` (性能测量): one command, one table, one chart."""

import json as jsonlib
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from ops.bench import console, rivals
from ops.bench.chart import chart
from ops.bench.full import ALONE, FULL, Extent, Full, Part
from ops.bench.growth import usual_cache
from ops.bench.place import opened
from ops.bench.trial import SHARES, Figures, Trial
from ops.failure import CannotRun, Exit
from ops.narrator import Narrator, conduct

_CHAINS, _FEWEST = 8000, 200
_ROUNDS = 3


def command(
    *,
    chains: Annotated[int, typer.Option(min=_FEWEST, help="每轮的链数 / chains in each round")] = _CHAINS,
    rounds: Annotated[int, typer.Option(min=1, help="轮数，取中位数 / rounds, the median counts")] = _ROUNDS,
    full: Annotated[
        bool,
        typer.Option(
            "--full", help="另测其余做法与各部分，console 除外 / the other designs and every part but console as well"
        ),
    ] = False,
    part: Annotated[
        list[Part] | None,
        typer.Option(help="只测一轮轮的链与这些部分（可重复）/ rounds of chains and these parts alone (repeatable)"),
    ] = None,
    alone: Annotated[bool, typer.Option("--alone", help="只测本系统 / without floor and peers")] = False,
    growth: Annotated[
        int, typer.Option(min=_FEWEST, help="growth、console：背后有多少办件 / cases behind the grown stack")
    ] = Extent.cases,
    rows: Annotated[int, typer.Option(min=1, help="rows：四张表各多少行 / rows in each of four tables")] = Extent.rows,
    soak: Annotated[int, typer.Option(min=1, help="soak：几分钟 / minutes")] = Extent.minutes,
    burst: Annotated[int, typer.Option(min=1, help="burst：多少个决定 / decisions")] = Extent.decisions,
    cache: Annotated[
        Path | None,
        typer.Option(
            help="增长的服务栈建在哪里，留作下次用（默认在用户的缓存目录）/ where grown stacks are built and kept (the user's cache)"
        ),
    ] = None,
    json: Annotated[Path | None, typer.Option(help="另存 JSON / also write the figures to this file")] = None,
    svg: Annotated[Path | None, typer.Option(help="另存图 / also draw the chart into this file")] = None,
) -> None:
    """在自带的服务栈上测量，与机器的极限和别的做法对照 / measure on an own stack, beside the machine's limits and other designs.

    审批决定到信用等级的整条链，签名、审计、逐条落盘全开。退出码 / exit codes: 0 measured · 1 a peer was too slow to compare with, or a page too slow ·
    70 the stack failed.
    """
    narrator = Narrator(as_json=True)

    def keep(document: dict[str, Any]) -> None:
        if json:
            json.write_text(jsonlib.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
        if svg and "chains_per_s" in document:
            svg.write_text(chart(document), "utf-8")

    parts = part or (FULL if full else [])
    peers = rivals.FULL if Part.PEERS in parts else ()
    programs = [] if alone or (part and not peers) else [rivals.FLOOR, rivals.HTTP, *peers]
    extent = Extent(cache=cache or usual_cache(), cases=growth, rows=rows, minutes=soak, decisions=burst)
    conduct(_run(narrator, keep, Plan(programs, parts, extent, usual=not part, chains=chains, rounds=rounds)))


@dataclass(frozen=True)
class Plan:
    """What is measured (测什么)."""

    programs: Sequence[str]
    parts: Sequence[Part]
    extent: Extent
    _: KW_ONLY
    usual: bool
    """Latency and intake as well."""
    chains: int
    rounds: int


async def _run(narrator: Narrator, keep: Callable[[dict[str, Any]], None], plan: Plan) -> Exit:
    if list(plan.parts) == [Part.CONSOLE]:
        return await _console_alone(narrator, keep, plan.extent)
    if plan.programs and not rivals.present():
        raise CannotRun(
            zh="对照程序在源代码目录的 benchmarks/ 里：请在克隆的目录中运行，或加 --alone",
            en="floor and peers are in benchmarks/ of the source tree: run it from a clone, or with --alone",
        )
    if plan.parts:
        plan.extent.must_fit(narrator, plan.parts, plan.chains * plan.rounds)
    async with opened(narrator) as stack:
        trial = Trial(stack, narrator, chains=plan.chains, rounds=plan.rounds)
        await trial.prepare()
        await trial.rounds(plan.programs)
        if plan.usual:
            await trial.latency()
            await trial.intake()
        keep(trial.figures.document())
        full = Full(trial, narrator, plan.extent, chains=plan.chains, rounds=plan.rounds)
        await full.run([part for part in plan.parts if part not in ALONE], keep)
    await full.run([part for part in plan.parts if part in ALONE], keep)
    document = trial.figures.document()
    for line in table(document):
        narrator.note(line)
    narrator.hand_over(document)
    keep(document)
    late = _late(narrator, document)
    return Exit.FINDING if _unfair(narrator, trial.figures) or late else Exit.DONE


async def _console_alone(narrator: Narrator, keep: Callable[[dict[str, Any]], None], extent: Extent) -> Exit:
    document = {"console": await console.measure(extent.cache, extent.cases, narrator)}
    for said, told in console.lines(document["console"]):
        narrator.note(f"{said:<58} {told}")
    narrator.hand_over(document)
    keep(document)
    return Exit.FINDING if _late(narrator, document) else Exit.DONE


def _late(narrator: Narrator, document: dict[str, Any]) -> list[str]:
    late = console.missed(document["console"]) if "console" in document else []
    if late:
        narrator.say(f"没有按时的：{'、'.join(late)}", f"not in time: {', '.join(late)}")
    return late


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
        ("每秒 50 条：p50 · p99 · p99.9 毫秒 / ms at 50/s", _latency(document)),
        ("HTTP 的 p99 毫秒 / the HTTP peer's p99, ms", document["peer_p99_ms"]),
        ("下限程序的 p99 毫秒 / the floor's p99, ms", document["floor_p99_ms"]),
        ("一半最大速率：p99 毫秒 / p99 at half the maximum, ms", document["p99_half_ms"]),
        ("同一速率下限程序的 p99 / the floor's at that rate, ms", document["floor_p99_half_ms"]),
        ("每千条链的 CPU 秒 / CPU s per 1,000 chains", document["cpu_s_per_1000"]),
        ("下限程序的 CPU 秒 / the floor's", document["floor_cpu_s_per_1000"]),
        ("每秒 50 条时每千条链的 CPU 秒 / CPU s per 1,000 at 50/s", document["paced_cpu_s_per_1000"]),
        ("每秒 50 条时下限程序的 / the floor's at 50/s", document["floor_paced_cpu_s_per_1000"]),
        ("每条链的 WAL 字节 / WAL bytes per chain", document["wal_bytes_per_chain"]),
        ("每条链数据库增加的字节 / bytes a chain adds to the databases", document["row_bytes_per_chain"]),
        *((f"接入 / intake {door}", rate) for door, rate in document["intake"].items()),
        *_of_parts(document),
        *((f"内存峰值 MiB / most memory, {name}", size) for name, size in document["rss_mib"].items()),
    ]
    return [f"{said:<58} {'—' if value is None else value}" for said, value in rows]


def _latency(document: dict[str, Any]) -> str | None:
    told = [document[f"{share}_ms"] for share in SHARES]
    return None if None in told else " · ".join(map(str, told))


def _of_parts(document: dict[str, Any]) -> list[tuple[str, Any]]:
    """The lines of the parts of ``--full``."""
    lines: list[tuple[str, Any]] = []
    for part, said in (("growth", "增长 / growth"), ("replicas", "每个服务的进程 / processes of each service")):
        for size, told in document.get(part, {}).items():
            lines.append((f"{said} {size}", f"{told['chains_per_s']}/s · ×{told['ratio']} · CPU ×{told['ratio_cpu']}"))
    if soak := document.get("soak"):
        change = soak["per_minute"].get("chains_per_s")
        told = f"{change['percent']} ± {change['error']} %" if change else None
        lines.append((f"浸泡 {soak['minutes']} 分钟，每分钟变化 / soak, change a minute", told))
    lines += console.lines(document["console"]) if "console" in document else []
    return lines + [(f"突发 / burst, {name}", told) for name, told in document.get("burst", {}).items()]
