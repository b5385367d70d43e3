"""The archive folder (归档目录): one compressed CSV file per service, log and month, and a manifest.

A digest is that of the rows as they are written out, not of the compressed file: the database, the file and what is
read back from it give the same one. Nothing here needs this program: gzip, CSV and SHA-256 outlive it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ops.archive.month import Month
from ops.failure import CannotRun, Exit
from ops.upkeep.backup_folder import MANIFEST

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One month in a file. ``sha256``: of the CSV with its line of names, uncompressed."""

    table: str
    month: str
    file: str
    rows: int
    sha256: str

    @property
    def of(self) -> Month:
        """The month it is."""
        return Month(self.table, self.month)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """What one service's database gave. ``head``: the signed head of its audit chain at that time."""

    revision: str
    head: Mapping[str, Any] | None
    months: Sequence[Kept]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an archive holds. ``made_at``: ISO 8601, UTC; ``before``: YYYY-MM, the first month that is not in it."""

    made_at: str
    before: str
    services: Mapping[str, Archived]

    def document(self) -> dict[str, Any]:
        """The content of ``manifest.json``."""
        return {"format": FORMAT, "kind": "archive", **asdict(self)}


def read_manifest(place: Path) -> Manifest:
    """The manifest of a finished archive.

    Raises CannotRun: there is none, or a later version of this program wrote it.
    """
    try:
        told = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        if (told.pop("kind"), told.pop("format")) != ("archive", FORMAT):
            raise CannotRun(
                zh=f"{place} 由另一版本的程序写成，请用那个版本处理",
                en=f"{place} was written by another version of this program; use that one",
                exit_code=Exit.USAGE,
            )
        services = {
            name: Archived(
                revision=said["revision"], head=said["head"], months=tuple(Kept(**kept) for kept in said["months"])
            )
            for name, said in told.pop("services").items()
        }
        return Manifest(services=services, **told)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise CannotRun(
            zh=f"{place} 不是完整的归档目录：读不出 {MANIFEST}",
            en=f"{place} is no finished archive: {fault!r}",
            exit_code=Exit.USAGE,
        ) from fault


def archives_in(place: Path) -> Iterator[tuple[Path, Manifest]]:
    """The archive at a place, or all that lie in it. Raises CannotRun: there is none."""
    folders = [place] if (place / MANIFEST).exists() else sorted(each.parent for each in place.glob(f"*/{MANIFEST}"))
    if not folders:
        raise CannotRun(zh=f"{place} 里没有归档", en=f"there is no archive in {place}", exit_code=Exit.USAGE)
    for folder in folders:
        yield folder, read_manifest(folder)
