"""What a scenario may expect of random draws (抽取的期望): as the public sees them, and what became of the objects."""

from collections.abc import Mapping, Sequence
from typing import Any

from ops.scenario.expectation import Asker, Seen, Subject, at
from ops.scenario.loading import listing
from ops.scenario.matching import Row

_DRAW = Seen(name="draw", zh="抽取编号", en="the draw", of=at("draw_no"), selects=True)


async def _drawn(asker: Asker, asked: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The objects of the draws named, a row for each department that sends officers."""
    found: list[Row] = []
    for number in dict.fromkeys(str(entry["draw"]) for entry in asked):
        rows = await asker.every("supervision", f"/api/v1/draws/{number}/objects")
        found += [
            {**row, "department": department, "sent": sorted(officers)}
            for row in rows
            for department, officers in row["officers"].items()
        ]
    return found


DRAWS = (
    Subject(
        name="draws",
        zh="抽取（公示所见）",
        en="draws as the public sees them",
        load=listing("supervision", "/api/v1/public/draws"),
        seen=(
            _DRAW,
            Seen(name="state", zh="状态", en="the state", of=at("state")),
            Seen(name="objects", zh="池中对象数", en="objects of the pool", of=at("objects")),
            Seen(name="quota", zh="抽取对象数", en="how many are drawn", of=at("quota")),
            Seen(name="value", zh="公开数", en="the public value", of=at("value")),
            Seen(name="reason", zh="取消的原因", en="why it was cancelled", of=at("reason")),
        ),
    ),
    Subject(
        name="drawn",
        zh="抽中对象：每个部门一行",
        en="objects drawn, a row for each department",
        load=_drawn,
        needs=("draw",),
        seen=(
            _DRAW,
            Seen(name="object", zh="对象编号", en="the object", of=at("object_no"), selects=True),
            Seen(name="department", zh="部门", en="the department", of=at("department"), selects=True),
            Seen(name="outcome", zh="去向", en="what became of it", of=at("outcome")),
            Seen(name="officers", zh="抽中的执法人员，按编号", en="the officers drawn, by code", of=at("sent")),
        ),
    ),
)
"""The subjects of draws."""
