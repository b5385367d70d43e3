"""``shenguan backup``, ``restore`` and ``verify``: a copy of everything, back again, and whether it agrees with itself."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ops.failure import Exit
from ops.narrator import Narrator, conduct
from ops.running import USUAL_STATE
from ops.state_folder import StateFolder
from ops.up_command import Json, State
from ops.upkeep.backup import back_up
from ops.upkeep.restore import fresh_servers, restore, sound_backup
from ops.upkeep.targets import owners_of
from ops.upkeep.verify import told, verify

LAST_BACKUP = "last-backup.json"
Place = Annotated[Path, typer.Argument(help="备份目录 / backup folder")]
MaybePlace = Annotated[
    Path | None, typer.Argument(help="备份目录，缺省核验数据库 / backup folder; default: the databases")
]
WithKeys = Annotated[
    bool, typer.Option("--with-keys", help="连同密钥；目录须严加保管 / keys too; guard the folder well")
]
Into = Annotated[
    bool, typer.Option("--into-named", help="恢复到环境变量所指的空库 / into the empty databases the environment names")
]
Archive = Annotated[
    list[Path] | None,
    typer.Option(
        "--archive",
        envvar="SHENGUAN_ARCHIVE",
        help="归档目录，或其上级：已移出的日志月份从中核验 / archives, or folders of them: months that left are verified there",
    ),
]


def backup(place: Place, *, state: State = USUAL_STATE, with_keys: WithKeys = False, as_json: Json = False) -> None:
    """备份各服务的数据库，不停服务 / save every service's database while everything goes on.

    退出码 / exit codes: 0 saved · 2 the folder exists or nothing runs · 70 a database or the tool failed.
    """
    conduct(_backup(place, state, Narrator(as_json=as_json), with_keys=with_keys))


def restored(
    place: Place,
    *,
    state: State = USUAL_STATE,
    into_named: Into = False,
    archive: Archive = None,
    as_json: Json = False,
) -> None:
    """把备份恢复到新的状态目录或空库，并核验 / restore into a new state folder or empty databases, and verify.

    退出码 / exit codes: 0 restored and sound · 1 damaged or divergent · 2 the target is not empty · 70 failed.
    """
    conduct(_restore(place, state, archive or (), Narrator(as_json=as_json), into_named=into_named))


def verified(
    place: MaybePlace = None, *, state: State = USUAL_STATE, archive: Archive = None, as_json: Json = False
) -> None:
    """核验备份文件，或各库是否一致、审计链是否完整 / check a backup's files, or whether the databases agree.

    退出码 / exit codes: 0 sound · 1 damaged or divergent · 2 nothing to check · 70 a database does not answer.
    """
    conduct(_verify(place, state, archive or (), Narrator(as_json=as_json)))


async def _backup(place: Path, state: Path, narrator: Narrator, *, with_keys: bool) -> Exit:
    manifest = await back_up(owners_of(state), place, state, with_keys=with_keys, say=narrator.say)
    _note(state, manifest.made_at)
    narrator.hand_over(manifest.document())
    for service, saved in manifest.services.items():
        narrator.show(
            f"{service}: {saved.bytes / 1e6:,.1f} MB, 事件 events {saved.events:,}, 版本 revision {saved.revision}"
        )
    if not manifest.with_keys:
        narrator.show(
            f"不含密钥：请另行保管 {state}/identity.key 等，没有它恢复后密封的号码打不开"
            " / without keys: keep the key files apart, sealed numbers cannot be opened without them"
        )
    return Exit.DONE


async def _restore(place: Path, state: Path, archives: Sequence[Path], narrator: Narrator, *, into_named: bool) -> Exit:
    if into_named:
        owners = owners_of(state)
        await restore(place, owners, narrator.say)
        verdict = await verify(owners, narrator.say, archives)
    else:
        async with fresh_servers(place, state) as owners:
            await restore(place, owners, narrator.say)
            verdict = await verify(owners, narrator.say, archives)
        narrator.say(f"启动：shenguan up --state {state}", f"start it: shenguan up --state {state}")
    narrator.hand_over(verdict.document())
    for line in told(verdict):
        narrator.show(line)
    return Exit.DONE if verdict.sound else Exit.FINDING


async def _verify(place: Path | None, state: Path, archives: Sequence[Path], narrator: Narrator) -> Exit:
    if place is not None:
        manifest = sound_backup(place)
        narrator.hand_over(manifest.document())
        narrator.show(f"备份完好，{manifest.made_at} / the backup is whole, made {manifest.made_at}")
        return Exit.DONE
    verdict = await verify(owners_of(state), narrator.say, archives)
    narrator.hand_over(verdict.document())
    for line in told(verdict):
        narrator.show(line)
    return Exit.DONE if verdict.sound else Exit.FINDING


def _note(state: Path, made_at: str) -> None:
    """Remember when the last one was made: ``shenguan doctor`` asks."""
    if state.is_dir():
        StateFolder(state).write(LAST_BACKUP, {"made_at": made_at, "noted_at": datetime.now(UTC).isoformat()})
