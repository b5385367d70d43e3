"""Verify apart (另行核验): the check of one chain as a process of its own, that serves nobody and may take its time.

``python -m chassis.audit.verify_apart``: what to check comes as JSON on standard input, for nothing secret stands in an
argument; progress and at last the report go out as lines of JSON.
"""

import asyncio
import os
import sys
from typing import Any

import asyncpg
import msgspec

from chassis.audit.heads import Head
from chassis.audit.verify import verify
from chassis.identity import IdentityKeys
from chassis.signing.trusted import Trusted

_POLITE = 10
"""Niceness: whoever serves goes first."""


class Wanted(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is to be checked (核验什么)."""

    service: str
    database_url: str
    identity_key: str
    trusted_keys: str
    """As the setting: a file, or its JSON."""
    witnessed: list[dict[str, Any]]
    """Heads of the chain that others kept."""


def say(line: Any) -> None:
    """One line."""
    sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
    sys.stdout.buffer.flush()


async def check(wanted: Wanted) -> None:
    """Check, and say how far it is and what was found."""
    witnessed = [Head.read(msgspec.json.encode(head)) for head in wanted.witnessed]
    connection = await asyncpg.connect(wanted.database_url)
    try:
        report = await verify(
            connection,
            wanted.service,
            trusted=Trusted.of(wanted.trusted_keys),
            witnessed=witnessed,
            seal=IdentityKeys(wanted.identity_key).digest,
            progress=lambda done, blocks: say({"done": done, "blocks": blocks}),
        )
    finally:
        await connection.close()
    say({"report": report.document()})


if __name__ == "__main__":
    os.nice(_POLITE)
    asyncio.run(check(msgspec.json.decode(sys.stdin.buffer.read(), type=Wanted)))
