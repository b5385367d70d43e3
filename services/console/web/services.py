"""Services (服务调用): what a page asks of approval, supervision and credit, in the name of who is signed in.

Nothing is done here that the person could not do at the service's own API: the token is theirs, the refusal the service's.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any
from urllib.parse import quote

import httpx
import structlog
from starlette.requests import Request

from chassis.telemetry import current_traceparent
from console.web.session import carried
from kernel.refusal import Fault, Refusal

_log = structlog.get_logger(__name__)

PATIENCE = 10.0
"""Seconds a service may take to answer."""
LONG = 120.0
"""Seconds a long answer may say nothing."""
_PROBE = 3.0
"""Seconds a service may take to say that it is ready."""
_REFUSED = 400
_LONGEST_NAME = 64
"""Of who asks, in credit's query log (查询日志)."""
_CODE = "urn:shenguan:problem:"


class Services:
    """The services' addresses, and the connections to them that all pages share."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self._clients = {
            name: httpx.AsyncClient(base_url=address, timeout=PATIENCE, trust_env=False)
            for name, address in addresses.items()
        }

    async def ask(self, service: str, method: str, path: str, **said: Any) -> httpx.Response:
        """The answer. Refuses what the service refuses, and ``service-away`` (503) while it gives none."""
        try:
            answer = await self._clients[service].request(method, path, **said)
        except httpx.HTTPError as error:
            _log.warning("service.away", service=service, cause=repr(error))
            raise _away(service) from error
        if answer.status_code >= _REFUSED:
            raise _refusal(service, answer)
        return answer

    async def probe(self, service: str, path: str) -> httpx.Response:
        """Whatever it answers; raises httpx.HTTPError when it does not."""
        return await self._clients[service].get(path, timeout=_PROBE)

    def streamed(self, service: str, path: str, authorization: str) -> AbstractAsyncContextManager[httpx.Response]:
        """A long answer to a ``POST`` while it comes, asked for with a token that was given; raises httpx.HTTPError."""
        headers = {"Authorization": authorization}
        return self._clients[service].stream("POST", path, json={}, headers=headers, timeout=LONG)

    async def following(self, service: str, path: str, **said: Any) -> AsyncIterator[str]:
        """The lines of a long answer to a ``POST`` while they come. Refuses as ``ask``."""
        try:
            async with self._clients[service].stream("POST", path, **said) as answer:
                if answer.status_code >= _REFUSED:
                    await answer.aread()
                    raise _refusal(service, answer)
                async for line in answer.aiter_lines():
                    yield line
        except httpx.HTTPError as error:
            _log.warning("service.away", service=service, cause=repr(error))
            raise _away(service) from error

    async def close(self) -> None:
        """Give the connections back."""
        for client in self._clients.values():
            await client.aclose()


class Asking:
    """The services as one request may ask them."""

    def __init__(self, services: Services, request: Request) -> None:
        self._services = services
        session = carried(request.scope)
        given = request.headers.get("Authorization", "")  # a program's; the edge keeps it from pages
        self._headers = {"Authorization": f"Bearer {session.token}" if session else given}
        if session and session.person.isascii() and session.person.isprintable():
            self._headers["X-Asked-By"] = session.person[:_LONGEST_NAME]
        if traceparent := current_traceparent():
            self._headers["traceparent"] = traceparent

    async def get(self, service: str, path: str, **query: str | Sequence[str] | None) -> Any:
        """What a ``GET`` answers; parts of the query that are None or empty are left out, several go one by one."""
        params = {name: value for name, value in query.items() if value}
        return (await self._services.ask(service, "GET", path, params=params, headers=self._headers)).json()

    async def long(self, service: str, path: str, **query: str | None) -> Any:
        """The same for an answer that takes its time."""
        params = {name: value for name, value in query.items() if value}
        said = {"params": params, "headers": self._headers, "timeout": LONG}
        return (await self._services.ask(service, "GET", path, **said)).json()

    async def post(
        self, service: str, path: str, body: Mapping[str, Any], once: str = "", patience: float = PATIENCE
    ) -> Any:
        """Do it. ``once``: the key of the form, with which sending it again does nothing again; ``patience``: seconds."""
        headers = self._headers | ({"Idempotency-Key": once} if once else {})
        said = {"json": body, "headers": headers, "timeout": patience}
        answer = await self._services.ask(service, "POST", path, **said)
        return answer.json() if answer.content else None

    async def line(self, service: str, path: str, body: Mapping[str, Any]) -> Any:
        """One line of a batch (NDJSON). Refuses as the line's answer says."""
        headers = self._headers | {"Content-Type": "application/x-ndjson"}
        content = json.dumps(body, ensure_ascii=False).encode()
        told = (await self._services.ask(service, "POST", path, content=content, headers=headers)).json()
        if told["status"] >= _REFUSED:
            raise _problem(told["problem"], told["status"])
        return told

    async def send(self, service: str, path: str, content: bytes, kind: str, **query: str) -> Any:
        """Hand over a file."""
        headers = self._headers | {"Content-Type": kind}
        params = {k: v for k, v in query.items() if v}
        said = {"content": content, "headers": headers, "params": params, "timeout": LONG}
        return (await self._services.ask(service, "POST", path, **said)).json()

    async def health(self, service: str) -> tuple[bool, dict[str, Any]]:
        """Whether a service is ready, and what of it is; not ready and nothing when it does not answer."""
        try:
            answer = await self._services.probe(service, "/readyz")
            return answer.status_code < _REFUSED, answer.json()
        except (httpx.HTTPError, ValueError):
            return False, {}

    async def lines(self, service: str, path: str, **query: str) -> AsyncIterator[dict[str, Any]]:
        """A long answer (NDJSON), line by line. Refuses as ``get``."""
        said = {"params": query, "headers": self._headers, "timeout": LONG}
        for line in (await self._services.ask(service, "GET", path, **said)).iter_lines():
            yield json.loads(line)

    async def following(self, service: str, path: str, body: Mapping[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """A long answer (NDJSON) to a ``POST`` while it comes, line by line. Refuses as ``post``; ends it when we leave."""
        said = {"json": body, "headers": self._headers, "timeout": LONG}
        async for line in self._services.following(service, path, **said):
            yield json.loads(line)

    async def file(self, service: str, path: str) -> httpx.Response:
        """A file whole."""
        return await self._services.ask(service, "GET", path, headers=self._headers)


@asynccontextmanager
async def open_services(addresses: Mapping[str, str]) -> AsyncIterator[Services]:
    """The services while the process lives."""
    services = Services(addresses)
    try:
        yield services
    finally:
        await services.close()


def part(text: str) -> str:
    """One part of a path."""
    return quote(text, safe="")


def _refusal(service: str, answer: httpx.Response) -> Refusal:
    """The problem a service told, as it told it."""
    try:
        return _problem(answer.json(), answer.status_code)
    except (ValueError, KeyError, TypeError):
        _log.warning("service.unintelligible", service=service, status=answer.status_code)
        return _away(service)


def _problem(told: Mapping[str, Any], status: int) -> Refusal:
    """Raises KeyError or TypeError when it is no problem document."""
    return Refusal(
        code=str(told["type"]).removeprefix(_CODE),
        zh=str(told["title"]),
        en=str(told["title_en"]),
        faults=tuple(Fault(pointer=_place(f), zh=f["zh"], en=f["en"]) for f in told.get("errors", ())),
        status=status,
        retryable=bool(told.get("retryable")),
    )


def _place(fault: Mapping[str, str]) -> str:
    """Where a fault is: the cell of a workbook, else the field."""
    return f"{fault['sheet']}!{fault['cell']}" if "cell" in fault else fault["pointer"]


def _away(service: str) -> Refusal:
    return Refusal(
        code="service-away",
        zh=f"{_NAMES[service]}暂时没有答复，已填写的内容没有提交；请稍候再试",
        en=f"The {service} service does not answer at the moment and nothing was sent; try again shortly",
        status=503,
        retryable=True,
    )


_NAMES = {"approval": "审批服务", "supervision": "监管服务", "credit": "信用服务", "console": "控制台"}
