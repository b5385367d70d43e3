"""``shenguan retention``: what is past its term in every service's database, and its removal ahead of the daily run."""

import os
from pathlib import Path
from typing import Annotated

import typer

from chassis.retention import Retention, terms_of
from ops.failure import CannotRun, Exit
from ops.narrator import Narrator, conduct
from ops.running import USUAL_STATE
from ops.up_command import Json, State
from ops.upkeep.targets import connected, demand_seal, owners_of

DryRun = Annotated[bool, typer.Option("--dry-run", help="只看，不删 / show it, remove nothing")]


def retention(*, state: State = USUAL_STATE, dry_run: DryRun = False, as_json: Json = False) -> None:
    """清理到期的幂等答复、收件箱、发布区间、投递记录、已重投死信 / remove what is past its term.

    服务每天自己做；事件日志与审计日志从不删除。
    退出码 / exit codes: 0 done or shown · 2 no databases, no identity key, or wrong terms · 70 a database failed.
    """
    conduct(_retention(state, Narrator(as_json=as_json), dry_run=dry_run))


async def _retention(state: Path, narrator: Narrator, *, dry_run: bool) -> Exit:
    owners = owners_of(state)
    try:
        terms = terms_of(os.environ.get("SHENGUAN_RETENTION_FILE", ""))
    except ValueError as wrong:
        raise CannotRun(zh=f"保存期限有误：{wrong}", en="the terms are wrong", exit_code=Exit.USAGE) from wrong
    work = Retention(terms, demand_seal(state))
    told: dict[str, dict[str, int]] = {}
    for service, url in owners.items():
        async with connected(service, url) as connection:
            told[service] = await (work.due(connection) if dry_run else work.run(connection))
    days = {table: term.days for table, term in terms.items()}
    narrator.hand_over({"dry_run": dry_run, "days": days, "rows": told})
    verb = "到期 due" if dry_run else "已删 removed"
    for service, rows in told.items():
        figures = " · ".join(f"{table}（{days[table]} 天 days）{number:,}" for table, number in rows.items())
        narrator.show(f"{service} {verb}: {figures}")
    return Exit.DONE
