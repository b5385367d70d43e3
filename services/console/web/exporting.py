"""Exporting (导出): the board, and the list of tasks as it was chosen, as xlsx or CSV; who took a file stands in the audit log.

The files hold what the pages show to the same person: the read model lets nobody see more.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from chassis.audit.trail import PERSONAL
from chassis.pages import Reading
from console import queries
from console.web import clocks, words
from console.web.board import STAGES, STATES, by_department, stages, stands
from console.web.language import day_text, month_text, said, time_text, translations
from console.web.names import Names
from console.web.sheets import Cell, Sheet, SheetFormat, as_file
from console.web.task_list import MOST, chosen
from console.web.view import View
from kernel.clock import china_day
from kernel.subject import SubjectKind

_BOARD = said("联动看板")
_TASKS = said("任务清单")
_NOTES = said("说明")
_COLUMNS = (
    *(said("任务"), said("对象"), said("地址"), said("主体"), said("证照号码"), said("监管部门"), said("任务类别")),
    *(said("监管方式"), said("状态"), said("认领人"), said("亮牌"), said("时限"), said("到期日"), said("紧急程度")),
    *(said("检查结果"), said("检查日期"), said("生成时间"), said("来源"), said("办件编号")),
)
Say = Callable[[str], str]


def router(reading: Reading, names: Names, now: Callable[[], datetime]) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/board/export.csv", openapi_extra=PERSONAL)
    @routes.get("/board/export.xlsx", openapi_extra=PERSONAL)
    async def board(request: Request) -> Response:
        """The tables of the board."""
        at, language = now(), View.of(request).language
        async with reading() as connection:
            figures = await queries.board(connection, china_day(at), clocks.spans(at))
        known = await names.departments()
        say = translations(language).gettext
        sheets = board_sheets(figures, known, at, language)
        return await as_file(f"{say(_BOARD)} {china_day(at)}", sheets, SheetFormat.of(request.url.path))

    @routes.get("/tasks/export.csv", openapi_extra=PERSONAL)
    @routes.get("/tasks/export.xlsx", openapi_extra=PERSONAL)
    async def tasks(
        request: Request,
        state: Annotated[str, Query(max_length=20)] = "",
        due: Annotated[str, Query(max_length=10)] = "",
        department: Annotated[str, Query(max_length=64)] = "",
    ) -> Response:
        """The tasks of the list with these filters, what is due first before the others; at most ``MOST``."""
        at, language = now(), View.of(request).language
        which = chosen(request, department, state)
        span = clocks.spans(at).get(due, clocks.ANY)
        async with reading() as connection:
            found = await queries.tasks_by_due(connection, *which, span, None, MOST + 1)
        known = await names.departments()
        say = translations(language).gettext
        asked = [known.get(which[0], which[0]), words.WORDS.get(which[1], ""), clocks.SPANS.get(due, "")]
        sheets = task_sheets(found, known, at, language, [say(each) for each in asked if each])
        form = SheetFormat.of(request.url.path)
        kept = sheets if form is SheetFormat.XLSX else sheets[:1]
        return await as_file(f"{say(_TASKS)} {china_day(at)}", kept, form)

    return routes


def board_sheets(figures: queries.Board, departments: Mapping[str, str], at: datetime, language: str) -> list[Sheet]:
    """What the board shows: stages, departments by state, months."""
    say = translations(language).gettext
    stage_names = [say(name) for name in STAGES.values()]
    counted = [("red", said("红牌")), ("yellow", said("黄牌")), ("open", said("未办结"))]
    counted += [(span, clocks.SPANS[span]) for span in clocks.URGENCIES]
    state_names = [say(words.WORDS[state]) for state in STATES]
    return [
        Sheet(
            name=say(said("四个阶段")),
            columns=[say(said("阶段")), say(said("数量")), say(said("比例")) + " %"],
            rows=[[say(each["name"]), each["number"], each["share"]] for each in stages(figures["funnel"])],
        ),
        Sheet(
            name=say(said("各部门任务")),
            columns=[say(said("监管部门")), *(say(name) for _, name in counted), *state_names],
            rows=[
                [
                    departments.get(row["department"], row["department"]),
                    *(row[name] for name, _ in counted),
                    *(row["states"].get(state, 0) for state in STATES),
                ]
                for row in by_department(figures["departments"], figures["due"])
            ],
        ),
        Sheet(
            name=say(said("十二个月")),
            columns=[
                *(say(said("月份")), *stage_names, say(said("状态"))),
                *(f"{say(said('今天'))} {name}" for name in stage_names),
            ],
            rows=[_month(stands(each), each, language) for each in figures["months"]],
        ),
        _notes([time_text(at, language)], say),
    ]


def _month(shown: Mapping[str, Any], today: Mapping[str, Any], language: str) -> list[Cell]:
    """A month of the trend: as it is shown, whether that is fixed, and as it is today."""
    say = translations(language).gettext
    return [
        *(month_text(shown["month"], language), *(shown[stage] for stage in STAGES)),
        *(say(said("已定格")) if shown["fixed"] else "", *(today[stage] for stage in STAGES)),
    ]


def task_sheets(
    found: Sequence[Mapping[str, Any]],
    departments: Mapping[str, str],
    at: datetime,
    language: str,
    asked: Sequence[str],
) -> list[Sheet]:
    """The rows, at most ``MOST``, and the notes: when, by which filters, and what was left out, which the last row says too."""
    say = translations(language).gettext
    rows = [_line(task, departments, at, language) for task in found[:MOST]]
    told = [time_text(at, language), *asked]
    if len(found) > MOST:
        left = say(said("只含到期最早的 %(most)s 个任务，其余没有导出；请按部门、状态或到期分几次导出。")) % {
            "most": MOST
        }
        told.append(left)
        rows.append([left, *[None] * (len(_COLUMNS) - 1)])
    return [Sheet(name=say(_TASKS), columns=[say(column) for column in _COLUMNS], rows=rows), _notes(told, say)]


def _line(task: Mapping[str, Any], departments: Mapping[str, str], at: datetime, language: str) -> list[Cell]:
    say = translations(language).gettext
    clock = clocks.of_line(task, at)
    person = task["subject_kind"] == SubjectKind.PERSON
    return [
        *(str(task["task_id"]), task["object_name"] or task["object_no"], task["object_address"], task["subject_name"]),
        *("" if person else task["id_no"], departments.get(task["department"], task["department"])),
        *(_word(task[name], say) for name in ("purpose", "method", "state")),
        *(
            task["claimed_by"],
            _word(_CARDS.get(task["card"], ""), say),
            _word(f"clock:{clock.kind}" if clock else "", say),
        ),
        *(day_text(clock.due_on, language) if clock else "", say(clock.urgency.name) if clock else ""),
        *(
            _word(task["result"], say),
            day_text(task["inspected_on"], language),
            time_text(task["created_at"], language),
        ),
        *(task["source_system"], task["case_id"]),
    ]


_CARDS = {"RED": said("红牌"), "YELLOW": said("黄牌")}


def _word(code: str, say: Say) -> str:
    return say(words.WORDS.get(code, code)) if code else ""


def _notes(told: Sequence[str], say: Say) -> Sheet:
    """说明: when the file was made, and what it holds."""
    return Sheet(name=say(_NOTES), columns=[say(said("导出时间与条件"))], rows=[[each] for each in told])
