"""What the browser looks at (被看系统): a stack of its own with the example county's story told, and the pages before it.

`python -m tests.browser.standing` says where the pages are in one line of JSON, and stops when its standard input ends.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

import httpx

from ops.county import FOLDER, county
from ops.county_play import play
from ops.loopback import free_port
from ops.stack import Stack
from tests.journey import bare_environment

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


async def answering(address: str) -> None:
    """Wait until somebody answers there."""
    async with asyncio.timeout(PATIENCE), httpx.AsyncClient(trust_env=False) as http:
        while True:
            try:
                await http.get(address)
            except httpx.TransportError:
                await asyncio.sleep(0.2)
            else:
                return


async def standing() -> None:
    environment = bare_environment()
    async with Stack.open(temporary=True, environment=environment, usual_ports=False) as stack:
        told = await play(county(ROOT / FOLDER), stack.urls, stack.headers())
        assert not told.refused, told.refused
        port = free_port(0)
        settings = {
            **{name: value for name, value in stack._environment.items() if name.startswith("SHENGUAN_OIDC_")},
            **{f"SHENGUAN_CONSOLE_{service.upper()}_URL": url for service, url in stack.urls.items()},
            "SHENGUAN_CONSOLE_ROLE_SWITCH": str(stack.state.path),
        }
        command = [sys.executable, "-m", "tests.integration.console.alone", str(port)]
        pages = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env={**os.environ, **settings})
        try:
            await answering(f"http://127.0.0.1:{port}/sign-in")
            said = {"pages": f"http://127.0.0.1:{port}", "urls": stack.urls, "headers": stack.headers()}
            sys.stdout.write(json.dumps(said) + "\n")
            sys.stdout.flush()
            await asyncio.to_thread(sys.stdin.read)
        finally:
            pages.terminate()
            await pages.wait()


if __name__ == "__main__":
    asyncio.run(standing())
