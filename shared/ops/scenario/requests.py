"""Requests (请求组装): a verb and its keys as the one public request they stand for."""

from collections.abc import Mapping
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from kernel.clock import china_day
from ops.scenario.asking import Answer, Asking, StepFailed
from ops.scenario.finding import find, officers
from ops.scenario.furnish import DRAFTER, catalogue_of, ndjson
from ops.scenario.keys import Default, Key
from ops.scenario.statement import Statements
from ops.scenario.verb import Finds, Form, Verb
from ops.scenario.verbs_approval import CASE, DECISION, STATED

_CREW = 2


class Requests:
    """The requests of one scenario; remembers what it has stated."""

    def __init__(self, asking: Asking, beside: Path) -> None:
        self._asking = asking
        self._beside = beside
        self._statements = Statements()
        self._numbers = count(1)

    async def send(self, verb: Verb, said: Mapping[str, Any], now: datetime) -> Answer:
        """Carry a verb out. Raises StepFailed when what it speaks of is not there."""
        found = dict(await find(self._asking, verb.finds, said)) if verb.finds is not Finds.NOTHING else {}
        path = _filled(verb.path, found | dict(said))
        match verb.form:
            case Form.LINES:
                return await self._lines(verb, said)
            case Form.FILE:
                query = urlencode(await self._fields(verb.keys, said, found, now))
                return await self._file(verb, f"{path}?{query}", said)
            case Form.CASE | Form.CORRECTION:
                fields = dict(verb.fixed) | await self._fields(verb.keys, said, found, now)
                body = self._statements.body(fields, correction=verb.form is Form.CORRECTION)
            case Form.CATALOGUE:
                body = self._catalogue(said)
            case _:
                body = dict(verb.fixed) | await self._fields(verb.keys, said, found, now)
        return await self._asking.send(verb.service, verb.method, path, msgspec.json.encode(body))

    async def _fields(
        self, keys: tuple[Key, ...], said: Mapping[str, Any], found: Mapping[str, Any], now: datetime
    ) -> dict[str, Any]:
        """The keys under the names they travel by, those left out at their defaults."""
        fields: dict[str, Any] = {}
        for key in keys:
            value = said.get(key.name)
            if value is None:
                value = await self._default(key.default, found, now)
            if value is None or not key.sent:
                continue
            if key.travels_as == DECISION:
                inner = await self._fields((CASE, *STATED), value, found, now)
                value = self._statements.body(inner)
            fields[key.travels_as] = key.made(value) if key.made else value
        return fields

    async def _default(self, default: Default, found: Mapping[str, Any], now: datetime) -> Any:
        match default:
            case Default.TODAY:
                return china_day(now).isoformat()
            case Default.NUMBER:
                return f"J-{next(self._numbers)}"
            case Default.RECEIVER:
                return found.get("person")
            case Default.OFFICERS:
                return (await officers(self._asking, str(found["department"])))[:_CREW]
            case Default.OFFICER:
                return next(iter(await officers(self._asking, str(found["department"]))), None)
            case _:
                return None

    async def _lines(self, verb: Verb, said: Mapping[str, Any]) -> Answer:
        """Each key's rows to the path the key travels to."""
        answer = Answer(None)
        for key in verb.keys:
            if key.name in said and not answer.refusal:
                content = ndjson(said[key.name])
                answer = await self._asking.send(verb.service, "POST", key.travels_as, content, "application/x-ndjson")
        return answer

    async def _file(self, verb: Verb, path: str, said: Mapping[str, Any]) -> Answer:
        content = str(said.get("content", "")).encode()
        if "path" in said:
            file = self._beside / said["path"]
            if not file.exists():
                raise StepFailed(f"没有文件 {file}", f"there is no file {file}")
            content = file.read_bytes()
        return await self._asking.send(verb.service, "POST", path, content, said["type"])

    def _catalogue(self, said: Mapping[str, Any]) -> dict[str, Any]:
        body = dict(catalogue_of(said.get("catalogue") or said.get("path", ""), self._beside)["catalogue"])
        return (
            {"by": DRAFTER} | body | {name: said[name] for name in ("version", "effective_from", "by") if name in said}
        )


def _filled(path: str, known: Mapping[str, Any]) -> str:
    for name, value in known.items():
        path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
    return path
