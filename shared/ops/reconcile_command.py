"""``shenguan reconcile`` (对账): waits until the chain has settled, compares, and exits 1 when something does not agree."""

from pathlib import Path
from time import monotonic
from typing import Annotated

import typer
from rich.console import Console

from ops.attach import attached
from ops.facts import Said, collect, read_streams, settled
from ops.failure import Exit
from ops.narrator import conduct
from ops.reconcile import Reconciliation, reconcile
from ops.replay.sender import Sender
from ops.report import tell


async def reconciled(
    sender: Sender, nats_url: str | None, source: str | None, say: Said, begun: float
) -> Reconciliation:
    """Wait, collect, compare. ``begun`` is the ``monotonic()`` the printed seconds count from."""
    await settled(sender, say)
    facts, streams = await collect(sender, source), await read_streams(nats_url, say)
    return reconcile(facts, streams, seconds=monotonic() - begun)


async def _run(state: Path | None, source: str | None, console: Console, json_file: Path | None) -> Exit:
    begun = monotonic()

    def say(sentence: str) -> None:
        console.print(sentence, markup=False, highlight=False)

    def announce(zh: str, en: str) -> None:
        say(f"{zh} / {en}")

    async with attached(state, temporary=False, say=announce) as stack, Sender(stack.urls, stack.headers()) as sender:
        return tell(await reconciled(sender, stack.nats_url, source, say, begun), console, json_file)


def command(
    source: Annotated[str | None, typer.Option(help="来源系统；缺省为全部 / one source system, default: all")] = None,
    state: Annotated[Path | None, typer.Option(help="状态目录 / state folder of the stack")] = None,
    json: Annotated[Path | None, typer.Option(help="另存 JSON / also write the figures to this file")] = None,
) -> None:
    """对账：比对各服务与事件流 / compare what the services and the streams hold.

    丢失、重复或未发布时退出码为 1。Exit 1 when anything is lost, duplicated or unpublished.
    """
    conduct(_run(state, source, Console(stderr=True), json))
