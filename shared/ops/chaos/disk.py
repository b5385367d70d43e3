"""Disk (循环盘): an ext4 in a file, small enough to fill and to cut off from its power. Needs root.

``Disk.lose_power`` stops the file system at one instant as a power cut does: what was not synced is gone, and nobody
sees an error and says so. Nothing here waits for the event loop: no supervisor acts between the cut and the return of
the power. Whatever happens, nothing stays mounted.
"""

import fcntl
import os
import shutil
import signal
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from ops.failure import CannotRun

_SHUTDOWN = 0x8004587D
"""EXT4_IOC_SHUTDOWN (linux/fs/ext4/ext4.h)."""
_WITHOUT_FLUSH = 2
"""EXT4_GOING_FLAGS_NOLOGFLUSH: not even the journal in memory is written."""
_MEBIBYTE = 1 << 20
_PAGE = 4096
_PATIENCE = 20.0
_BALLAST = "ballast"


class Disk:
    """One image and where it is mounted; made by ``Disk.made``."""

    def __init__(self, image: Path, mount: Path) -> None:
        self.image = image
        self.mount = mount

    @classmethod
    @contextmanager
    def made(cls, megabytes: int) -> Iterator[Self]:
        """A mounted, empty disk; at the end whoever still works on it is killed, and it is unmounted and removed.

        Raises CannotRun: not root, or no loop devices here (``disk_missing`` tells beforehand).
        """
        room = Path(tempfile.mkdtemp(prefix="shenguan-disk-"))
        room.chmod(0o711)
        disk = cls(room / "image", room / "mount")
        try:
            disk.mount.mkdir()
            with disk.image.open("wb") as image:
                image.truncate(megabytes * _MEBIBYTE)
            # Written at once: a lazy start would go on writing behind the back of whoever fills the disk.
            _run("mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=0", str(disk.image))
            disk.plug_in()
            yield disk
        finally:
            if disk.mounted:
                disk.unplug()
            shutil.rmtree(room, ignore_errors=True)

    @property
    def mounted(self) -> bool:
        """Whether it hangs in the machine's tree at the moment."""
        return self.mount.is_mount()

    @property
    def free(self) -> int:
        """Bytes a process may still write."""
        return shutil.disk_usage(self.mount).free

    def plug_in(self) -> None:
        """Mount the image; after a power cut the journal is replayed, as at the start of a machine."""
        _run("mount", "-o", "loop", str(self.image), str(self.mount))
        # The database's own account passes through and looks at nothing.
        self.mount.chmod(0o711)

    def unplug(self) -> None:
        """Kill whoever works here and unmount."""
        deadline = time.monotonic() + _PATIENCE
        while workers := self.workers():
            if time.monotonic() > deadline:
                raise CannotRun(
                    zh=f"{self.mount} 上的进程无法结束: {workers}",
                    en=f"processes on {self.mount} do not end: {workers}",
                )
            _send(workers, signal.SIGKILL)
            time.sleep(0.01)
        _run("umount", str(self.mount))

    def workers(self) -> set[int]:
        """Other processes with their working folder or an open file on this disk."""
        return set(_working_below(self.mount))

    def freeze(self) -> set[int]:
        """SIGSTOP everybody who works here, also who comes while we look; answers the pids."""
        frozen: set[int] = set()
        while fresh := self.workers() - frozen:
            _send(fresh, signal.SIGSTOP)
            frozen |= fresh
        return frozen

    def lose_power(self) -> None:
        """Freeze everybody, stop the file system at once, kill everybody; then the power returns.

        What is on the image is what there is. Whoever worked here is dead; the disk is mounted again.
        """
        frozen = self.freeze()
        folder = os.open(self.mount, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, _SHUTDOWN, struct.pack("I", _WITHOUT_FLUSH))
        finally:
            os.close(folder)
        _send(frozen, signal.SIGKILL)
        self.unplug()
        self.plug_in()

    def fill(self) -> None:
        """Put ballast on the disk until nothing is free."""
        with (self.mount / _BALLAST).open("ab") as ballast:
            size = os.fstat(ballast.fileno()).st_size
            step = self.free // _MEBIBYTE * _MEBIBYTE
            while step >= _PAGE:
                try:
                    os.posix_fallocate(ballast.fileno(), size, step)
                    size += step
                except OSError:
                    step //= 2

    def release(self) -> None:
        """Take the ballast away."""
        (self.mount / _BALLAST).unlink(missing_ok=True)


def disk_missing() -> tuple[str, str] | None:
    """Why no disk can be made here, in Chinese and English; None when it can."""
    if os.geteuid() != 0:
        return "需要 root 才能挂载循环盘", "root is needed to mount a loop image"
    if not Path("/dev/loop-control").exists() or shutil.which("mkfs.ext4") is None:
        return "本机没有循环设备或 mkfs.ext4", "this machine has no loop devices or no mkfs.ext4"
    return None


def _working_below(mount: Path) -> Iterator[int]:
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and int(process.name) != os.getpid():
            # Processes come and go while we look.
            with suppress(OSError):
                links = [process / "cwd", *(process / "fd").iterdir()]
                if any(_points_below(link, mount) for link in links):
                    yield int(process.name)


def _points_below(link: Path, mount: Path) -> bool:
    try:
        return link.readlink().is_relative_to(mount)
    except OSError:
        return False


def _send(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _run(*command: str) -> None:
    program = shutil.which(command[0]) or command[0]
    made = subprocess.run([program, *command[1:]], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise CannotRun(
            zh=f"{command[0]} 失败: {made.stderr.strip()}", en=f"{command[0]} failed: {made.stderr.strip()}"
        )
