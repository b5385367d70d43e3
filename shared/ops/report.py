"""Report (对账结果): the figures as a table for people, as JSON for machines; the exit code says whether they are clean."""

from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from ops.failure import Exit
from ops.reconcile import Reconciliation

SHOWN = 10
_CHINESE = {
    "decisions": "审批决定",
    "tasks": "监管任务",
    "ad_hoc": "其中临时任务",
    "joined": "并入未办结任务",
    "cancelled": "已取消任务",
    "unmatched": "未匹配决定",
    "inspections": "检查",
    "orphan_inspections": "对象未登记的检查",
    "credit_records": "信用记录",
    "subjects": "信用主体",
    "outbox_pending": "待发布事件",
    "dead_letters": "死信",
    "lost": "丢失",
    "duplicated": "重复",
    "seconds": "用时（秒）",
}


def tell(outcome: Reconciliation, console: Console, json_file: Path | None) -> Exit:
    """Show the table and the first bad keys on ``console``, the JSON on standard output and in ``json_file``."""
    table = Table(title="对账 / reconciliation")
    table.add_column("项目")
    table.add_column("figure")
    table.add_column("", justify="right")
    for key, value in outcome.figures.items():
        table.add_row(_CHINESE[key], key, f"{value:,}")
    console.print(table)
    for word, keys in (("丢失 / lost", outcome.lost), ("重复 / duplicated", outcome.duplicated)):
        for key in keys[:SHOWN]:
            console.print(f"{word}: {key}", markup=False, highlight=False)
        if len(keys) > SHOWN:
            console.print(f"{word}: … {len(keys)}", markup=False, highlight=False)
    document = msgspec.json.encode(outcome.figures)
    Console().print(document.decode(), markup=False, highlight=False, soft_wrap=True)
    if json_file is not None:
        json_file.write_bytes(document + b"\n")
    return Exit.DONE if outcome.clean else Exit.FINDING
