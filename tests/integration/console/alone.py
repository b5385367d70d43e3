"""The pages as a process of their own (单独运行的网页), in front of services that stand elsewhere.

`python -m tests.integration.console.alone PORT`, with the environment the services have and their addresses in SHENGUAN_CONSOLE_….
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from chassis.access import table
from chassis.access.gate import Gate
from chassis.access.settings import OidcSettings
from chassis.access.tokens import Tokens
from chassis.access.wiring import guarded_pages
from chassis.edge.settings import EdgeSettings
from chassis.edge.wiring import guard_answers, guard_requests
from chassis.problems import install
from chassis.telemetry import observe_requests
from console.web import wiring

ACCESS = Path(wiring.__file__).parents[1] / "access.toml"


def no_pool() -> Any:
    raise ConnectionError("the pages alone have no database")


def build() -> FastAPI:
    web = wiring.Web(b"0" * 32, lambda: datetime.now(UTC), no_pool, "http://127.0.0.1:8104")
    app = guarded_pages("console", None)
    app.include_router(web.router)
    guard_requests(app, EdgeSettings())
    rows = table.AccessTable(table._read(ACCESS))
    parts: dict[str, Any] = {"served": app, "table": rows, "region": "640202", "lookups": {}, "pool": no_pool}
    app.add_middleware(Gate, authentication=Tokens(OidcSettings().required()), **parts)
    install(app)
    guard_answers(app, EdgeSettings())
    observe_requests(app)
    web.surround(app)
    return app


if __name__ == "__main__":
    uvicorn.run(build(), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
