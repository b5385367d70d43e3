"""``shenguan keys trust``: the public keys a level below gave are believed, each for its own region and no other."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from ops.failure import CannotRun, Exit
from ops.narrator import Narrator, conduct
from ops.signing_keys import TRUSTED
from ops.up_command import Json

Region = Annotated[str, typer.Argument(metavar="REGION", help="下级的区划 / the region of the level below")]
Given = Annotated[Path, typer.Argument(metavar="FILE", help="它给的公钥文件 / the file of public keys it gave")]
Into = Annotated[Path, typer.Option("--trusted-keys", envvar=TRUSTED, help="自己的公钥文件 / one's own file")]


def trust(region: Region, given: Given, *, trusted_keys: Into, as_json: Json = False) -> None:
    """把下级给的公钥加进自己的公钥文件，写明区划；再执行不重复 / add the keys of a level below, for its region alone.

    退出码 / exit codes: 0 they are in the file · 2 a file cannot be read.
    """
    conduct(_trust(region, given, trusted_keys, Narrator(as_json=as_json)))


async def _trust(region: str, given: Path, into: Path, narrator: Narrator) -> Exit:
    own = _read(into)
    added = [key for each in _read(given) if (key := each | {"region": region}) not in own]
    if added:
        _write(into, [*own, *added])
    narrator.hand_over({"added": added})
    narrator.show(f"{region}: +{len(added)} → {into}")
    return Exit.DONE


def _read(file: Path) -> list[dict[str, Any]]:
    # Read as the services will, so that a file they would refuse is not written.
    from chassis.signing.trusted import Trusted  # noqa: PLC0415 - drivers only when they are needed

    try:
        Trusted.of(str(file))
        keys: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise CannotRun(
            zh=f"{file} 读不到或不是公钥文件: {fault}",
            en=f"{file} cannot be read or is no file of public keys: {fault}",
            exit_code=Exit.USAGE,
        ) from fault
    return keys


def _write(file: Path, keys: list[dict[str, Any]]) -> None:
    """In one step: services read the file whenever a key is not in it."""
    written = file.with_name(f"{file.name}.new")
    written.write_text(json.dumps(keys, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    written.chmod(file.stat().st_mode & 0o777)
    written.replace(file)


def join(app: typer.Typer) -> None:
    """Put it under ``shenguan keys``."""
    example = "shenguan keys trust 640202 links/640202/trusted-keys.json --trusted-keys deploy/secrets/console/trusted-keys.json"
    app.command(epilog=f"例 / example: {example}")(trust)
