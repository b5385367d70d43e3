"""Disk (循环盘): an ext4 in a file, small enough to fill and to cut off from its power. Needs root.

``Disk.lose_power`` stops the file system at one instant as a power cut does: what was not synced is gone, nothing
reaches the image any more. Whatever happens, nothing stays mounted.
"""

import asyncio
import fcntl
import os
import shutil
import signal
import struct
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Self

from ops.child import until
from ops.failure import CannotRun

_SHUTDOWN = 0x8004587D
"""EXT4_IOC_SHUTDOWN (linux/fs/ext4/ext4.h)."""
_WITHOUT_FLUSH = 2
"""EXT4_GOING_FLAGS_NOLOGFLUSH: not even the journal in memory is written."""
_BLOCK = 1 << 20
_PATIENCE = 20.0
_BALLAST = "ballast"


class Disk:
    """One image and where it is mounted; made by ``Disk.made``."""

    def __init__(self, image: Path, mount: Path) -> None:
        self.image = image
        self.mount = mount

    @classmethod
    @asynccontextmanager
    async def made(cls, megabytes: int) -> AsyncIterator[Self]:
        """A mounted, empty disk; at the end whoever still works on it is killed, and it is unmounted and removed.

        Raises CannotRun: not root, or no loop devices here (``disk_missing`` tells beforehand).
        """
        room = _room(megabytes)
        disk = cls(room / "image", room / "mount")
        try:
            # Written at once: a lazy start would go on writing behind the back of whoever fills the disk.
            await _run("mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=0", str(disk.image))
            await disk.plug_in()
            yield disk
        finally:
            if disk.mounted:
                await disk.unplug()
            shutil.rmtree(room, ignore_errors=True)

    @property
    def mounted(self) -> bool:
        """Whether it hangs in the machine's tree at the moment."""
        return self.mount.is_mount()

    @property
    def free(self) -> int:
        """Bytes a process may still write."""
        return shutil.disk_usage(self.mount).free

    async def plug_in(self) -> None:
        """Mount the image; after a power cut the journal is replayed, as at the start of a machine."""
        await _run("mount", "-o", "loop", str(self.image), str(self.mount))
        # The database's own account passes through and looks at nothing.
        await asyncio.to_thread(self.mount.chmod, 0o711)

    async def unplug(self) -> None:
        """Kill whoever works here and unmount."""
        while workers := self.workers():
            for pid in workers:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if not await until(lambda: not self.workers(), _PATIENCE):
                raise CannotRun(
                    zh=f"{self.mount} 上的进程无法结束: {workers}",
                    en=f"processes on {self.mount} do not end: {workers}",
                )
        await _run("umount", str(self.mount))

    def workers(self) -> set[int]:
        """Other processes with their working folder or an open file on this disk."""
        return set(_working_below(self.mount))

    def freeze(self) -> set[int]:
        """SIGSTOP everybody who works here, also who comes while we look; answers the pids."""
        frozen: set[int] = set()
        while fresh := self.workers() - frozen:
            for pid in fresh:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGSTOP)
            frozen |= fresh
        return frozen

    def lose_power(self) -> None:
        """Freeze everybody, stop the file system at once, kill everybody: nobody sees an error and says so.

        Answers when the signals are sent; ``plug_in_again`` is the return of the power.
        """
        frozen = self.freeze()
        folder = os.open(self.mount, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, _SHUTDOWN, struct.pack("I", _WITHOUT_FLUSH))
        finally:
            os.close(folder)
        for pid in frozen:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    async def plug_in_again(self) -> None:
        """The power returns: what is on the image is what there is."""
        await self.unplug()
        await self.plug_in()

    async def fill(self, leaving: int = 0) -> None:
        """Put ballast on the disk until no more than ``leaving`` bytes are free."""
        await asyncio.to_thread(self._fill, leaving)

    def release(self) -> None:
        """Take the ballast away."""
        (self.mount / _BALLAST).unlink(missing_ok=True)

    def _fill(self, leaving: int) -> None:
        with (self.mount / _BALLAST).open("ab", buffering=0) as ballast:
            for size in (_BLOCK, 4096):
                with suppress(OSError):
                    while self.free >= leaving + size:
                        ballast.write(bytes(size))


def disk_missing() -> tuple[str, str] | None:
    """Why no disk can be made here, in Chinese and English; None when it can."""
    if os.geteuid() != 0:
        return "需要 root 才能挂载循环盘", "root is needed to mount a loop image"
    if not Path("/dev/loop-control").exists() or shutil.which("mkfs.ext4") is None:
        return "本机没有循环设备或 mkfs.ext4", "this machine has no loop devices or no mkfs.ext4"
    return None


def _room(megabytes: int) -> Path:
    room = Path(tempfile.mkdtemp(prefix="shenguan-disk-"))
    room.chmod(0o711)
    (room / "mount").mkdir()
    with (room / "image").open("wb") as image:
        image.truncate(megabytes * _BLOCK)
    return room


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


async def _run(*command: str) -> None:
    made = await asyncio.to_thread(
        subprocess.run,
        [shutil.which(command[0]) or command[0], *command[1:]],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise CannotRun(
            zh=f"{command[0]} 失败: {made.stderr.strip()}", en=f"{command[0]} failed: {made.stderr.strip()}"
        )
