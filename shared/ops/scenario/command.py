"""``shenguan scenario`` (场景): runs files anybody can read, each on a fresh state, and tells what was not as expected."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Annotated

import httpx
import typer
from rich.console import Console

from ops.failure import CannotRun, Exit
from ops.issuer import signed_in
from ops.narrator import conduct
from ops.scenario import report
from ops.scenario.asking import Asking
from ops.scenario.document import Scenario, scenarios
from ops.scenario.ground import Ground
from ops.scenario.matching import Difference
from ops.scenario.player import Checked, Outcome, Player

_TIMEOUT = 30.0
_MOST_AT_ONCE = 2

Files = Annotated[list[Path], typer.Argument(help="场景文件 / scenario files", show_default=False)]
JsonFile = Annotated[Path | None, typer.Option("--json", help="结果另存为 JSON / also write the results to this file")]
Keep = Annotated[bool, typer.Option("--keep", help="保留数据库与日志 / keep databases and logs, and say where")]
AtOnce = Annotated[
    int | None, typer.Option(min=1, max=8, help="同时运行几个 / scenarios at once; default: cores, at most 2")
]


def scenario(*, files: Files, json_file: JsonFile = None, keep: Keep = False, at_once: AtOnce = None) -> None:
    """运行场景文件，逐项给出通过或失败 / run scenario files; each expectation is told as passed or failed.

    退出码 / exit codes: 0 all passed · 1 something failed · 2 a file has mistakes, nothing was run · 70 servers failed.
    """
    conduct(_run(files, json_file, at_once or min(os.cpu_count() or 1, _MOST_AT_ONCE), keep=keep))


async def _run(files: Sequence[Path], json_file: Path | None, at_once: int, *, keep: bool) -> Exit:
    console = Console(highlight=False)
    found = scenarios(files)
    began = monotonic()
    outcomes = await _played(found, console, at_once, keep=keep)
    seconds = monotonic() - began
    console.print(report.summary(outcomes, seconds), markup=False, soft_wrap=True)
    if json_file is not None:
        report.write(json_file, outcomes, seconds)
    return Exit.DONE if all(outcome.passed for outcome in outcomes) else Exit.FINDING


async def _played(found: Sequence[Scenario], console: Console, at_once: int, *, keep: bool) -> list[Outcome]:
    """Every scenario, ``at_once`` at a time, told in the order of the files."""
    room = asyncio.Semaphore(at_once)
    # One machine, own ports, no TLS: neither proxies nor certificates have business here.
    client = httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False, verify=False)  # noqa: S501
    async with client, Ground.open(len(found), at_once, keep=keep) as ground:
        client.headers.update(signed_in(ground.issuer.commands()))

        async def one(each: Scenario) -> Outcome:
            async with room:
                return await _play(each, ground, client, keep=keep)

        outcomes = []
        async with asyncio.TaskGroup() as group:
            for task in [group.create_task(one(each)) for each in found]:
                outcomes.append(await task)
                for line in report.lines(outcomes[-1]):
                    console.print(line, markup=False, soft_wrap=True)
        if keep:
            console.print(f"数据保留在 / kept in {ground.state.path}", markup=False, soft_wrap=True)
        return outcomes


async def _play(each: Scenario, ground: Ground, client: httpx.AsyncClient, *, keep: bool) -> Outcome:
    """One scenario on a plot of its own; a plot that cannot be made fails the scenario, not the run."""
    try:
        async with ground.plot(keep=keep) as plot:
            outcome = await Player(each, Asking(client, plot.urls)).play()
            if not outcome.passed:
                outcome.errors += plot.errors()
            return outcome
    except CannotRun as failed:
        return Outcome(each, [Checked(1, "环境 plot", [Difference(failed.zh, failed.en)])])
