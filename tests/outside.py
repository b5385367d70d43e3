"""A system outside (接收方): an HTTP server that checks what comes by the standardwebhooks library and answers as it is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep
from typing import Any

from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError


@dataclass
class Outside:
    """What it took. ``answers``: statuses of the next answers, 204 when there are none; ``slow``: seconds before each."""

    url: str = ""
    secret: str = ""
    answers: list[int] = field(default_factory=list)
    slow: float = 0.0
    says: bytes = b""
    location: str = ""
    asked: list[str] = field(default_factory=list)
    taken: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        return [event_id for event_id, _ in self.taken]


@contextmanager
def outside(port: int = 0) -> Iterator[Outside]:
    kept = Outside()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            kept.asked.append(self.headers["webhook-id"])
            sleep(kept.slow)
            status = kept.answers.pop(0) if kept.answers else 204
            try:
                said = Webhook(kept.secret).verify(body, dict(self.headers))
            except WebhookVerificationError:
                status, said = 401, None
            if status < 300:
                kept.taken.append((self.headers["webhook-id"], said))
            told = b"" if status < 300 else kept.says
            self.send_response(status)
            if kept.location:
                self.send_header("location", kept.location)
            self.send_header("content-length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_said: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    kept.url = f"http://127.0.0.1:{server.server_port}/facts?from=shenguan"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield kept
    server.shutdown()
    server.server_close()
    thread.join()
