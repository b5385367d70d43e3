"""Day-by-day count (逐日计算) of one deadline as services answer it: why the last day is the last day. Pure."""

from typing import Any

from kernel.calendar import Calendar
from kernel.clock import china_day
from kernel.deadline import Deadline
from kernel.refusal import Refusal

_LONGEST_COUNT = 7320
"""Days: a limit of ten years, and as much again of stops and extensions."""


def day_by_day(deadline: Deadline, calendar: Calendar) -> dict[str, Any]:
    """Every day from the start to the last, in China. Refuses ``count-too-long`` for one extended out of sight."""
    if (deadline.due_on - china_day(deadline.started_at)).days > _LONGEST_COUNT:
        raise Refusal(
            code="count-too-long",
            zh=f"逐日计算最多 {_LONGEST_COUNT} 天；该时限到期日为 {deadline.due_on}，各次延长见详情 deadlines",
            en=f"a count has at most {_LONGEST_COUNT} days; this one is due on {deadline.due_on}, "
            "see deadlines for what extended it",
        )
    days = [
        {"day": each.day, "number": each.number, "why": list(each.why), "source": each.source}
        for each in deadline.explained(calendar)
    ]
    return {"deadline_id": deadline.deadline_id, "limit": str(deadline.limit), "due_on": deadline.due_on, "days": days}
