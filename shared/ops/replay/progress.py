"""Progress (进度): a bar on a terminal, else a plain line every few seconds and at every new year of the story."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ops.replay.driver import Step

SECONDS_BETWEEN_LINES = 5.0


class PlainProgress:
    """Plain lines, for logs and pipes."""

    def __init__(self, console: Console, total: int) -> None:
        self._console, self._total = console, total
        self._done, self._year = 0, 0
        self._begun = self._spoken = monotonic()

    def __call__(self, step: Step) -> None:
        """Count a portion and speak when it is time."""
        self._done += step.lines
        now = monotonic()
        if step.day.year == self._year and now - self._spoken < SECONDS_BETWEEN_LINES:
            return
        self._year, self._spoken = step.day.year, now
        seconds = now - self._begun
        self._console.print(f"回放 / replay {step.day}  {self._done}/{self._total}  {seconds:.0f} s", highlight=False)


@contextmanager
def progress(console: Console, total: int) -> Iterator["PlainProgress | BarProgress"]:
    """The progress that fits the console, for ``total`` lines."""
    if not console.is_terminal:
        yield PlainProgress(console, total)
        return
    columns = (TextColumn("回放 / replay {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        yield BarProgress(bar, total)


class BarProgress:
    """A bar, for people."""

    def __init__(self, bar: Progress, total: int) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=total)

    def __call__(self, step: Step) -> None:
        """Count a portion."""
        self._bar.update(self._task, advance=step.lines, description=str(step.day))
