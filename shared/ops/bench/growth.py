"""Growth (增长): a stack with many cases behind it, built once, kept in a folder and measured beside an empty one.

A tenth of the cases really runs through the services; what that left in the databases is copied nine times
(``copies``), then some decisions are left open. The streams hold what really ran, the audit chain too. What is measured on
it afterwards stays in it.
"""

import asyncio
import os
import shutil
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from time import monotonic

import asyncpg

from ops.bench import burst, copies, ground
from ops.bench.course import Course
from ops.bench.offline import multiply, offline, rows
from ops.bench.place import opened
from ops.failure import CannotRun
from ops.narrator import Narrator
from ops.services import service_names
from ops.stack import Stack
from ops.state_folder import StateFolder

CASES, ROWS = 1_000_000, 10_000_000
"""Cases behind it; rows of each of ``copies.TIMES``, the services together."""
_COPIES = 9
_PORTION = 10_000
_RUN, _OPEN = "T000", "U000"
_OPEN_SHARE = 100
"""Of so many cases one is left open."""
_KEPT = "growth.json"
LASTS = timedelta(days=7)
"""Afterwards time limits of what is open fall due, and starting it would carry them out."""
_BYTES_PER_CASE, _BYTES_PER_ROW, _SPARE = 40_000, 4000, 4 << 30
"""Disk: for a case; for a row in each table that gets more; for logs and whatever else."""
_ROWS_PER_CASE = {"inbox": 18, "event_log": 8, "task": 1, "credit_record": 1}
"""What a case leaves in ``copies.TIMES``, the services together."""


@dataclass(frozen=True)
class Built:
    """What stands in a folder (已建成的)."""

    key: str
    cases: int
    began: str
    ended: str
    """Between these instants ran the chains that everything else is copied from."""
    rows: dict[str, int]
    """Table of ``copies.TIMES`` → its rows, the services together."""
    copies: int = _COPIES
    """The greatest number of a copy."""
    measured: int = 0
    """Numbers of chains measured on it since: one more failed inspection would lower grades, and with them the risk
    classes of all ten objects of an enterprise, so the next measurement is about others."""

    def fits(self, cases: int) -> bool:
        """True when it is of this release, of this size and not too old."""
        young = datetime.now(UTC) < datetime.fromisoformat(self.ended) + LASTS
        return self.key == key() and self.cases == cases and young


def usual_cache() -> Path:
    """A folder in the user's cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "shenguan-bench"


def key() -> str:
    """Tells releases apart whose rows differ: by the migrations of every service and by what chains find in place."""
    told = sha256(f"{ground.LINKS} {ground.SUBJECTS} {ground.DEPARTMENTS} {_COPIES}".encode())
    for service in service_names():
        spec = find_spec(service)
        home = Path(spec.origin).parent if spec and spec.origin else Path()
        for script in sorted((home / "migrations" / "versions").glob("*.py")):
            told.update(script.name.encode() + script.read_bytes())
    return told.hexdigest()[:16]


class Grown:
    """A grown stack in a folder of ``cache``, named by its cases."""

    def __init__(self, cache: Path, cases: int, narrator: Narrator) -> None:
        self.folder = cache / str(cases)
        self._cases, self._narrator = cases, narrator
        self._real = max(1, cases // (_COPIES + 1))

    def lacking(self, wanted: int = 0) -> int:
        """Bytes of disk it takes until it stands, with ``wanted`` rows of each of ``copies.TIMES``."""
        built = self._standing()
        had = built.rows if built else {table: n * self._cases for table, n in _ROWS_PER_CASE.items()}
        more = sum(max(0, wanted - n) for n in had.values()) * _BYTES_PER_ROW // 4
        return more + (0 if built else self._cases * _BYTES_PER_CASE)

    async def build(self) -> Built:
        """Build it, unless it stands. Raises CannotRun: the disk is too small, or a service refuses."""
        must_have_room(self.folder, self.lacking())
        if kept := self._standing():
            self._narrator.say(f"沿用 {self.folder}", f"using {self.folder} again")
            return kept
        began = monotonic()
        self._forget()
        self._narrator.say(f"建成 {self._cases} 个办件", f"building {self._cases} cases")
        tables, (ran_from, ran_to) = await self._run_some()
        async with offline(self.folder) as server:
            which = copies.copies(_RUN, 1, _COPIES)
            await asyncio.gather(*(multiply(server, name, each, which) for name, each in tables.items()))
            had = await asyncio.gather(*(rows(server, name, copies.TIMES) for name in tables))
        await self._leave_open()
        total = {table: sum(each[table] for each in had) for table in copies.TIMES}
        return self._keep(Built(key(), self._cases, ran_from.isoformat(), ran_to.isoformat(), total), began)

    async def enlarge(self, wanted: int) -> Built:
        """Give each of ``copies.TIMES`` at least ``wanted`` rows, unless it has them. Raises CannotRun as above."""
        built = await self.build()
        more = {table: -(-(wanted - n) * (_COPIES + 1) // n) for table, n in built.rows.items() if n < wanted}
        if not more:
            return built
        began = monotonic()
        must_have_room(self.folder, self.lacking(wanted))
        self._narrator.say(f"添到各 {wanted} 行", f"adding rows until each has {wanted}")
        self._forget()
        between = [datetime.fromisoformat(built.began), datetime.fromisoformat(built.ended)]
        async with offline(self.folder) as server:
            for name in service_names():
                for table, n in (await rows(server, name, more)).items():
                    if n:
                        which = copies.copies(_RUN, built.copies + 1, built.copies + more[table])
                        await multiply(server, name, [table], which, between)
            had = await asyncio.gather(*(rows(server, name, copies.TIMES) for name in service_names()))
        total = {table: sum(each[table] for each in had) for table in copies.TIMES}
        return self._keep(replace(built, rows=total, copies=built.copies + max(more.values())), began)

    def used(self, built: Built, following: int) -> None:
        """Chains up to the number ``following`` were measured on it."""
        StateFolder(self.folder).write(_KEPT, asdict(replace(built, measured=following)))

    async def _run_some(self) -> tuple[dict[str, list[str]], tuple[datetime, datetime]]:
        """Run the chains; service → the tables that grew by them, and when it was."""
        async with opened(self._narrator, self.folder, reset=True) as stack:
            await ground.furnish(stack)
            before, began = await _counted(stack), datetime.now(UTC)
            course = Course(stack, _RUN)
            for done in range(0, self._real, _PORTION):
                ran = await course.chains(min(_PORTION, self._real - done))
                self._narrator.say(f"已走 {done} 条链", f"{done} chains, now {ran.per_second:.0f}/s")
            await course.settled(self._narrator.note)
            after, ended = await _counted(stack), datetime.now(UTC)
        return {name: copies.grown(before[name], after[name], self._real) for name in after}, (began, ended)

    async def _leave_open(self) -> None:
        """Decisions nobody has inspected yet: by the services themselves, which so prove that they can go on."""
        async with opened(self._narrator, self.folder) as stack:
            await burst.drained(Course(stack, _OPEN), max(1, self._cases // _OPEN_SHARE), self._narrator.note)

    def _standing(self) -> Built | None:
        """What was built here and still fits."""
        found = StateFolder(self.folder).read(_KEPT)
        built = Built(**found) if found else None
        return built if built and built.fits(self._cases) else None

    def _forget(self) -> None:
        """Half of it must not be taken for the whole."""
        (self.folder / _KEPT).unlink(missing_ok=True)

    def _keep(self, built: Built, began: float) -> Built:
        StateFolder(self.folder).write(_KEPT, asdict(built))
        minutes = (monotonic() - began) / 60
        self._narrator.say(f"用时 {minutes:.1f} 分钟", f"took {minutes:.1f} min: {built.rows}")
        return built


async def _counted(stack: Stack) -> dict[str, dict[str, int]]:
    """Service → table → rows."""
    told: dict[str, dict[str, int]] = {}
    for service, url in stack.superuser_urls.items():
        connection = await asyncpg.connect(url)
        try:
            told[service] = await copies.counted(connection)
        finally:
            await connection.close()
    return told


def must_have_room(folder: Path, size: int) -> None:
    """Refuse (CannotRun) when the disk has not so many bytes, and some to spare."""
    free = shutil.disk_usage(folder).free
    if free < size + _SPARE:
        wanted, left = (size + _SPARE) >> 30, free >> 30
        raise CannotRun(
            zh=f"{folder} 所在磁盘剩 {left} GiB，需要 {wanted} GiB：用 --cache 换一处，或把 --growth、--rows、--soak、--burst 改小",
            en=f"{folder} has {left} GiB left and {wanted} GiB are needed: another place with --cache, or smaller --growth, --rows, --soak, --burst",
        )
