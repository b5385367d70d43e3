"""The disk is full (磁盘写满, F10): first NATS', then PostgreSQL's; services must answer 503 and go on when there is room.

NATS stays wedged after its disk was full until it is started again (measured: 2.15.1); so that belongs to the remedy.
"""

import asyncio
from dataclasses import dataclass
from functools import partial

from ops.chaos.disk import Disk, disk_missing
from ops.chaos.row import Ground, Report, own_ports, skipped
from ops.chaos.trial import Trial
from ops.setting import Setting
from ops.stack import Stack
from ops.state_folder import StateFolder

_NATS_MEGABYTES, _POSTGRES_MEGABYTES = 256, 1536
_FULL = (8.0, 12.0)
_BETWEEN = (2.0, 4.0)
_INTERNAL = "urn:shenguan:problem:internal"


@dataclass(frozen=True)
class FullDisks:
    """Ballast on the disk of each server in turn."""

    name: str = "F10"
    told: tuple[str, str] = ("NATS、PostgreSQL 的磁盘写满", "the disk of NATS, then of PostgreSQL, is full")
    own_stack: bool = True

    async def run(self, ground: Ground) -> Report:
        """Fill and free while the driver sends."""
        if missing := disk_missing():
            return skipped(self.name, missing)
        with Disk.made(_NATS_MEGABYTES) as of_nats, Disk.made(_POSTGRES_MEGABYTES) as of_postgres:
            disks = {"nats": of_nats, "postgres": of_postgres}
            setting = Setting(folders={name: StateFolder(disk.mount / "server") for name, disk in disks.items()})
            async with Stack.open(
                temporary=True, environment=own_ports(), say=ground.say, usual_ports=False, setting=setting
            ) as stack:
                trial = Trial(self.name, ground, stack, seconds=4 * sum(_FULL) / 2 + 12)
                return await trial.run(partial(_nemesis, disks))


async def _nemesis(disks: dict[str, Disk], trial: Trial) -> None:
    for name in ("nats", "postgres", "nats", "postgres"):
        await trial.pause(*_BETWEEN)
        disks[name].fill()
        trial.fault(f"{name} 的磁盘写满", f"the disk of {name} is full")
        await trial.pause(*_FULL)
        disks[name].release()
        if name == "nats":
            trial.stack.kill("nats")
        await asyncio.sleep(1)
        await trial.stack.ready()
    sender = trial.sender
    if sender is None:
        return
    trial.measured["answers_503"] = sender.answers[503] + sender.retried["urn:shenguan:problem:temporarily-unavailable"]
    trial.measured["answers_500"] = sender.answers[500] + sender.retried[_INTERNAL]
    if trial.measured["answers_500"]:
        trial.findings.append(f"{trial.measured['answers_500']:.0f} answers were 500 instead of 503")
    if not trial.measured["answers_503"]:
        trial.findings.append("nobody was ever answered 503: the disk was not full")
