"""A disk loses its power and fills up as real ones do, and leaves nothing mounted."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.chaos.disk import Disk, disk_missing
from ops.child import until

MISSING = disk_missing()
pytestmark = pytest.mark.skipif(MISSING is not None, reason=" / ".join(MISSING or ()))
WRITER = """
import os, signal
with open("synced", "w") as file:
    file.write("on the disk")
    file.flush()
    os.fsync(file.fileno())
with open("unsynced", "w") as file:
    file.write("in the cache")
print("written", flush=True)
signal.pause()
"""


@pytest.fixture
def disk() -> Iterator[Disk]:
    with Disk.made(64) as made:
        yield made


def writer(disk: Disk) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", WRITER], cwd=disk.mount, stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout:
        process.stdout.readline()
    return process


def test_a_power_cut_keeps_what_was_synced_and_takes_the_rest(disk: Disk) -> None:
    process = writer(disk)
    disk.lose_power()
    assert process.wait() == -signal.SIGKILL
    assert (disk.mount / "synced").read_text() == "on the disk"
    unsynced = disk.mount / "unsynced"
    assert not unsynced.exists() or unsynced.read_text() == ""


def test_without_a_power_cut_the_same_writer_loses_nothing(disk: Disk) -> None:
    process = writer(disk)
    disk.unplug()
    assert process.wait() == -signal.SIGKILL
    disk.plug_in()
    assert (disk.mount / "unsynced").read_text() == "in the cache"


async def test_a_frozen_process_works_on_the_disk_and_others_do_not(disk: Disk) -> None:
    process = writer(disk)
    assert disk.freeze() == {process.pid}
    assert os.getpid() not in disk.workers()
    stat = Path(f"/proc/{process.pid}/stat")
    assert await until(lambda: stat.read_text().rpartition(")")[2].split()[0] == "T", 10)
    process.kill()
    process.wait()


def test_ballast_fills_the_disk_and_is_taken_away_again(disk: Disk) -> None:
    room = disk.free
    disk.fill()
    with pytest.raises(OSError, match="No space left"):
        (disk.mount / "more").write_bytes(bytes(1 << 20))
    (disk.mount / "more").unlink()
    disk.release()
    assert disk.free > room * 9 // 10


def test_nothing_stays_mounted_also_when_the_block_fails() -> None:
    with pytest.raises(ZeroDivisionError), Disk.made(16) as made:
        process = writer(made)
        raise ZeroDivisionError
    assert process.wait() == -signal.SIGKILL
    assert not made.mounted
    assert not made.image.exists()
