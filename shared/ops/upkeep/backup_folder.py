"""The backup folder (备份目录): one dump per service, a manifest that vouches for them, and the keys when they were asked for.

It is written beside its place and moved there when it is whole: a folder with a manifest is a finished backup.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from ops.failure import CannotRun, Exit
from ops.state_folder import KEYS, write_private

MANIFEST = "manifest.json"
FORMAT = 1
_CHUNK = 1 << 20


class Document(Protocol):
    """A manifest: of a backup, or of an archive."""

    def document(self) -> dict[str, Any]:
        """What is written down."""
        ...


@dataclass(frozen=True, kw_only=True)
class Saved:
    """One service's dump. ``events`` and ``entries``: rows of its event log and its audit log; ``head`` of its chain."""

    file: str
    bytes: int
    sha256: str
    revision: str
    events: int
    entries: int
    head: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup holds. ``made_at``: ISO 8601, UTC; ``identity``: fingerprint of the identity key, empty if unknown."""

    made_at: str
    identity: str
    with_keys: bool
    services: Mapping[str, Saved]

    def document(self) -> dict[str, Any]:
        """The content of ``manifest.json``."""
        return {"format": FORMAT, **asdict(self)}


def fingerprint(identity_key: str) -> str:
    """What tells one identity key from another without telling it."""
    return hashlib.sha256(b"shenguan-identity-key:" + identity_key.strip().encode()).hexdigest()[:16]


def digest_of(file: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    made = hashlib.sha256()
    with file.open("rb") as content:
        while chunk := content.read(_CHUNK):
            made.update(chunk)
    return made.hexdigest()


def size_of(file: Path) -> int:
    """Bytes of a file."""
    return file.stat().st_size


def copy_keys(source: Path, target: Path) -> list[str]:
    """Copy a stack's keys, readable by their owner alone; answers which there were."""
    there = [name for name in KEYS if (source / name).exists()]
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in there:
        _copy(source / name, target / name)
    return there


def begun(place: Path) -> Path:
    """An empty folder beside the place the finished one will have. Raises CannotRun: that exists."""
    place = place.resolve()
    if place.exists():
        raise CannotRun(
            zh=f"{place} 已存在，请换一个目录名", en=f"{place} exists; name a new folder", exit_code=Exit.USAGE
        )
    unfinished = place.with_name(f".{place.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700, parents=True)
    return unfinished


def finish(unfinished: Path, place: Path, manifest: Document) -> None:
    """Write the manifest last and give the folder its name."""
    write_private(unfinished / MANIFEST, json.dumps(manifest.document(), indent=2, ensure_ascii=False).encode() + b"\n")
    unfinished.rename(place)


def read_manifest(place: Path) -> Manifest:
    """The manifest of a finished backup.

    Raises CannotRun: there is none, or a later version of this program wrote it.
    """
    try:
        told = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        if told.pop("format") != FORMAT:
            raise CannotRun(
                zh=f"{place} 由另一版本的程序写成，请用那个版本恢复",
                en=f"{place} was written by another version of this program; restore it with that one",
                exit_code=Exit.USAGE,
            )
        services = {name: Saved(**saved) for name, saved in told.pop("services").items()}
        return Manifest(services=services, **told)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise CannotRun(
            zh=f"{place} 不是完整的备份：读不出 {MANIFEST}",
            en=f"{place} is no finished backup: {fault!r}",
            exit_code=Exit.USAGE,
        ) from fault


def damaged(place: Path, manifest: Manifest) -> list[str]:
    """Files of a backup that are missing or are not what was written."""
    return [
        saved.file
        for saved in manifest.services.values()
        if not (place / saved.file).is_file() or digest_of(place / saved.file) != saved.sha256
    ]


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        target.mkdir(mode=0o700, exist_ok=True)
        for each in source.iterdir():
            _copy(each, target / each.name)
        return
    target.unlink(missing_ok=True)
    with (
        os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
        source.open("rb") as old,
    ):
        shutil.copyfileobj(old, file)
