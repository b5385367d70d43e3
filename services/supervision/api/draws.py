"""Random draws over HTTP (双随机抽查接口): announce, run or cancel; look at pool, receipt and what was drawn."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.instant import Instant
from chassis.pages import Asked, Page, PageAsked, Reading, page
from chassis.unit_of_work import UnitOfWork
from supervision import handlers, queries
from supervision.api.verbs import PersonForm, ReasonForm
from supervision.domain.draws.ceremony import DrawState
from supervision.domain.draws.commands import CancelDraw, PrepareDraw, PublicValue, RunDraw, no_such_draw
from supervision.domain.draws.replacement import ReplaceOfficer
from supervision.ports import StoredWork

ONE = "/draws/{draw_no}"
_NDJSON = "application/x-ndjson"
Aimed = Callable[[str, str], Awaitable[Sequence[tuple[str, str]] | None]]
"""Plan and entry → the ranking of its objects, when it takes the first of it (定向)."""


class PublicValueForm(BaseModel):
    """公开数: a value nobody here can choose, how it is written, and from when on everybody knows it."""

    model_config = ConfigDict(extra="forbid")

    source: str = Field(description="来源，如某彩票某期开奖号码 / e.g. the balls of a state lottery")
    form: str = Field(description="写法，每个 # 是一位数字，如 ## ## ## / each # is a digit")
    at: Instant = Field(description="产生的时刻，带时区 / when it becomes public")


class PrepareForm(PersonForm):
    """准备抽取: of which entry of which plan."""

    draw_no: str
    plan_no: str
    entry: str
    public_value: PublicValueForm


class RunForm(PersonForm):
    """抽取: the value, where it can be looked up, and who watches."""

    value: str
    looked_up: str = Field("", description="公开数的出处，如网址 / where it can be looked up")
    witness: str = Field(description="监督人编号，须为另一人 / code of somebody else who watches")


class CancelForm(ReasonForm):
    """取消抽取; a witness is needed once the value is public."""

    witness: str = ""


class ReplaceForm(ReasonForm):
    """更换抽中的执法人员: who does not go to which object."""

    source_system: str
    object_no: str
    department: str
    officer: str
    witness: str = Field(description="监督人编号，须为另一人 / code of somebody else who watches")


class DrawsAsked(PageAsked):
    """Which draws (抽取查询); ``department``: it takes part."""

    plan_no: Asked | None = None
    entry: Asked | None = None
    state: DrawState | None = None
    department: Asked | None = None


def router(unit: UnitOfWork[StoredWork], reading: Reading, page_limit: int, aimed: Aimed) -> APIRouter:
    """The routes of draws."""
    routes = APIRouter()
    _add_ceremony(routes, unit, reading, aimed)
    _add_replacements(routes, unit)
    add_reading(routes, reading, page_limit)

    @routes.get(ONE + "/objects", summary="抽中对象及其任务 / objects drawn, with their tasks")
    async def objects(draw_no: Asked, asked: Annotated[PageAsked, Query()]) -> Page:
        """With officers and tasks of each department; LAPSED: it held nothing of the entry any more."""
        limit = asked.within(page_limit)
        async with reading() as connection:
            await known(reading, draw_no)
            items = await queries.drawn_objects(connection, draw_no, asked.after(tuple[str, str]), limit + 1)
        return page(items, ["source_system", "object_no"], limit)

    return routes


def _add_ceremony(routes: APIRouter, unit: UnitOfWork[StoredWork], reading: Reading, aimed: Aimed) -> None:
    @routes.post("/draws", status_code=201, summary="准备并公告抽取 / freeze the pool and announce a draw")
    async def prepared(form: PrepareForm, response: Response) -> dict[str, Any]:
        """201 announced, 200 the very same again; write ``announcement_hash`` down before the value is public."""
        said = form.model_dump()
        command = PrepareDraw(**said | {"public_value": PublicValue(**said["public_value"])})
        command = replace(command, ranked=await aimed(command.plan_no, command.entry))
        draw, again = await unit.run_long(handlers.prepare_draw, command)
        response.status_code = 200 if again else 201
        return await known(reading, draw.draw_no) | {"duplicate": again}

    @routes.post(ONE + ":run", summary="抽取，须有监督人 / draw, with a witness")
    async def ran(draw_no: Asked, form: RunForm) -> dict[str, Any]:
        """Once, from the announced moment on; the same again changes nothing."""
        draw, again = await unit.run_long(handlers.run_draw, RunDraw(draw_no=draw_no, **form.model_dump()))
        return await known(reading, draw.draw_no) | {"duplicate": again}

    @routes.post(ONE + ":cancel", summary="取消抽取 / cancel a draw")
    async def cancelled(draw_no: Asked, form: CancelForm) -> dict[str, Any]:
        """With a reason; its secret is told, so that all see what would have been drawn."""
        await unit.run(handlers.cancel_draw, CancelDraw(draw_no=draw_no, **form.model_dump()))
        return await known(reading, draw_no)


def _add_replacements(routes: APIRouter, unit: UnitOfWork[StoredWork]) -> None:
    @routes.post(
        ONE + "/replacements", status_code=201, summary="更换抽中的执法人员 / replace an officer who was drawn"
    )
    async def replaced(draw_no: Asked, form: ReplaceForm, response: Response) -> dict[str, Any]:
        """By a small draw from the same secret and public value; 201 made, 200 the very same again."""
        command = ReplaceOfficer(draw_no=draw_no, **form.model_dump())
        made, again = await unit.run_long(handlers.replace_officer, command)
        response.status_code = 200 if again else 201
        return vars(made) | {"duplicate": again}


def add_reading(routes: APIRouter, reading: Reading, page_limit: int) -> None:
    """The routes of what everybody may see of draws."""

    @routes.get("/draws", summary="抽取公告与结果 / draws")
    async def draws(asked: Annotated[DrawsAsked, Query()]) -> Page:
        """In the order of their numbers, also those that were cancelled."""
        limit, which = asked.within(page_limit), asked.model_dump(exclude={"cursor", "limit"})
        async with reading() as connection:
            items = await queries.draws(connection, which, asked.after(str), limit + 1)
        return page(items, ["draw_no"], limit)

    @routes.get(ONE, summary="一次抽取 / one draw")
    async def draw(draw_no: Asked) -> dict[str, Any]:
        """Announcement and hash; once it is over secret, value, seed and hash of the result."""
        return await known(reading, draw_no)

    @routes.get(ONE + "/pool", summary="抽查池 / the pool", response_class=Response)
    async def pool(draw_no: Asked) -> Response:
        """JSON lines, byte for byte as hashed: its SHA-256 is the ``snapshot`` of the announcement."""
        async with reading() as connection:
            content = await queries.pool_content(connection, draw_no)
        if content is None:
            raise no_such_draw(draw_no)
        return Response(content, media_type=_NDJSON, headers=_file(f"{draw_no}-pool.jsonl"))

    @routes.get(ONE + "/receipt", summary="收据 / the receipt", response_class=Response)
    async def receipt(draw_no: Asked) -> Response:
        """What ``verify_draw.py`` recomputes; it holds the pool unless that is large."""
        async with reading() as connection:
            content = await queries.receipt_content(connection, draw_no)
        if content is None:
            raise no_such_draw(draw_no)
        return Response(content, media_type="application/json", headers=_file(f"{draw_no}.json"))

    @routes.get(ONE + "/replacements", summary="更换 / officers replaced")
    async def replacements(draw_no: Asked) -> dict[str, Any]:
        """Every replacement with its receipt, which is checked like any other."""
        await known(reading, draw_no)
        async with reading() as connection:
            return {"items": await queries.draw_replacements(connection, draw_no)}


async def known(reading: Reading, draw_no: str) -> dict[str, Any]:
    """The draw as it is answered; refuses ``not-found`` (404)."""
    async with reading() as connection:
        found = await queries.one_draw(connection, draw_no)
    if found is None:
        raise no_such_draw(draw_no)
    return found


def _file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
