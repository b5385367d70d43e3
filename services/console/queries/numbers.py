"""Numbers (业务指标) operators watch: open and overdue tasks, cards, and what became of this month's decisions.

Cases count in the month of their decision, tasks in the month they were made; both in China.
"""

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.ids import first_id
from chassis.metrics import Gauge, Reading
from chassis.rows import first_of, rows_of
from console.queries.cards import OPEN, standing
from console.tables import case_line, task_line
from kernel.clock import CHINA, china_day

TASKS = Gauge("shenguan.tasks.open", "{task}", "未办结的任务 / open tasks, by department and state")
OVERDUE = Gauge("shenguan.tasks.overdue", "{task}", "已超期的任务 / overdue tasks, by department")
CARDED = Gauge("shenguan.tasks.carded", "{task}", "亮牌的任务 / tasks with a card, by department and card")
DECIDED = Gauge("shenguan.month.decided", "{case}", "本月的审批决定 / decisions of this month")
PUSHED = Gauge("shenguan.month.pushed", "{case}", "其中已推送 / those of them that were pushed")
UNMATCHED = Gauge("shenguan.month.unmatched", "{case}", "其中未匹配 / those no link matched")
MADE = Gauge("shenguan.month.tasks", "{task}", "本月产生的任务 / tasks made this month")
CLAIMED = Gauge("shenguan.month.claimed.in.time", "{task}", "其中按时认领 / those claimed by somebody in time")
CONCLUDED = Gauge("shenguan.month.concluded", "{task}", "其中已办结 / those concluded")
GAUGES = (TASKS, OVERDUE, CARDED, DECIDED, PUSHED, UNMATCHED, MADE, CLAIMED, CONCLUDED)


async def numbers(connection: AsyncConnection, now: datetime) -> Sequence[Reading]:
    """All of them at an aware instant."""
    first = china_day(now).replace(day=1)
    return [*await _standing(connection, now), *await _decided(connection, first), *await _made(connection, first)]


async def _standing(connection: AsyncConnection, now: datetime) -> list[Reading]:
    t = task_line.c
    counted = (t.department, func.count().label("tasks"))
    states = select(*counted, t.state).where(t.state.in_(OPEN)).group_by(t.department, t.state)
    late = select(*counted).where(t.due_place <= now).group_by(t.department)
    cards = select(*counted, t.card).where(standing()).group_by(t.department, t.card)
    told = [
        TASKS.shows(each["tasks"], department=each["department"], state=each["state"])
        for each in await rows_of(connection, states)
    ]
    told += [OVERDUE.shows(each["tasks"], department=each["department"]) for each in await rows_of(connection, late)]
    told += [
        CARDED.shows(each["tasks"], department=each["department"], card=each["card"])
        for each in await rows_of(connection, cards)
    ]
    return told


async def _decided(connection: AsyncConnection, first: date) -> list[Reading]:
    c = case_line.c
    counts = select(
        func.count().label("decided"),
        func.count(c.pushed_told).label("pushed"),
        func.count(c.unmatched_told).label("unmatched"),
    ).where(c.decided_on >= first, c.decided_told.is_not(None))
    found = await first_of(connection, counts) or {}
    return [DECIDED.shows(found["decided"]), PUSHED.shows(found["pushed"]), UNMATCHED.shows(found["unmatched"])]


async def _made(connection: AsyncConnection, first: date) -> list[Reading]:
    t = task_line.c
    counts = select(
        func.count().label("made"),
        func.count().filter(t.claimed_automatically.is_(False), t.claimed_told.is_not(None)).label("claimed"),
        func.count().filter(t.state == "CLOSED").label("concluded"),
    ).where(t.task_id >= str(first_id(datetime.combine(first, time(), CHINA))))
    found = await first_of(connection, counts) or {}
    return [MADE.shows(found["made"]), CLAIMED.shows(found["claimed"]), CONCLUDED.shows(found["concluded"])]
