"""The system under test (被测系统) as the kit reaches it: a few requests below one address, described in docs/standard/."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import httpx
from standardwebhooks import Webhook

from ops.failure import CannotRun

ABILITIES = ("person", "register", "correction", "batch", "gate", "signed", "notices", "facts")
"""What a system may leave out."""
SENDS = ("cases", "inspections")
"""What it sends; one of them it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the system is told to work with."""

    to: str
    key: str
    secret: str
    source_system: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the system says became of a statement (处理结果); ``state`` empty: it did not say in time."""

    state: str
    message: str


class System:
    """The system under test. ``patience``: seconds one request may take."""

    def __init__(self, http: httpx.AsyncClient, url: str, patience: float) -> None:
        self._http, self._url, self._patience = http, url.rstrip("/"), patience

    async def configure(self, settings: Settings) -> frozenset[str]:
        """Tell it where to send; what it can do and sends. Raises CannotRun: nothing can be tried without."""
        said = {
            "to": settings.to,
            "key": settings.key,
            "secret": settings.secret,
            "source_system": settings.source_system,
        }
        try:
            answer = await self._http.put(self._url, json=said, timeout=self._patience)
            told = answer.raise_for_status().json()
            does, sends = list(map(str, told["does"])), list(map(str, told.get("sends", ["cases"])))
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError) as error:
            raise CannotRun(
                zh=f"被测系统的试验接口 PUT {self._url} 没有按标准答复（{error}），请确认其已启动并见 docs/standard/",
                en=f"the trial interface PUT {self._url} of the system did not answer as the standard says; "
                "is it running? See docs/standard/",
            ) from error
        if unknown := sorted({*does, *sends} - {*ABILITIES, *SENDS}):
            known = ", ".join((*ABILITIES, *SENDS))
            raise CannotRun(
                zh=f"被测系统声明了不认识的能力 {', '.join(unknown)}，可用：{known}",
                en=f"the system says it does {', '.join(unknown)}, which is not known; use {known}",
            )
        return frozenset(does) | frozenset(sends)

    async def decide(self, case_id: str, what: str) -> Outcome:
        """Have it send one decision; what it says became of it."""
        said = await self._post("/decisions", {"case_id": case_id, "what": what})
        return Outcome(str(said.get("state", "")), str(said.get("message", "")))

    async def inspect(self, object_no: str, what: str) -> Outcome:
        """Have it send one inspection of an object, ``what``: PASS or FAIL; what it says became of it."""
        said = await self._post("/inspections", {"object_no": object_no, "what": what})
        return Outcome(str(said.get("state", "")), str(said.get("message", "")))

    async def tell(self, about: str) -> Outcome:
        """Have it send one decision, or an inspection where it sends none, as a signed webhook."""
        said = await self._post("/webhooks", {"about": about})
        return Outcome(str(said.get("state", "")), str(said.get("message", "")))

    async def batch(self, case_ids: Sequence[str]) -> Mapping[str, str]:
        """Have it send a batch; what it says was refused, by case."""
        refused = (await self._post("/batches", {"case_ids": list(case_ids)})).get("refused")
        return {str(case): str(why) for case, why in refused.items()} if isinstance(refused, dict) else {}

    async def ask_about_a_person(self) -> bool:
        """Have it ask the gate about a natural person; whether it did."""
        return bool(await self._post("/questions", {"about": "PERSON"}))

    async def believes(self, *secrets: str) -> bool:
        """Have it believe pushes signed with any of these alone; whether it says so."""
        return (await self._post("/secrets", {"secrets": list(secrets)})).get("good") == len(secrets)

    async def cannot_keep(self, *, away: bool) -> bool:
        """Take its store away, or give it back; whether it says so."""
        return (await self._post("/outages", {"away": away})).get("away") is away

    async def grade_of(self, id_no: str) -> tuple[str, int]:
        """The grade it knows of a subject and the version of that; empty and 0 when it knows none."""
        said = await self._post("/grades", {"id_no": id_no})
        version = said.get("version")
        return str(said.get("grade") or ""), version if isinstance(version, int) else 0

    async def taken(self) -> list[str]:
        """Ids of the pushed messages it took, one entry for each time it did."""
        try:
            said = (await self._http.get(f"{self._url}/notices", timeout=self._patience)).raise_for_status().json()
            return [str(each) for each in said["taken"]]
        except (httpx.HTTPError, ValueError, LookupError, TypeError):
            return []

    async def push(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, float]:
        """Push a message: the status, 0 for no answer, and the seconds it took."""
        began = monotonic()
        try:
            answer = await self._http.post(f"{self._url}/notices", content=body, headers=dict(headers), timeout=15)
        except httpx.HTTPError:
            return 0, monotonic() - began
        return answer.status_code, monotonic() - began

    async def _post(self, path: str, said: Mapping[str, Any]) -> dict[str, Any]:
        try:
            answer = await self._http.post(self._url + path, json=said, timeout=self._patience)
            told = answer.raise_for_status().json()
        except (httpx.HTTPError, ValueError):
            return {}
        return told if isinstance(told, dict) else {}


def signed(secret: str, message_id: str, body: bytes, late: float = 0) -> dict[str, str]:
    """The headers of a pushed message, as the services sign it; ``late``: seconds its timestamp lies back."""
    at = datetime.now(UTC) - timedelta(seconds=late)
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, at, body.decode()),
    }
