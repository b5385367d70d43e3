"""Numbers (业务指标) operators watch: open and overdue tasks, cards, and what became of this month's decisions.

Cases count in the month of their decision, tasks in the month they were made; both in China. The read model keeps these
counts with its rows; only what is overdue is counted here.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Label, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.metrics import Gauge, Reading
from chassis.rows import first_of, rows_of
from console.queries.cards import OPEN
from console.tables import case_month_count, task_line, task_month_count, task_state_count
from kernel.clock import china_day

TASKS = Gauge("shenguan.tasks.open", "{task}", "未办结的任务 / open tasks, by department and state")
OVERDUE = Gauge("shenguan.tasks.overdue", "{task}", "已超期的任务 / overdue tasks, by department")
CARDED = Gauge("shenguan.tasks.carded", "{task}", "亮牌的任务 / tasks with a card, by department and card")
DECIDED = Gauge("shenguan.month.decided", "{case}", "本月的审批决定 / decisions of this month")
PUSHED = Gauge("shenguan.month.pushed", "{case}", "其中已推送 / those of them that were pushed")
UNMATCHED = Gauge("shenguan.month.unmatched", "{case}", "其中未匹配 / those no link matched")
MADE = Gauge("shenguan.month.tasks", "{task}", "本月产生的任务 / tasks made this month")
CLAIMED = Gauge("shenguan.month.claimed.in.time", "{task}", "其中按时认领 / those claimed by somebody in time")
CONCLUDED = Gauge("shenguan.month.concluded", "{task}", "其中已办结 / those concluded")
_OF_MONTH = {
    "decided": DECIDED,
    "pushed": PUSHED,
    "unmatched": UNMATCHED,
    "tasks": MADE,
    "claimed_in_time": CLAIMED,
    "concluded": CONCLUDED,
}
GAUGES = (TASKS, OVERDUE, CARDED, *_OF_MONTH.values())


async def numbers(connection: AsyncConnection, now: datetime) -> Sequence[Reading]:
    """All of them at an aware instant."""
    return [*await _standing(connection, now), *await _month(connection, china_day(now).replace(day=1))]


async def _standing(connection: AsyncConnection, now: datetime) -> list[Reading]:
    c, t = task_state_count.c, task_line.c
    counts = select(c.department, c.state, *_sums(c, "tasks", "red", "yellow")).group_by(c.department, c.state)
    told = [
        TASKS.shows(each["tasks"], department=each["department"], state=each["state"])
        for each in await rows_of(connection, counts.where(c.state.in_(OPEN)))
    ]
    cards = select(c.department, *_sums(c, "red", "yellow")).group_by(c.department)
    for each in await rows_of(connection, cards):
        told += [
            CARDED.shows(each[card], department=each["department"], card=card.upper()) for card in ("red", "yellow")
        ]
    late = select(t.department, func.count().label("tasks")).where(t.due_place <= now).group_by(t.department)
    told += [OVERDUE.shows(each["tasks"], department=each["department"]) for each in await rows_of(connection, late)]
    return told


async def _month(connection: AsyncConnection, first: date) -> list[Reading]:
    c, t = case_month_count.c, task_month_count.c
    decided = select(*_sums(c, "decided", "pushed", "unmatched")).where(c.month == first)
    made = select(*_sums(t, "tasks", "claimed_in_time", "concluded")).where(t.month == first)
    found = (await first_of(connection, decided) or {}) | (await first_of(connection, made) or {})
    return [gauge.shows(found[name]) for name, gauge in _OF_MONTH.items()]


def _sums(columns: Any, *names: str) -> list[Label[int]]:
    return [func.coalesce(func.sum(columns[name]), 0).label(name) for name in names]
