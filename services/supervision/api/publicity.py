"""Publicity over HTTP (公示接口): what a department owes the public, and what its people decide to show."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from chassis.access.acting import acting
from chassis.ndjson import batch_response, decoded
from chassis.pages import Asked, Page, PageAsked, Reading, page
from chassis.problems import not_found
from chassis.unit_of_work import UnitOfWork
from kernel.clock import Clock, china_day
from kernel.publicity import PublicityCause
from kernel.refusal import Fault, Refusal, malformed
from supervision import handlers, queries
from supervision.api.verbs import PersonForm, ReasonForm
from supervision.domain.deadlines import DeadlineKind, ExplainDeadline
from supervision.domain.publicity.commands import (
    CorrectPublication,
    PublicisePublication,
    QuestionPublication,
    UpholdPublication,
    WithdrawPublication,
)
from supervision.domain.publicity.publication import Publication
from supervision.domain.publicity.words import PublicationState
from supervision.ports import StoredWork

_ONE = "/publicity/{publication_no}"
Outcome = tuple[Publication, bool]


class PublicationsAsked(PageAsked):
    """Which publications (公示查询); ``due_by``: those still owed whose last day is no later; ``put_right_by``: to be put right."""

    department: Asked | None = None
    state: PublicationState | None = None
    source_system: Asked | None = None
    object_no: Asked | None = None
    inspection_no: Asked | None = None
    task_id: UUID | None = None
    due_by: date | None = None
    put_right_by: date | None = None


class CoverageAsked(BaseModel):
    """公示率: results formed from a day to a day, both included."""

    model_config = ConfigDict(extra="forbid")

    department: Asked | None = None
    begin: date = Field(alias="from")
    end: date = Field(alias="to")


class PublicityForm(PersonForm):
    """公示."""

    result_class: str = Field("", description="抽查结果类型，缺省按检查结果 / by the result when left out")


class PublicityReasonForm(ReasonForm):
    """缘由与理由."""

    cause: PublicityCause


class CorrectionForm(PublicityReasonForm):
    """更正: what is left out stays as it is."""

    result_class: str | None = None
    matter_name: str | None = None
    subject_name: str | None = None
    inspected_on: date | None = None


class PublicityLine(msgspec.Struct, forbid_unknown_fields=True):
    """A line of the batch (批量公示)."""

    publication_no: UUID
    by: str = ""
    result_class: str = ""


_decoder = msgspec.json.Decoder(PublicityLine)


def decode_publicity(line: bytes) -> PublicisePublication:
    """A line of the batch. Refuses ``invalid-content``."""
    said = decoded(_decoder, line)
    return PublicisePublication(
        publication_no=str(said.publication_no), by=acting(said.by), result_class=said.result_class
    )


def router(unit: UnitOfWork[StoredWork], reading: Reading, page_limit: int, clock: Clock) -> APIRouter:
    """The routes of publicity."""
    routes = APIRouter()

    @routes.get("/publicity", summary="应公示与已公示的检查 / what is owed to the public, and what is shown")
    async def listed(asked: Annotated[PublicationsAsked, Query()]) -> Page:
        """In the order they came; ``due_on`` is the last day to publicise."""
        limit, after = asked.within(page_limit), asked.after(UUID)
        which = asked.model_dump(exclude={"cursor", "limit"})
        async with reading() as connection:
            items = await queries.publications(connection, which, str(after) if after else None, limit + 1)
        return page(items, ["publication_no"], limit)

    @routes.get("/publicity/coverage", summary="公示率 / how much is shown, and in time")
    async def coverage(asked: Annotated[CoverageAsked, Query()]) -> dict[str, Any]:
        """Per department and in total: due, in_time, late, missing, running and the share that is shown."""
        if asked.end < asked.begin:
            zh, en = "截止日不早于起始日", "it ends on its first day or later"
            raise malformed([Fault(pointer="/to", zh=zh, en=en)])
        today = china_day(clock.now())
        async with reading() as connection:
            rows = await queries.publicity_coverage(connection, asked.department, asked.begin, asked.end, today)
        total = {name: sum(row[name] for row in rows) for name in ("due", "in_time", "late", "missing", "running")}
        span = {"from": asked.begin, "to": asked.end, "as_of": today}
        return span | {"items": rows, "total": total | {"share": queries.share_of(total)}}

    @routes.post("/publicity:batch", summary="批量公示 / publicise many, NDJSON, one answer per line")
    async def batch(request: Request) -> StreamingResponse:
        """Lines of ``publication_no``, ``by`` and, if another than usual, ``result_class``."""

        async def run(commands: Sequence[PublicisePublication]) -> list[Outcome | Refusal]:
            return await unit.run_each(handlers.publicise_result, commands)

        return batch_response(request, decode_publicity, run, _line)

    async def shown(publication_no: UUID) -> dict[str, Any]:
        async with reading() as connection:
            found = await queries.one_publication(connection, str(publication_no))
        if found is None:
            raise not_found(f"公示 {publication_no}", f"publication {publication_no}")
        return found

    @routes.get(_ONE, summary="公示及其履历 / a publication and everything done to it")
    async def one(publication_no: UUID) -> dict[str, Any]:
        """What is shown, every version with who, when and why, and its clocks."""
        return await shown(publication_no)

    @routes.get(_ONE + "/days", summary="公示时限逐日计算 / the day-by-day count")
    async def days(publication_no: UUID) -> dict[str, Any]:
        """Why the last day to publicise is the last day."""
        clocks = (await shown(publication_no))["deadlines"]
        owed = next(clock["deadline_id"] for clock in clocks if clock["kind"] == DeadlineKind.PUBLICISE)
        return await unit.run(handlers.explain_deadline, ExplainDeadline(owed))

    _add_verbs(routes, unit, shown)
    return routes


def _add_verbs(routes: APIRouter, unit: UnitOfWork[StoredWork], shown: Any) -> None:
    """The verbs; each answers 200 with the publication as it is afterwards, ``duplicate`` when it was done before."""

    async def done(handle: Any, command: Any, publication_no: UUID) -> dict[str, Any]:
        outcome = await unit.run(handle, command)
        return {**await shown(publication_no), "duplicate": outcome[1] if isinstance(outcome, tuple) else False}

    @routes.post(_ONE + ":publicise", summary="公示 / publicise")
    async def publicised(publication_no: UUID, form: PublicityForm) -> dict[str, Any]:
        """By somebody of the department who did not inspect."""
        command = PublicisePublication(publication_no=str(publication_no), by=form.by, result_class=form.result_class)
        return await done(handlers.publicise_result, command, publication_no)

    @routes.post(_ONE + ":correct", summary="更正公示 / correct what is shown")
    async def corrected(publication_no: UUID, form: CorrectionForm) -> dict[str, Any]:
        """By another person than the one who last decided what is shown; both versions are kept."""
        command = CorrectPublication(publication_no=str(publication_no), **dict(form))
        return await done(handlers.correct_publication, command, publication_no)

    @routes.post(_ONE + ":question", summary="结果存疑 / say that what is shown no longer holds")
    async def questioned(publication_no: UUID, form: PublicityReasonForm) -> dict[str, Any]:
        """By anybody; a changed or annulled result is to be put right within the limit."""
        command = QuestionPublication(publication_no=str(publication_no), **dict(form))
        return await done(handlers.question_publication, command, publication_no)

    @routes.post(_ONE + ":uphold", summary="维持公示 / uphold what is shown")
    async def upheld(publication_no: UUID, form: ReasonForm) -> dict[str, Any]:
        """With a reason, by another person than who questioned it."""
        command = UpholdPublication(publication_no=str(publication_no), by=form.by, reason=form.reason)
        return await done(handlers.uphold_publication, command, publication_no)

    @routes.post(_ONE + ":withdraw", summary="撤下公示 / withdraw what is shown, or is not to be")
    async def withdrawn(publication_no: UUID, form: PublicityReasonForm) -> dict[str, Any]:
        """For good; the public address says when and why."""
        command = WithdrawPublication(publication_no=str(publication_no), **dict(form))
        return await done(handlers.withdraw_publication, command, publication_no)


def _line(outcome: Outcome) -> tuple[int, dict[str, Any]]:
    publication, again = outcome
    return 200, {"publication_no": publication.publication_no, "state": publication.state, "duplicate": again}
