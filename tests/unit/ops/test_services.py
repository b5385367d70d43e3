"""A service is ready when our own process says so, not whoever else answers on its port."""

import asyncio
import sys
from pathlib import Path

import pytest

from ops.services import Service
from ops.state_folder import StateFolder

ANSWERS = """
import http.server, json, os, sys

class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"status": "ok", "process": int(sys.argv[1]) or os.getpid()}).encode())

http.server.HTTPServer(("127.0.0.1", int(os.environ["SHENGUAN_APPROVAL_PORT"])), Answer).serve_forever()
"""


async def says(service: Service, *, ready: bool) -> bool:
    """Whether it comes to say that it is ready or, as long as one waits, never does."""
    for _ in range(100 if ready else 10):
        if await service.ready():
            return True
        await asyncio.sleep(0.1)
    return False


@pytest.mark.parametrize(("claims", "ours"), [("0", True), ("1", False)])
async def test_the_process_that_answers_must_be_ours(tmp_path: Path, claims: str, *, ours: bool) -> None:
    folder = StateFolder(tmp_path)
    service = Service("approval", [sys.executable, "-c", ANSWERS, claims], folder, {})
    await service.start()
    try:
        assert await says(service, ready=ours) is ours
    finally:
        await service.stop()


async def test_port_0_is_a_free_port_and_never_the_usual_one(tmp_path: Path) -> None:
    service = Service(
        "approval", [sys.executable, "-c", ANSWERS, "0"], StateFolder(tmp_path), {"SHENGUAN_APPROVAL_PORT": "0"}
    )
    await service.start()
    try:
        assert await says(service, ready=True)
        assert service.url.rpartition(":")[2] not in {"0", "8101"}
    finally:
        await service.stop()


async def test_a_port_a_stranger_took_is_given_up(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    service = Service("approval", [sys.executable, "-c", ANSWERS, "0"], folder, {})
    before = service.url
    stranger = await asyncio.start_server(lambda _r, w: w.close(), "127.0.0.1", int(before.rpartition(":")[2]))
    try:
        await service.start()
        assert service.url != before
        assert await says(service, ready=True)
    finally:
        stranger.close()
        await service.stop()
