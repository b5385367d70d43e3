"""``shenguan chaos`` (故障演练): runs rows of the fault matrix on stacks of its own and says whether everything held."""

import json as jsonlib
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from ops.chaos.planted import PLANTED, planted_found
from ops.chaos.row import Ground, Report, Row
from ops.chaos.rows import ROWS
from ops.failure import Exit
from ops.narrator import Narrator, conduct

_EVENTS = 5000
_FEWEST = 50


def command(
    *,
    rows: Annotated[str, typer.Option(help="行，逗号分隔，缺省为全部 / rows, separated by commas, default: all")] = "",
    seed: Annotated[int, typer.Option(help="随机种子，决定每个选择 / seed of every choice")] = 1,
    events: Annotated[int, typer.Option(min=_FEWEST, help="每行的决定数 / decisions per row")] = _EVENTS,
    soak_minutes: Annotated[float, typer.Option(help="F23 的分钟数 / minutes of F23")] = 1,
    json: Annotated[Path | None, typer.Option(help="另存 JSON / also write the report to this file")] = None,
    ledger: Annotated[
        Path | None,
        typer.Option(file_okay=False, exists=True, help="驱动台账写入此目录 / keep the driver's ledgers here"),
    ] = None,
) -> None:
    """在自带的服务栈上演练故障并核对 / break a stack of its own on purpose and check that everything held.

    退出码 / exit codes: 0 everything held · 1 something was lost, doubled, made up, out of order or too slow ·
    2 no such row · 70 the stack failed.
    """
    narrator = Narrator(as_json=True)
    ground = Ground(seed=seed, events=events, say=narrator.say, folder=ledger, soak_minutes=soak_minutes)
    conduct(_run(_chosen(rows), ground, narrator, lambda text: json.write_text(text, "utf-8") if json else None))


async def _run(chosen: Sequence[Row], ground: Ground, narrator: Narrator, keep: Callable[[str], object]) -> Exit:
    narrator.say(f"种子 {ground.seed}，版本 {_commit() or '—'}", f"seed {ground.seed}, commit {_commit() or '—'}")
    reports: dict[str, Report] = {}
    try:
        for row in (each for each in ROWS if each in chosen and not each.own_stack):
            reports[row.name] = await _told(row, ground, narrator)
        planted = await planted_found(ground)
    finally:
        await ground.close()
    for row in (each for each in chosen if each.own_stack):
        reports[row.name] = await _told(row, ground, narrator)
    document = {
        "seed": ground.seed,
        "commit": _commit(),
        "rows": [reports[row.name].document() for row in chosen],
        "planted_found": planted,
    }
    narrator.hand_over(document)
    keep(jsonlib.dumps(document, ensure_ascii=False) + "\n")
    held = planted == PLANTED and all(report.clean for report in reports.values())
    return Exit.DONE if held else Exit.FINDING


async def _told(row: Row, ground: Ground, narrator: Narrator) -> Report:
    """Run a row and tell what did not hold, or why it was left out."""
    report = await row.run(ground)
    for sentence in (*report.findings, *([report.skipped] if report.skipped else [])):
        narrator.note(f"{row.name}: {sentence}")
    return report


def _chosen(rows: str) -> list[Row]:
    known = {row.name: row for row in ROWS}
    names = [name.strip().upper() for name in rows.split(",") if name.strip()] or list(known)
    if unknown := [name for name in names if name not in known]:
        raise typer.BadParameter(f"没有这一行 / no such row: {' '.join(unknown)}; {' '.join(known)}")
    return [known[name] for name in dict.fromkeys(names)]


def _commit() -> str:
    """The commit this program was installed from, empty when that is not known."""
    here = Path(__file__).resolve().parent
    try:
        told = subprocess.run(
            ["git", "rev-parse", "--short=12", "HEAD"],  # noqa: S607 - whatever git the person has
            cwd=here,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return told.stdout.strip() if told.returncode == 0 else ""
