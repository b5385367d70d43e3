"""Where personal data could have leaked to: every column, every message of the streams, every log file, every answer."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import asyncpg
import httpx
import nats

_COLUMNS = """
SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c
  JOIN information_schema.tables t USING (table_schema, table_name)
 WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
   AND c.data_type IN ('text', 'bytea', 'json', 'jsonb', 'ARRAY', 'character varying') ORDER BY 1, 2
"""
EVENT_STREAMS = ("APPROVAL", "SUPERVISION", "CREDIT")
"""INTAKE holds what bureau systems sent as they sent it, for a day (docs/personal-data.md)."""


@dataclass
class Answers:
    """What the services answered, as their callers saw it; answers that exist to tell are left out by their path."""

    told: list[tuple[str, str]] = field(default_factory=list)
    errors: int = 0
    telling: tuple[str, ...] = (":reveal", ":disclose", ":complete")

    async def keep(self, answer: httpx.Response) -> None:
        """An event hook of httpx."""
        await answer.aread()
        self.errors += answer.status_code >= httpx.codes.BAD_REQUEST
        if not answer.request.url.path.endswith(self.telling) or answer.is_error:
            where = f"{answer.request.method} {answer.request.url.path.rpartition('/')[0]} {answer.status_code}"
            self.told.append((where, answer.content.decode("utf-8", "replace") + repr(dict(answer.headers))))


def forms(secret: str) -> tuple[str, ...]:
    """A text as it may be written somewhere: plain, escaped in JSON, in an address, and each as hexadecimal digits."""
    written = {secret, json.dumps(secret)[1:-1], quote(secret)}
    return (*written, *(form.encode().hex() for form in written))


def found_in(text: str, secrets: Iterable[str]) -> set[str]:
    """The secrets that stand in a text in any form."""
    return {secret for secret in secrets if any(form in text for form in forms(secret))}


async def in_columns(database_url: str, secrets: Iterable[str]) -> tuple[list[str], int]:
    """``table.column: secret`` of every column with a secret in it, and how many columns were looked through."""
    leaks: list[str] = []
    connection = await asyncpg.connect(database_url)
    try:
        columns = await connection.fetch(_COLUMNS)
        for table, column, kind in columns:
            name = f'"{column}"'
            text = f"encode({name}, 'hex')" if kind == "bytea" else f"{name}::text"
            said = await connection.fetchval(f'SELECT string_agg({text}, chr(10)) FROM "{table}"') or ""  # noqa: S608 - names from the catalogue
            leaks += [f"{table}.{column}: {secret}" for secret in found_in(said, secrets)]
    finally:
        await connection.close()
    return leaks, len(columns)


async def in_streams(nats_url: str, secrets: Iterable[str]) -> tuple[list[str], int]:
    """``stream/sequence: secret`` of every message with a secret in it, and how many messages were read."""
    leaks: list[str] = []
    read = 0
    connection = await nats.connect(nats_url)
    try:
        jetstream = connection.jetstream()
        for stream in EVENT_STREAMS:
            state = (await jetstream.stream_info(stream)).state
            for number in range(state.first_seq, state.last_seq + 1):
                message = await jetstream.get_msg(stream, number)
                read += 1
                said = f"{message.subject} {message.headers} {(message.data or b'').decode('utf-8', 'replace')}"
                leaks += [f"{stream}/{number}: {secret}" for secret in found_in(said, secrets)]
    finally:
        await connection.close()
    return leaks, read


def in_files(folder: Path, secrets: Iterable[str]) -> tuple[list[str], int]:
    """``file: secret`` of every file with a secret in it, and how many lines were read."""
    leaks, lines = [], 0
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        text = file.read_text(encoding="utf-8", errors="replace")
        lines += text.count("\n")
        leaks += [f"{file.name}: {secret}" for secret in found_in(text, secrets)]
    return leaks, lines


def in_answers(answers: Answers, secrets: Iterable[str]) -> Iterator[str]:
    """``METHOD path status: secret`` of every answer with a secret in it."""
    for where, said in answers.told:
        yield from (f"{where}: {secret}" for secret in found_in(said, secrets))


def but(leaks: Iterable[str], known: Mapping[str, str]) -> list[str]:
    """Leaks that are not by design; ``known``: table.column → the one secret that may stand there."""
    return [leak for leak in leaks if known.get(leak.partition(": ")[0]) != leak.partition(": ")[2]]
