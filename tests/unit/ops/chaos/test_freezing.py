"""What is frozen does nothing, with everything it started, and goes on afterwards."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.chaos.freezing import family, frozen
from ops.child import until


@pytest.fixture
def parent() -> Iterator[subprocess.Popen[bytes]]:
    """A shell with a child in a session of its own, as PostgreSQL's backends are."""
    shell = subprocess.Popen(["/bin/sh", "-c", "setsid sleep 60 & wait"])
    yield shell
    for pid in reversed(family(shell.pid)):
        subprocess.run(["kill", "-9", str(pid)], check=False)
    shell.wait()


def states(pids: list[int]) -> set[str]:
    return {Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] for pid in pids}


async def test_a_process_is_frozen_with_its_descendants_and_thawed_also_after_a_failure(
    parent: subprocess.Popen[bytes],
) -> None:
    assert await until(lambda: len(family(parent.pid)) == 2, patience=10)
    members = family(parent.pid)
    with pytest.raises(ZeroDivisionError), frozen(parent.pid):
        assert await until(lambda: states(members) == {"T"}, patience=10)
        raise ZeroDivisionError
    assert await until(lambda: "T" not in states(members), patience=10)
