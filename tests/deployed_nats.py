"""The NATS of deploy/ for tests: its configuration, users, keys and certificates, on the server of the wheel."""

import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.client import OK
from pathlib import Path

from contracts.permissions import OPERATOR
from contracts.topology import LISTENS
from ops.child import Child, Program
from ops.loopback import HOST, ask, free_port
from ops.nats import server_binary
from tests.journey import until

DEPLOY = Path(__file__).parents[1] / "deploy"


@dataclass(frozen=True)
class Secrets:
    """What ``deploy/new-secrets`` made: a folder for each identity, and the public keys as variables."""

    folder: Path
    public: Mapping[str, str]

    def access(self, identity: str) -> dict[str, str]:
        """The variables by which an identity connects."""
        own, name = self.folder / identity, f"SHENGUAN_{identity.upper()}_NATS"
        files = {"SEED_FILE": "seed", "TLS_CERT": "cert.pem", "TLS_KEY": "key.pem"}
        return {f"{name}_{what}": str(own / file) for what, file in files.items()}

    def environment(self) -> dict[str, str]:
        """The variables of the operator and of every service."""
        named = {"SHENGUAN_NATS_TLS_CA": str(self.folder / OPERATOR / "ca.pem")}
        for identity in (OPERATOR, *LISTENS):
            named |= self.access(identity)
        return named


def new_secrets(folder: Path) -> Secrets:
    """Run ``deploy/new-secrets``."""
    subprocess.run([DEPLOY / "new-secrets", folder], check=True, capture_output=True)
    public = (folder / "nats" / "nkeys.env").read_text(encoding="utf-8")
    return Secrets(folder, dict(line.split("=", 1) for line in public.splitlines()))


@asynccontextmanager
async def deployed_nats(folder: Path, secrets: Secrets) -> AsyncIterator[str]:
    """The server of ``deploy/nats.conf`` with other paths and ports; yields host and port."""
    client, monitor = free_port(), free_port()
    settings = (DEPLOY / "nats.conf").read_text(encoding="utf-8")
    for said, meant in {
        '"0.0.0.0:4222"': f'"{HOST}:{client}"',
        '"0.0.0.0:8222"': f'"{HOST}:{monitor}"',
        '"/data"': json.dumps(str(folder / "data")),
        "/etc/nats/secrets": str(secrets.folder / "nats"),
    }.items():
        assert said in settings
        settings = settings.replace(said, meant)
    shutil.copy(DEPLOY / "nats-users.conf", folder)
    file = folder / "nats.conf"
    file.write_text(settings, encoding="utf-8")
    async with serving(file, monitor, secrets.public):
        yield f"{HOST}:{client}"


@asynccontextmanager
async def serving(file: Path, monitor: int, variables: Mapping[str, str]) -> AsyncIterator[None]:
    """The server of a configuration file, healthy, for as long as the block lasts. ``monitor``: its monitoring port."""
    log = file.with_name("nats.log")
    command = [server_binary(), "--config", str(file)]
    child = Child(Program(name="nats", command=command, environment=dict(os.environ) | dict(variables), log=log))

    async def healthy() -> bool:
        assert child.exit_code is None, log.read_text(encoding="utf-8")
        return (await ask(f"http://{HOST}:{monitor}/healthz"))[0] == OK

    try:
        await until(healthy)
        yield
    finally:
        await child.stop(patience=10)
