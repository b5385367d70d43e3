"""``shenguan load`` (压测): made-up cases for a stack for trials, half by HTTP and half by NATS; then they are reconciled."""

import asyncio
import secrets
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import monotonic
from typing import Annotated

import typer
from rich.console import Console

from kernel.clock import china_day
from ops.attach import Attached, attached
from ops.chaos.driver import Driver
from ops.chaos.furniture import VERSION, furnish
from ops.chaos.ledger import Ledger
from ops.chaos.story import told
from ops.failure import CannotRun, Exit
from ops.load.handed_in import HandedIn
from ops.narrator import conduct
from ops.reconcile_command import reconciled
from ops.replay.sender import Sender
from ops.report import tell

_TELL_EVERY = 5.0
_SHOWN = 10


class Load:
    """One run (一次压测). ``seed`` names it: the same seed sends the same again, and nothing is done twice."""

    def __init__(self, cases: int, seconds: float, seed: int, console: Console) -> None:
        today = china_day(datetime.now(UTC))
        self._by_nats = HandedIn(f"load-{seed}-nats", cases // 2, seconds, today)
        self._story = told(f"load-{seed}", Random(seed), cases - cases // 2, today)  # noqa: S311 - repeatable on purpose
        self._ledger = Ledger(self._story.source)
        self._seconds, self._console = seconds, console

    def say(self, sentence: str) -> None:
        """One line of progress."""
        self._console.print(sentence, markup=False, highlight=False, soft_wrap=True)

    async def run(self, stack: Attached, json_file: Path | None) -> Exit:
        """Send, wait until nothing is under way, compare."""
        begun = monotonic()
        async with Sender(stack.urls, stack.headers()) as sender:
            await _refuse_real_work(sender)
            await furnish(sender)
            driver = Driver(self._story, sender, self._ledger, self._seconds)
            telling = asyncio.create_task(self._tell(driver))
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(driver.run())
                    both.create_task(self._by_nats.run(stack.nats_url, sender))
            except* CannotRun as stuck:
                raise stuck.exceptions[0] from stuck
            finally:
                telling.cancel()
            outcome = await reconciled(sender, stack.nats_url, None, self.say, begun)
            wrong = [*self._ledger.wrong, *await self._missing(sender)]
        for sentence in wrong[:_SHOWN]:
            self.say(f"不符 / wrong: {sentence}")
        code = tell(outcome, self._console, json_file)
        return Exit.FINDING if wrong else code

    async def _missing(self, sender: Sender) -> list[str]:
        """What was acknowledged and is not there, by source."""
        failed = sum(step.failed for step in self._ledger.inspections.values())
        wanted = {
            self._story.source: (len(self._ledger.decisions), failed),
            f"{self._story.source}-nats": (self._by_nats.count, self._by_nats.count),
        }
        found = {
            source: (
                (await sender.get("approval", f"/ops/v1/figures?source={source}"))["decisions"],
                (await sender.get("credit", f"/ops/v1/figures?source={source}"))["credit_records"],
            )
            for source in wanted
        }
        return [
            f"{source}: {found[source]} instead of {expected} (decisions, credit records)"
            for source, expected in wanted.items()
            if found[source] != expected
        ]

    async def _tell(self, driver: Driver) -> None:
        while True:
            await asyncio.sleep(_TELL_EVERY)
            self.say(f"已送 {driver.progress:.0%} / {driver.progress:.0%} sent")


async def _refuse_real_work(sender: Sender) -> None:
    """A catalogue of trials must not take the place of one that people work by."""
    answer = await sender.get("supervision", "/api/v1/catalogue-versions")
    others = [
        each["version"] for each in answer["items"] if each["state"] == "PUBLISHED" and each["version"] != VERSION
    ]
    if others:
        raise CannotRun(
            zh=f"该服务栈有正在使用的联动目录 {others[0]}，压测只在试验环境进行",
            en=f"the catalogue {others[0]} is in force on this stack; load is for stacks for trials alone",
            exit_code=Exit.USAGE,
        )


def load(
    *,
    cases: Annotated[int, typer.Option(min=2, max=1_000_000, help="办件数 / how many cases")] = 1000,
    seconds: Annotated[float, typer.Option(min=0, help="分布在多少秒内 / spread over so many seconds")] = 30,
    seed: Annotated[
        int | None, typer.Option(help="随机种子，再用则不重复受理 / seed; used again nothing is new")
    ] = None,
    state: Annotated[Path | None, typer.Option(help="状态目录 / state folder of a running stack")] = None,
    json: Annotated[Path | None, typer.Option(help="另存 JSON / also write the figures to this file")] = None,
) -> None:
    """压测并对账：编造的办件，一半经 HTTP，一半经 NATS / made-up cases, half by HTTP and half by NATS, then reconciled.

    服务栈由 SHENGUAN_<服务>_URL、SHENGUAN_NATS_URL、SHENGUAN_TOKEN 指明，或是本目录中运行的；只用于试验环境。
    The stack is named by SHENGUAN_<SERVICE>_URL, SHENGUAN_NATS_URL and SHENGUAN_TOKEN, or runs in this folder; for trials.
    丢失、重复、未发布或不符时退出码为 1。Exit 1 when anything is lost, duplicated, unpublished or not as answered.
    """
    conduct(_run(cases, seconds, secrets.randbelow(10**6) if seed is None else seed, state, json))


async def _run(cases: int, seconds: float, seed: int, state: Path | None, json_file: Path | None) -> Exit:
    console = Console(stderr=True)
    run = Load(cases, seconds, seed, console)
    run.say(f"--cases {cases} --seconds {seconds:g} --seed {seed}")
    async with attached(state, temporary=False, say=lambda zh, en: run.say(f"{zh} / {en}")) as stack:
        return await run.run(stack, json_file)
