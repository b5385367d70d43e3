"""One case (全链路): its steps across the services, why the catalogue matched, what changed in credit, where every event went.

An open page follows as the board does (keeping_up.py).
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.ids import made_at
from chassis.pages import Reading
from chassis.passages import taken_here
from chassis.rows import Row
from console import queries
from console.domain.match import Ground, cause_of, grounds
from console.web.case_steps import GradeChange, grade_change, grouped
from console.web.catalogue import Catalogues
from console.web.keeping_up import INCOMPLETE, VARY, KeepingUp, Since, mark_of, stream_of, streams
from console.web.names import Names
from console.web.passages import Passage, passages_of
from console.web.people import people_of
from console.web.rendering import page
from console.web.services import Asking, Services
from console.web.session import carried
from contracts.credit import GradeChanged
from contracts.supervision import TaskCreated
from kernel.refusal import Refusal
from kernel.role import Role

_PATIENCE = timedelta(minutes=1)
"""How long after the newest event a page is made anew though nothing was told: others take it a moment after we did."""
_CATALOGUE_READERS = {Role.APPROVER.value, Role.SUPERVISOR.value, Role.LINKAGE_OFFICE.value}
"""Whom supervision shows its catalogue; what one of them asked for is kept, and not for others."""
Trace = list[dict[str, Any]]
PATH = "/cases/{source_system}/{case_id:path}"


@dataclass(frozen=True)
class CaseDesk:
    """What the page of a case is made with."""

    reading: Reading
    keeping_up: KeepingUp
    services: Services
    names: Names
    catalogues: Catalogues
    real_now: Callable[[], datetime] = lambda: datetime.now(UTC)
    """Ids tell the real time, whatever the stack clock shows."""

    async def shown(self, request: Request, source_system: str, case_id: str, since: str) -> Response:
        """The page; or when it is no longer what ``since`` marks."""
        look = partial(self._looked, source_system, case_id)
        if streams(request):
            return self.keeping_up.stream(request, since, look)
        seen = await look()
        case, trace, changes, taken = seen
        if case is None:
            raise no_such_case(source_system, case_id)
        asking = Asking(self.services, request)
        session = carried(request.scope)
        reads = bool(session and not _CATALOGUE_READERS.isdisjoint(session.roles))
        departments, people, passages, matched = await asyncio.gather(
            self.names.departments(),
            self._people(request, case),
            passages_of(asking, trace, taken),
            self._matched(asking, trace if reads else []),
        )
        return page(
            request,
            "case.html",
            headers=VARY,
            case=case,
            steps=grouped([each | {"body": _readable(each["payload"])} for each in trace]),
            departments=departments,
            people=people,
            passages=passages,
            matched=matched,
            reads_catalogue=reads,
            changes=changes,
            stream=stream_of(request, mark_of(seen) + ("" if self._settled(trace, passages) else INCOMPLETE)),
        )

    async def _looked(
        self, source_system: str, case_id: str
    ) -> tuple[Row | None, Trace, dict[str, GradeChange], Trace]:
        """The case, what followed from it, event id → the change of grade it told, and what the console took when."""
        async with self.reading() as connection:
            case = await queries.one_case(connection, source_system, case_id)
            trace: Trace = await queries.trace_of_case(connection, source_system, case_id)
            changes = {each["event_id"]: await _change(connection, each) for each in trace if _graded(each)}
            return case, trace, changes, await taken_here(connection, [each["event_id"] for each in trace])

    async def _people(self, request: Request, case: Row) -> dict[str, str]:
        """The names of who claimed the tasks, when somebody did."""
        return await people_of(self.services, request) if any(task["claimed_by"] for task in case["tasks"]) else {}

    async def _matched(self, asking: Asking, trace: Trace) -> dict[str, dict[str, Any]]:
        """Event id of a task that was made → the link that made it and its grounds; empty where there is none to show."""
        found = {}
        for made in trace:
            payload = made["payload"]
            if made["fact"] != TaskCreated.fact or not payload.get("link_code"):
                continue
            link, met = await self._grounds(asking, cause_of(made, trace), payload)
            found[made["event_id"]] = {"link": link, "grounds": met}
        return found

    async def _grounds(
        self, asking: Asking, decision: Mapping[str, Any], made: Mapping[str, Any]
    ) -> tuple[dict[str, Any], Sequence[Ground]]:
        try:
            version = await self.catalogues.version(asking, made["catalogue_version"])
        except Refusal:  # away, or not for this person to read: the codes are shown all the same
            return {}, ()
        link = version["links"].get(made["link_code"], {})
        return link, grounds(decision, version, link)

    def _settled(self, trace: Trace, passages: Mapping[str, Passage]) -> bool:
        """Whether there is nothing to show before something else is told."""
        if all(each.arrived for each in passages.values()):
            return True
        newest = max(UUID(each["event_id"]) for each in trace)
        return self.real_now() - made_at(newest) > _PATIENCE


def router(desk: CaseDesk) -> APIRouter:
    """The route."""
    routes = APIRouter()

    @routes.get(PATH)
    async def traced(request: Request, source_system: str, case_id: str, since: Since = "") -> Response:
        """One case, and everything that followed from it across the services."""
        return await desk.shown(request, source_system, case_id, since)

    return routes


def _graded(line: Mapping[str, Any]) -> bool:
    return bool(line["fact"] == GradeChanged.fact)


async def _change(connection: AsyncConnection, line: Mapping[str, Any]) -> GradeChange:
    after = line["payload"]
    told = await queries.grades_told(connection, after["subject"]["id_type"], after["subject"]["id_no"])
    return grade_change(after, told)


def _readable(payload: dict[str, Any]) -> str:
    """The body of an event as it came, to be read; what is sealed in it stays sealed."""
    return json.dumps(payload, ensure_ascii=False, indent=2)


def no_such_case(source_system: str, case_id: str) -> Refusal:
    """The refusal for a case nobody told of."""
    return Refusal(
        code="not-found",
        zh=f"没有办件 {source_system}:{case_id}；刚刚报送的请稍候，或在办件列表中查找",
        en=f"There is no case {source_system}:{case_id}; wait a moment for one just sent, or look for it among the cases",
        status=404,
    )
