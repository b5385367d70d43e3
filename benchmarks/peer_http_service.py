"""One service of the HTTP peer (同步调用的服务): FastAPI, an asyncpg pool, aiohttp to the next. Started by peer_http.py.

Each request is one statement, committed by itself, and then the call to the next service. A repeated request changes
nothing: every row has a natural key.
"""

import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import asyncpg
import uvicorn
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel

from benchmarks.measuring import say, told
from benchmarks.steps import DECIDE, GRADE, HOLD_AT_APPROVAL, HOLD_AT_SUPERVISION, INSPECT, MATCH, RECORD

HOST = "127.0.0.1"
_POOL = 10
_JSON = {"content-type": "application/json"}


class Case(BaseModel):
    """审批决定."""

    chain: int
    case_id: str
    holder: str
    holder_name: str
    object_no: str
    object_name: str
    object_address: str
    source_system: str
    kind: str
    item_code: str
    region: str
    decided_on: str


class Inspection(BaseModel):
    """检查."""

    chain: int
    inspection_no: str
    object_no: str
    source_system: str
    inspected_on: str
    inspectors: tuple[str, ...]
    result: str
    line_code: str
    severity: str
    note: str


class Concluded(BaseModel):
    """检查已办结, as supervision tells credit."""

    task_id: str
    case_id: str
    holder: str
    object_no: str
    inspection_no: str
    inspected_on: str
    department: str = "DEMO-FOOD"


class Grade(BaseModel):
    """信用等级."""

    holder: str
    version: int
    grade: str
    score: int


class Service:
    """What a request needs: the database, and the next services."""

    def __init__(self, database: str, urls: Mapping[str, str]) -> None:
        self._database, self._urls = database, urls

    @asynccontextmanager
    async def open(self, _: FastAPI) -> AsyncIterator[None]:
        """For as long as the server runs."""
        async with (
            asyncpg.create_pool(self._database, min_size=_POOL, max_size=_POOL, reset=_unchanged) as self.pool,
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), headers=_JSON) as self._client,
        ):
            say("ready")
            yield

    async def call(self, service: str, path: str, body: bytes | str) -> bytes:
        """Ask another service; raises when it refuses."""
        async with self._client.post(f"{self._urls[service]}{path}", data=body) as answer:
            answer.raise_for_status()
            return await answer.read()

    async def decided(self, case: Case, request: Request) -> Response:
        """审批: keep the decision, then tell supervision."""
        await DECIDE.run(self.pool, case.__dict__)
        await self.call("supervision", "/decisions", await request.body())
        return Response(status_code=201)

    async def matched(self, case: Case) -> Response:
        """监管: keep the object, make its task."""
        await MATCH.run(self.pool, case.__dict__)
        return Response(status_code=201)

    async def inspected(self, report: Inspection) -> Response:
        """监管: conclude the task, tell credit, keep the grade it answers."""
        task = await INSPECT.run(self.pool, report.__dict__)
        if task is None:
            return Response(status_code=404)
        concluded = Concluded(**dict(task), **report.__dict__)
        answer = await self.call("credit", "/inspections", concluded.model_dump_json())
        await HOLD_AT_SUPERVISION.run(self.pool, Grade.model_validate_json(answer).__dict__)
        return Response(status_code=201)

    async def recorded(self, event: Concluded) -> Response:
        """信用: keep record and grade, tell approval, answer the grade."""
        held = Grade(holder=event.holder, **GRADE)
        await RECORD.run(self.pool, event.__dict__ | held.__dict__)
        grade = held.model_dump_json()
        await self.call("approval", "/grades", grade)
        return Response(grade, media_type="application/json")

    async def graded(self, grade: Grade) -> Response:
        """审批: keep the grade."""
        await HOLD_AT_APPROVAL.run(self.pool, grade.__dict__)
        return Response(status_code=204)


async def _unchanged(_: Any) -> None:
    """No session setting is ever changed, so a connection needs no reset."""


def app_of(name: str, service: Service) -> FastAPI:
    """The routes of a service."""
    app = FastAPI(lifespan=service.open, openapi_url=None)
    routes: dict[str, dict[str, Callable[..., Any]]] = {
        "approval": {"/decisions": service.decided, "/grades": service.graded},
        "supervision": {"/decisions": service.matched, "/inspections": service.inspected},
        "credit": {"/inspections": service.recorded},
    }
    for path, endpoint in routes[name].items():
        app.add_api_route(path, endpoint, methods=["POST"])
    return app


def main() -> None:
    """Serve until ended."""
    name, settings = sys.argv[1], told()
    app = app_of(name, Service(settings["database"], settings["urls"]))
    port = int(settings["urls"][name].rpartition(":")[2])
    config = uvicorn.Config(app, loop="uvloop", http="httptools", access_log=False, log_level="warning")
    # Listening already when the service says it is ready.
    uvicorn.Server(config).run(sockets=[socket.create_server((HOST, port), backlog=config.backlog)])


if __name__ == "__main__":
    main()
