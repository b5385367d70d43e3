"""docker-compose.yml as a whole, in a copy of its own: built, started, asked, broken and removed without a trace."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from secrets import token_hex

import docker
from docker.models.containers import Container

from kernel.role import Role
from ops.issuer import BUSINESS, Issuer
from ops.loopback import HOST, free_port
from ops.state_folder import StateFolder

PROJECT = Path(__file__).parents[2]
SERVICES = ("approval", "supervision", "credit", "console")
_COPIED = (
    "docker-compose.yml",
    ".dockerignore",
    ".env.example",
    "pyproject.toml",
    "requirements-image.lock",
    "deploy",
    "services",
    "shared",
)


@dataclass(frozen=True)
class Composed:
    """One project of docker-compose in a folder of its own."""

    folder: Path
    name: str
    environment: dict[str, str]
    issuer: Issuer

    def compose(self, *words: str, patience: float = 600) -> str:
        """Run docker-compose; what it said. Fails the test when it fails."""
        return self.start(*words).communicate(timeout=patience)[0]

    def start(self, *words: str) -> "Running":
        """Start docker-compose and go on."""
        command = [*_program(), "-p", self.name, *words]
        return Running(command, self.folder, os.environ | self.environment)

    def container(self, service: str) -> Container:
        """The present container of a service that has one."""
        (found,) = self.containers(service)
        return found

    def containers(self, service: str) -> list[Container]:
        """The present containers of a service."""
        labels = [f"com.docker.compose.project={self.name}", f"com.docker.compose.service={service}"]
        asked = {"label": [*labels, "com.docker.compose.oneoff=False"]}
        found: list[Container] = docker.from_env().containers.list(all=True, filters=asked)
        return found

    @cached_property
    def load(self) -> tuple[str, ...]:
        """The words that run something as the service `load`."""
        return ("--profile", "load", "run", "--rm", "-T", "load")

    def left(self) -> list[str]:
        """Containers, volumes and networks that bear the project's name."""
        client, named = docker.from_env(), {"label": f"com.docker.compose.project={self.name}"}
        containers = client.containers.list(all=True, filters=named)
        return [
            str(each.name)
            for each in (*containers, *client.volumes.list(filters=named), *client.networks.list(filters=named))
        ]


class Running(subprocess.Popen[str]):
    """A docker-compose at work."""

    def __init__(self, command: Sequence[str], folder: Path, environment: dict[str, str]) -> None:
        super().__init__(
            command, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def until(self, word: str) -> None:
        """Go on once it said a line with ``word``; what it says before is shown when it ends without."""
        assert self.stdout is not None
        said = ""
        while word not in (line := self.stdout.readline()):
            assert line, said
            said += line

    def communicate(self, input: str | None = None, timeout: float | None = None) -> tuple[str, str]:  # noqa: A002 - as Popen names it
        """Its output; fails the test when it ends with anything but 0."""
        said, _ = super().communicate(input, timeout)
        assert self.returncode == 0, said[-6000:]
        return said, ""


@contextmanager
def composed(
    folder: Path, more: Mapping[str, str] | None = None, names: Mapping[str, str] | None = None
) -> Iterator[Composed]:
    """The project's files in ``folder``, with secrets, an issuer and ports of their own; removed at the end.

    ``more``: further lines of its ``.env``. ``names``: variables for ``deploy/new-secrets``.
    """
    for each in _COPIED:
        source = PROJECT / each
        if source.is_dir():
            leave = shutil.ignore_patterns("__pycache__", "secrets")
            shutil.copytree(source, folder / each, ignore=leave)
        else:
            shutil.copy(source, folder / each)
    subprocess.run(
        [folder / "deploy" / "new-secrets"], check=True, capture_output=True, env=os.environ | dict(names or {})
    )
    issuer = Issuer(StateFolder(folder / "state"))
    told = issuer.settings(inline=True) | {"SHENGUAN_CONSOLE_TOKEN_SIGN_IN": "true"} | dict(more or {})
    settings = "".join(f"{name}='{value}'\n" for name, value in told.items())
    (folder / ".env").write_text((folder / ".env.example").read_text(encoding="utf-8") + settings, encoding="utf-8")
    # Any port, so that a service may have several containers; people come to the pages at one they know.
    published = {f"SHENGUAN_{name.upper()}_PUBLISHED": f"{HOST}:" for name in SERVICES}
    published["SHENGUAN_CONSOLE_PUBLISHED"] += str(free_port())
    token = issuer.token("load", kind="SYSTEM", roles=(*BUSINESS, Role.SYSTEM_ADMIN))
    stack = Composed(
        folder, f"shenguan-{token_hex(4)}", published | {"SHENGUAN_TOKEN": token, "DOCKER_BUILDKIT": "0"}, issuer
    )
    try:
        yield stack
    finally:
        stack.compose("--profile", "load", "--profile", "above", "down", "--volumes", "--timeout", "5")


def healthy(stack: Composed, *services: str) -> None:
    """Wait until every container of these services is."""
    deadline = time.monotonic() + 120
    for service in services:
        while (found := {each.health for each in stack.containers(service)}) != {"healthy"}:
            assert time.monotonic() < deadline, (service, found)
            time.sleep(1)


def figures(said: str) -> dict[str, float]:
    """The line that is JSON; also told to who runs this by hand."""
    (told,) = [line for line in said.splitlines() if line.startswith("{")]
    sys.stderr.write(f"{told}\n")
    found: dict[str, float] = json.loads(told)
    return found


def killed(stack: Composed, service: str, seconds: float) -> None:
    """Kill a container, and start it again after so many seconds."""
    container = stack.container(service)
    container.kill()
    time.sleep(seconds)
    container.start()


def _program() -> list[str]:
    """Compose v2 when there is one."""
    plugin = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    return ["docker", "compose"] if plugin.returncode == 0 else ["docker-compose"]
