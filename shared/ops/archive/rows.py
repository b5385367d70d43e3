"""Rows of a month (月份的行): out of the database into a file, back again, and the digest both must have."""

import csv
import gzip
import hashlib
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

from chassis.database import Connection
from ops.archive.month import LOGS, Month

# How values are written depends on the session; an export must read the same everywhere and for ever.
_PLAIN = "SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET bytea_output = 'hex'"
_CHUNK = 1 << 20


async def written(connection: Connection, month: Month, sink: Callable[[bytes], object]) -> tuple[int, str]:
    """Write a month's rows to ``sink`` as CSV, by their key; answers how many and the SHA-256 of what was written."""
    await connection.execute(_PLAIN)
    digest = hashlib.sha256()

    async def take(data: bytes) -> None:
        digest.update(data)
        sink(data)

    said = await connection.copy_from_query(
        f"SELECT * FROM {month.partition} ORDER BY {', '.join(LOGS[month.table])}",  # noqa: S608 - from the catalogue
        output=take,
        format="csv",
        header=True,
    )
    return int(said.rpartition(" ")[2]), digest.hexdigest()


async def saved(connection: Connection, month: Month, file: Path) -> tuple[int, str]:
    """Write a month's rows into a new file, readable by its owner alone."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
        with gzip.GzipFile(fileobj=kept, mode="wb", compresslevel=6, mtime=0) as packed:
            counted = await written(connection, month, packed.write)
        kept.flush()
        os.fsync(kept.fileno())
    return counted


async def loaded(connection: Connection, file: Path, table: str) -> None:
    """Load a file into an empty table that has its columns. Raises OSError, zlib.error: the file is damaged."""
    await connection.execute(_PLAIN)
    with gzip.open(file, "rb") as unpacked:
        names = next(csv.reader([unpacked.readline().decode()]))
        unpacked.seek(0)
        await connection.copy_to_table(
            table, source=cast("BinaryIO", unpacked), columns=names, format="csv", header=True
        )


def digest_of(file: Path) -> str:
    """The SHA-256 of a file's rows, in hexadecimal; empty when the file is not there or cannot be read to its end."""
    digest = hashlib.sha256()
    try:
        with gzip.open(file, "rb") as unpacked:
            while chunk := unpacked.read(_CHUNK):
                digest.update(chunk)
    except (OSError, EOFError, zlib.error):
        return ""
    return digest.hexdigest()
