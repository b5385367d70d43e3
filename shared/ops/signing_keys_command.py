"""``shenguan keys signing`` and ``new``: which public keys are trusted, and new keys for those who deploy without a state folder."""

import json
from enum import StrEnum
from typing import Annotated, Any

import typer

from ops.failure import CannotRun, Exit
from ops.narrator import Narrator, conduct
from ops.running import USUAL_STATE
from ops.services import variable
from ops.signing_keys import TRUSTED, fresh_key, public_half, trusted_of
from ops.state_folder import StateFolder
from ops.up_command import Json, State


class Algorithm(StrEnum):
    """签名算法."""

    ED25519 = "ed25519"
    SM2 = "sm2-sm3"


Given = Annotated[str, typer.Option("--trusted-keys", envvar=TRUSTED, help="公钥文件 / the file of public keys")]
Who = Annotated[str, typer.Argument(metavar="SERVICE", help="服务 / service")]
How = Annotated[Algorithm, typer.Option("--algorithm", help="签名算法 / signature algorithm")]


def signing(*, trusted_keys: Given = "", state: State = USUAL_STATE, as_json: Json = False) -> None:
    """各服务的可信公钥、编号与有效期 / the public keys that are believed, their ids and validity.

    退出码 / exit codes: 0 shown · 2 there are none to read.
    """
    conduct(_signing(trusted_keys, StateFolder(state) if state.exists() else None, Narrator(as_json=as_json)))


def new(service: Who, *, algorithm: How = Algorithm.ED25519, as_json: Json = False) -> None:
    """新的签名密钥与它的公钥；不写任何文件 / a new signing key and its public half; writes no file.

    公钥先加进每个服务的 SHENGUAN_TRUSTED_KEYS，再换私钥 / add the public half everywhere before you use the key.
    """
    conduct(_new(service, algorithm, Narrator(as_json=as_json)))


def join(app: typer.Typer) -> None:
    """Put both under ``shenguan keys``."""
    app.command(epilog="例 / example: shenguan keys signing --trusted-keys trusted-keys.json --json")(signing)
    app.command(epilog="例 / example: shenguan keys new approval --algorithm ed25519")(new)


async def _signing(given: str, folder: StateFolder | None, narrator: Narrator) -> Exit:
    try:
        keys = trusted_of(folder, given)
    except ValueError as fault:
        raise CannotRun(
            zh=f"读不到可信公钥，请用 --trusted-keys 或 {TRUSTED} 指定: {fault}",
            en=f"there are no trusted keys to read; name the file with --trusted-keys or {TRUSTED}: {fault}",
            exit_code=Exit.USAGE,
        ) from fault
    shown = [_shown(key) for key in keys]
    narrator.hand_over({"keys": shown})
    for key in shown:
        valid = f"{key['valid_from'] or '…'} → {key['valid_to'] or '…'}"
        narrator.show(f"{key['service']:<12} {key['key_id']}  {key['algorithm']}  {valid}  {key['public_key']}")
    return Exit.DONE


async def _new(service: str, algorithm: Algorithm, narrator: Narrator) -> Exit:
    secret = fresh_key(algorithm.value)
    public = public_half(service, secret)
    narrator.hand_over({"setting": variable(service, "SIGNING_KEY"), "signing_key": secret, "public_key": public})
    narrator.show(f"{variable(service, 'SIGNING_KEY')}={secret}")
    narrator.show(f"{TRUSTED}: {json.dumps(public)}")
    return Exit.DONE


def _shown(key: Any) -> dict[str, str | None]:
    return {
        "service": key.service,
        "key_id": key.key_id,
        "algorithm": key.algorithm,
        "public_key": key.public_key,
        "valid_from": key.valid_from.isoformat() if key.valid_from else None,
        "valid_to": key.valid_to.isoformat() if key.valid_to else None,
    }
