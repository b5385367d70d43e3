"""The narrator (进度播报): tells a person what happens; plain lines where there is no terminal, nothing on stdout with JSON."""

import asyncio
import json
import signal
import sys
from collections.abc import Coroutine
from typing import Any

import typer
from rich.console import Console

from ops.failure import CannotRun, Exit


class Narrator:
    """Writes progress in both languages; with ``as_json`` to stderr, so that stdout holds the JSON alone."""

    def __init__(self, *, as_json: bool, headless: bool = False) -> None:
        self.as_json = as_json
        self.console = Console(stderr=as_json, force_terminal=False if headless else None, highlight=False)

    def say(self, zh: str, en: str) -> None:
        """One line of progress."""
        self.console.print(
            f"[green]●[/green] {zh} / {en}" if self.console.is_terminal else f"{zh} / {en}", soft_wrap=True
        )

    def note(self, sentence: str) -> None:
        """One line of progress that is in both languages already."""
        self.console.print(sentence, markup=False, soft_wrap=True)

    def show(self, text: str) -> None:
        """A line of the result for a person; silent with JSON."""
        if not self.as_json:
            self.console.print(text, markup=False, soft_wrap=True)

    def hand_over(self, document: dict[str, Any]) -> None:
        """The result for a machine, on stdout; silent without ``--json``."""
        if self.as_json:
            typer.echo(json.dumps(document, ensure_ascii=False))


async def until_asked_to_stop() -> None:
    """Wait for Ctrl-C or a signal: for `up` and the demo that is the wished end, not an interruption."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()


def conduct(work: Coroutine[Any, Any, Exit]) -> None:
    """Run a command to its end: its exit code, its refusal in both languages, or an orderly stop on a signal.

    The first Ctrl-C, SIGTERM or SIGHUP cancels the work, which then stops what it started; later ones change nothing.
    """
    sys.exit(asyncio.run(_conduct(work)))


async def _conduct(work: Coroutine[Any, Any, Exit]) -> Exit:
    task = asyncio.ensure_future(work)
    asked = asyncio.Event()

    def stop() -> None:
        if not asked.is_set():
            asked.set()
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # nohup has us ignore the hangup: then it shall not stop us either.
        if signal.getsignal(number) == signal.SIG_IGN:
            continue
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        return await task
    except asyncio.CancelledError:
        return Exit.INTERRUPTED
    except CannotRun as reason:
        Console(stderr=True, highlight=False).print(str(reason), markup=False, soft_wrap=True)
        return reason.exit_code
