"""Sender (发送): brings lines to the public APIs and never loses one.

A service that is down or restarting is asked again with growing pauses for ``PATIENCE`` seconds since its last
answer; sending twice is harmless, as every line has a natural key. Lines about one object never overtake each other:
the second line of an object leaves only after the first was answered for good.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx
import msgspec

from ops.failure import CannotRun

PATIENCE = 60.0
REQUEST_TIMEOUT = 20.0
"""Seconds: a request that hangs is sent again while there is patience left."""
LINES_PER_REQUEST = 500
FIRST_PAUSE, LONGEST_PAUSE = 0.005, 0.5
NDJSON = "application/x-ndjson"
_SERVER_FAULT = 500
_ACCEPTED = 300
_LINES = msgspec.json.Decoder(dict[str, Any])


def silent(service: str, reason: str) -> CannotRun:
    """A service gave no usable answer for too long (服务无响应); what was acknowledged is kept."""
    return CannotRun(
        zh=f"{service} 在 {PATIENCE:.0f} 秒内没有可用的答复（{reason}），请检查服务后重新执行，已受理的不会重复",
        en=f"{service} gave no usable answer for {PATIENCE:.0f} s ({reason}); "
        "look after the service and start again, nothing is done twice",
    )


def refused(service: str, path: str, answer: object) -> CannotRun:
    """A service refused what cannot be done without (请求被拒绝)."""
    return CannotRun(
        zh=f"{service} 拒绝了 {path}，请按所述原因处理后重新执行",
        en=f"{service} refused {path}; deal with the reason and start again: {answer}",
    )


@dataclass(frozen=True)
class Line:
    """One NDJSON line: its object (the unit of order), its name for messages, its bytes."""

    object_no: str
    name: str
    body: bytes


@dataclass
class Pauses:
    """Growing pauses until a deadline; ``reset`` when something moved."""

    service: str
    _next: float = FIRST_PAUSE
    _until: float = field(default_factory=lambda: asyncio.get_running_loop().time() + PATIENCE)

    def reset(self) -> None:
        """Something was answered: patience starts anew."""
        self._next = FIRST_PAUSE
        self._until = asyncio.get_running_loop().time() + PATIENCE

    async def wait(self, reason: str) -> None:
        """Pause, longer each time. Raises CannotRun when patience is over."""
        if asyncio.get_running_loop().time() > self._until:
            raise silent(self.service, reason)
        await asyncio.sleep(self._next)
        self._next = min(self._next * 2, LONGEST_PAUSE)


class Sender:
    """Speaks to the services of one stack; ``urls`` maps service → base URL. An async context manager.

    ``headers`` sign it in. ``transport`` replaces the network, for tests.
    """

    def __init__(
        self,
        urls: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.services = tuple(urls)
        self.retried: Counter[str] = Counter()
        """Lines sent again, by the problem's type."""
        self.answers: Counter[int] = Counter()
        """Answers, by HTTP status."""
        # One machine, own ports: proxies of the environment have no business here.
        self._clients = {
            service: httpx.AsyncClient(
                base_url=url, headers=headers, timeout=REQUEST_TIMEOUT, trust_env=False, transport=transport
            )
            for service, url in urls.items()
        }

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(client.aclose() for client in self._clients.values()))

    async def request(
        self,
        service: str,
        method: str,
        path: str,
        body: bytes | None = None,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """One request, repeated while the service is down or answers 5xx. 4xx answers are returned."""
        pauses = Pauses(service)
        headers = {**(headers or {}), **({"content-type": content_type} if body is not None else {})}
        while True:
            try:
                answer = await self._clients[service].request(method, path, content=body, headers=headers)
            except httpx.TransportError as error:
                reason = type(error).__name__
            else:
                self.answers[answer.status_code] += 1
                if answer.status_code < _SERVER_FAULT:
                    return answer
                reason = f"HTTP {answer.status_code}"
            await pauses.wait(reason)

    async def get(self, service: str, path: str) -> Any:
        """The JSON answer of a GET. Raises CannotRun on 4xx."""
        answer = await self.request(service, "GET", path)
        if answer.status_code >= _ACCEPTED:
            raise refused(service, path, answer.text)
        return msgspec.json.decode(answer.content)

    async def lines(self, service: str, path: str) -> list[dict[str, Any]]:
        """The NDJSON answer of a GET. Raises CannotRun on 4xx."""
        answer = await self.request(service, "GET", path)
        if answer.status_code >= _ACCEPTED:
            raise refused(service, path, answer.text)
        return _LINES.decode_lines(answer.content)

    async def batch(self, service: str, path: str, lines: Sequence[Line]) -> AsyncIterator[list[dict[str, Any]]]:
        """Send lines in order and yield their final answers in portions, each with ``name`` of its line.

        Lines refused with ``retryable`` are sent again, only they, until they are answered for good.
        """
        for wave in waves(lines):
            for start in range(0, len(wave), LINES_PER_REQUEST):
                yield await self._portion(service, path, wave[start : start + LINES_PER_REQUEST])

    async def _portion(self, service: str, path: str, lines: Sequence[Line]) -> list[dict[str, Any]]:
        final: list[dict[str, Any]] = []
        waiting, pauses = list(lines), Pauses(service)
        while waiting:
            answers = await self._post_lines(service, path, waiting, pauses)
            again = []
            for line, answer in zip(waiting, answers, strict=True):
                if retryable(answer):
                    self.retried[str(answer.get("problem", {}).get("type", answer["status"]))] += 1
                    again.append(line)
                else:
                    final.append({**answer, "name": line.name})
            if len(again) < len(waiting):
                pauses.reset()
            waiting = again
            if waiting:
                await pauses.wait(f"{len(waiting)} lines")
        return final

    async def _post_lines(self, service: str, path: str, lines: Sequence[Line], pauses: Pauses) -> list[dict[str, Any]]:
        body = b"\n".join(line.body for line in lines) + b"\n"
        while True:
            answer = await self.request(service, "POST", path, body, NDJSON)
            if answer.status_code >= _ACCEPTED:
                raise refused(service, path, answer.text)
            # A service that stops while it answers may end the stream early and still cleanly.
            with suppress(msgspec.DecodeError):
                answers = _LINES.decode_lines(answer.content)
                if len(answers) == len(lines):
                    return answers
            await pauses.wait("incomplete answer")


def waves(lines: Iterable[Line]) -> list[list[Line]]:
    """Lines in groups that hold each object at most once, in which order within every object is kept."""
    groups: dict[int, list[Line]] = defaultdict(list)
    seen: Counter[str] = Counter()
    for line in lines:
        groups[seen[line.object_no]].append(line)
        seen[line.object_no] += 1
    return list(groups.values())


def retryable(answer: Mapping[str, Any]) -> bool:
    """True when a line was refused only for a moment."""
    return answer["status"] >= _SERVER_FAULT or bool(answer.get("problem", {}).get("retryable"))


def accepted(answer: Mapping[str, Any]) -> bool:
    """True when a line was taken in, now or before."""
    return bool(answer["status"] < _ACCEPTED)
