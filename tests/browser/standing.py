"""What the browser looks at (被看系统): a stack of its own with the example county's story told.

`python -m tests.browser.standing` says where it is in one line of JSON, and stops when its standard input ends.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from ops.county import FOLDER, county
from ops.county_play import play
from ops.stack import ROLE_SWITCH, Stack
from tests.journey import bare_environment

ROOT = Path(__file__).parents[2]
WEEK = 7


async def days_pass(stack: Stack) -> None:
    """A week goes by, so that something is overdue and a card stands."""
    async with httpx.AsyncClient(headers=stack.headers(), trust_env=False, timeout=30) as http:
        now = datetime.now(UTC) + timedelta(days=WEEK)
        for url in stack.urls.values():
            (await http.post(f"{url}/ops/v1/clock", json={"now": now.isoformat()})).raise_for_status()


async def standing() -> None:
    environment = bare_environment() | {ROLE_SWITCH: "asked for"}
    async with Stack.open(temporary=True, environment=environment, usual_ports=False) as stack:
        told = await play(county(ROOT / FOLDER), stack.urls, stack.headers())
        assert not told.refused, told.refused
        await days_pass(stack)
        said = {"pages": stack.urls["console"], "urls": stack.urls, "headers": stack.headers()}
        said |= {"databases": stack.superuser_urls, "nats": stack.nats_url}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(standing())
