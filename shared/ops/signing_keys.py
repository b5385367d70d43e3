"""Signing keys of a stack (签名密钥): made once in the state folder, one per service, readable by its owner alone.

The public halves stand together in ``trusted-keys.json``; what was trusted once stays there, so that a changed key
does not make what the old one signed unbelievable.
"""

import secrets
from base64 import b64encode
from collections.abc import Iterable, MutableMapping
from importlib import import_module
from typing import Any

from ops.services import variable
from ops.state_folder import StateFolder, write_private

TRUSTED = "SHENGUAN_TRUSTED_KEYS"
_FILE = "trusted-keys.json"


def hand_over(folder: StateFolder, services: Iterable[str], environment: MutableMapping[str, str]) -> None:
    """Name in ``environment`` a signing key for each service and the public keys of all, unless it does already.

    A key that is handed over by path is seen by nobody who lists processes and their environments.
    """
    names = list(services)
    for service in names:
        if not environment.get(variable(service, "SIGNING_KEY")):
            environment[variable(service, "SIGNING_KEY")] = _key_file(folder, service)
    if not environment.get(TRUSTED):
        found = [public_half(service, environment[variable(service, "SIGNING_KEY")]) for service in names]
        kept = folder.read(_FILE) or []
        folder.write(_FILE, [*kept, *(key for key in found if key not in kept)])
        environment[TRUSTED] = str(folder.path / _FILE)


def public_half(service: str, setting: str) -> dict[str, str]:
    """The public key of a signing key, as the file of trusted keys holds it. Raises ValueError: not a key."""
    signer: Any = import_module("chassis.signing.signer").signer_of(setting)  # drivers only when a stack starts
    return {
        "service": service,
        "algorithm": signer.algorithm,
        "public_key": b64encode(signer.public_key).decode("ascii"),
    }


def fresh_key(algorithm: str) -> str:
    """A new signing key as a setting holds it."""
    made: str = import_module("chassis.signing.signer").written(algorithm, secrets.token_bytes(32))
    return made


def trusted_of(folder: StateFolder | None, given: str) -> list[Any]:
    """The public keys that ``given``, or else the state folder, names. Raises ValueError: there are none to read."""
    trusted = import_module("chassis.signing.trusted").Trusted.of(given or (str(folder.path / _FILE) if folder else ""))
    return list(trusted.keys())


def _key_file(folder: StateFolder, service: str) -> str:
    home = folder.path / "signing"
    home.mkdir(mode=0o700, exist_ok=True)
    path = home / f"{service}.key"
    if not path.exists():
        write_private(path, f"{fresh_key('ed25519')}\n".encode("ascii"))
    return str(path)
