"""Asking (请求): the public APIs of one plot. What a service says no to comes back as an answer, not as an accident."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from ops.failure import CannotRun
from ops.scenario.matching import Difference

_ACCEPTED, _MISSING, _FAULT = 300, 404, 500
_PAGE = "500"
_PATIENCE = 10.0
_PAUSE = 0.02


class StepFailed(Exception):  # noqa: N818 - it is told as a difference
    """A step could not be carried out (步骤失败)."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.difference = Difference(zh, en)


@dataclass(frozen=True)
class Answer:
    """What came back: the document, and of a refusal its code and the sentences."""

    document: Any
    refusal: str = ""
    said: str = ""
    retryable: bool = False


class Asking:
    """Speaks to the services of one plot through a client shared by the whole run."""

    def __init__(self, client: httpx.AsyncClient, urls: Mapping[str, str]) -> None:
        self._client = client
        self._urls = urls

    @property
    def services(self) -> tuple[str, ...]:
        """Every service."""
        return tuple(self._urls)

    async def get(self, service: str, path: str, **which: str) -> Any:
        """The JSON of a GET; None when there is no such thing. Raises StepFailed for any other refusal."""
        answer = await self._request(service, "GET", path, params=which)
        if answer.status_code == _MISSING:
            return None
        if answer.status_code >= _ACCEPTED:
            raise StepFailed(f"{service} 拒绝 {path}：{answer.text}", f"{service} refused {path}")
        return msgspec.json.decode(answer.content)

    async def every(self, service: str, path: str, **which: str) -> list[dict[str, Any]]:
        """All rows of a list, page by page. Raises StepFailed when the service has no such list."""
        rows: list[dict[str, Any]] = []
        cursor = ""
        while True:
            asked = {**which, "limit": _PAGE} | ({"cursor": cursor} if cursor else {})
            answer = await self._request(service, "GET", path, params=asked)
            if answer.status_code >= _ACCEPTED:
                raise StepFailed(f"{service} 没有给出 {path}：{answer.text}", f"{service} did not give {path}")
            page = msgspec.json.decode(answer.content)
            if isinstance(page, list):
                return page
            rows += page["items"]
            cursor = page.get("next") or ""
            if not cursor:
                return rows

    async def send(
        self, service: str, method: str, path: str, content: bytes, content_type: str = "application/json"
    ) -> Answer:
        """One request; what is only refused for a moment is sent again."""
        loop = asyncio.get_running_loop()
        until = loop.time() + _PATIENCE
        while True:
            answer = _answer(
                await self._request(service, method, path, content=content, headers={"content-type": content_type})
            )
            if not answer.retryable or loop.time() > until:
                return answer
            await asyncio.sleep(_PAUSE)

    async def _request(self, service: str, method: str, path: str, **parts: Any) -> httpx.Response:
        try:
            answer = await self._client.request(method, f"{self._urls[service]}{path}", **parts)
        except httpx.TransportError as error:
            raise CannotRun(
                zh=f"服务 {service} 无响应：{error!r}", en=f"the service {service} does not answer: {error!r}"
            ) from error
        if answer.status_code >= _FAULT and not answer.headers.get("retry-after"):
            raise StepFailed(
                f"{service} 出错 {answer.status_code} {method} {path}：{answer.text}",
                f"{service} failed with {answer.status_code} at {method} {path}",
            )
        return answer


def _answer(answer: httpx.Response) -> Answer:
    if "ndjson" in answer.headers.get("content-type", "") and answer.status_code < _ACCEPTED:
        lines = [msgspec.json.decode(line) for line in answer.content.splitlines() if line]
        problems = [line["problem"] for line in lines if line["status"] >= _ACCEPTED]
        return _refused(problems[0]) if problems else Answer(lines)
    document = msgspec.json.decode(answer.content) if answer.content else None
    if answer.status_code < _ACCEPTED:
        return Answer(document)
    return _refused(document) if isinstance(document, dict) else Answer(document, str(answer.status_code), answer.text)


def _refused(problem: Mapping[str, Any]) -> Answer:
    code = str(problem.get("type", "")).rpartition(":")[2] or str(problem.get("status"))
    faults = "；".join(f"{fault['pointer']} {fault['zh']} {fault['en']}" for fault in problem.get("errors", ()))
    said = f"{problem.get('title', '')} {problem.get('title_en', '')} {faults}".strip()
    return Answer(problem, code, said, bool(problem.get("retryable")))
