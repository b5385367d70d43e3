"""``shenguan replay`` (回放): real files through the whole chain, then the reconciliation of their source."""

import secrets
from enum import StrEnum
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer
from rich.console import Console

from kernel.decision import DecisionKind
from ops.attach import Attached, attached
from ops.failure import CannotRun, Exit
from ops.narrator import conduct
from ops.reconcile import Reconciliation
from ops.reconcile_command import reconciled
from ops.replay.chicago import SOURCE, Story, read
from ops.replay.disturbance import KillEach
from ops.replay.driver import Driver
from ops.replay.progress import progress
from ops.replay.sender import Sender
from ops.replay.table import UnreadableFilesError
from ops.report import tell

MAKING = (DecisionKind.NEW, DecisionKind.RENEW, DecisionKind.CHANGE)
SHOWN = 10
SEEDS = 10**9

app = typer.Typer(no_args_is_help=True, help="回放真实数据 / replay real files")


class Kill(StrEnum):
    """Whom to kill during the replay."""

    EACH = "each"


class Replay:
    """One replay of the Chicago files (一次回放) and everything it tells about itself."""

    def __init__(self, story: Story, console: Console) -> None:
        self._story, self._console = story, console
        self._begun = monotonic()

    def say(self, sentence: str) -> None:
        """One plain line for the person at the terminal or in the log."""
        self._console.print(sentence, markup=False, highlight=False, soft_wrap=True)

    async def run(self, stack: Attached, seed: int | None) -> tuple[Reconciliation, bool]:
        """Send everything and reconcile; False when a line was refused for good or the equation does not hold."""
        total = len(self._story.decisions) + len(self._story.inspections)
        async with Sender(stack.urls, stack.headers()) as sender:
            kills = KillEach(sender.services, stack.kill, seed, self.say) if seed is not None else None
            with progress(self._console, total) as watch:
                driver = Driver(
                    self._story, sender, watch=watch, before_day=kills.before_day if kills else _undisturbed
                )
                await driver.run()
                if kills:
                    await kills.finish()
            self._tell_driver(driver, sender)
            outcome = await reconciled(sender, stack.nats_url, SOURCE, self.say, self._begun)
        return outcome, self._equation_holds(outcome) and not driver.tally.refused

    def tell_story(self) -> None:
        """What was read, and by name what is not used."""
        story = self._story
        self.say(
            f"读取 {len(story.decisions)} 项决定、{len(story.inspections)} 次检查、{len(story.days())} 天 / "
            f"read {len(story.decisions)} decisions, {len(story.inspections)} inspections, {len(story.days())} days",
        )
        for what, times in sorted(story.ignored.items()):
            self.say(f"未采用 / not used: {what}: {times}")

    def _tell_driver(self, driver: Driver, sender: Sender) -> None:
        tally = driver.tally
        if driver.clock_ahead:
            ahead = driver.clock_ahead.isoformat()
            self.say(f"系统时钟已到 {ahead}，不向后拨 / the clock stood at {ahead} already and was not moved back")
        again = sum(sender.retried.values())
        self.say(
            f"新受理 {tally.new}，此前已受理 {tally.known}，稍后重发 {again}，被拒绝 {len(tally.refused)} / "
            f"new {tally.new}, known before {tally.known}, sent again {again}, refused {len(tally.refused)}",
        )
        for sentence in tally.refused[:SHOWN]:
            self.say(f"被拒绝 / refused: {sentence}")

    def _equation_holds(self, outcome: Reconciliation) -> bool:
        figures = outcome.figures
        made = figures["tasks"] - figures["ad_hoc"] + figures["joined"] + figures["unmatched"]
        wanted = self._story.count(*MAKING)
        # Other files of the same source on this stack add to its figures, not to this story.
        whole = figures["decisions"] == len(self._story.decisions)
        holds = made == wanted or not whole
        self.say(
            f"任务 - 临时 + 并入 + 未匹配 = {made}，新办 + 延续 + 变更 = {wanted} / "
            f"tasks - ad_hoc + joined + unmatched = {made}, NEW + RENEW + CHANGE = {wanted}",
        )
        return holds


def _undisturbed(_: float) -> None:
    """Nobody is killed."""


def _story(folder: Path) -> Story:
    try:
        return read(folder)
    except UnreadableFilesError as reason:
        raise CannotRun(
            zh="数据文件有误，未发送任何内容",
            en=f"the files cannot be replayed, nothing was sent:\n{reason}",
            exit_code=Exit.USAGE,
        ) from reason


async def _run(folder: Path, console: Console, state: Path | None, seed: int | None, json_file: Path | None) -> Exit:
    replay = Replay(_story(folder), console)
    replay.tell_story()
    if seed is not None:
        replay.say(f"--kill each --seed {seed}")
    async with attached(state, temporary=True, say=lambda zh, en: replay.say(f"{zh} / {en}")) as stack:
        outcome, complete = await replay.run(stack, seed)
        code = tell(outcome, console, json_file)
        return code if complete else Exit.FINDING


@app.callback()
def replay() -> None:
    """回放真实数据 / replay real files."""


@app.command()
def chicago(
    folder: Annotated[Path, typer.Argument(help="含三个 CSV 文件的目录 / the folder with the three CSV files")],
    state: Annotated[Path | None, typer.Option(help="状态目录，数据保留 / state folder, its data is kept")] = None,
    kill: Annotated[Kill | None, typer.Option(help="each：每个服务被强杀一次 / kill -9 every service once")] = None,
    seed: Annotated[int | None, typer.Option(help="--kill 的随机种子 / seed of --kill")] = None,
    json: Annotated[Path | None, typer.Option(help="另存 JSON / also write the figures to this file")] = None,
) -> None:
    """回放芝加哥食品许可与检查数据并对账 / replay the Chicago licences and inspections in time order, then reconcile.

    丢失、重复、未发布或被拒绝时退出码为 1。Exit 1 when anything is lost, duplicated, unpublished or refused.
    """
    chosen = None if kill is None else (secrets.randbelow(SEEDS) if seed is None else seed)
    conduct(_run(folder, Console(stderr=True), state, chosen, json))
