"""What a scenario may expect of the publicity of results (公示期望): what is owed, shown, and how much of it in time."""

from collections.abc import Mapping, Sequence
from typing import Any

from ops.scenario.expect_tasks import CARDS, REMINDERS, due, running, steps
from ops.scenario.expectation import Asker, Seen, Subject, at, size
from ops.scenario.matching import Row
from ops.scenario.statement import SOURCE

_EVER = {"from": "2000-01-01", "to": "2100-12-31"}


async def publications(asker: Asker, _asked: Sequence[Mapping[str, Any]] = ()) -> Sequence[Row]:
    """Every publication of the scenario with its clocks, and what its public address answers."""
    listed = await asker.every("supervision", "/api/v1/publicity", source_system=SOURCE)
    return [await _whole(asker, str(row["publication_no"])) for row in listed]


async def _whole(asker: Asker, number: str) -> Row:
    found = await asker.get("supervision", f"/api/v1/publicity/{number}")
    answer = await asker.send("supervision", "GET", f"/api/v1/public/results/{number}", b"")
    return {**found, "public": answer.refusal or "SHOWN", "page": answer.document}


async def _coverage(asker: Asker, _asked: Sequence[Mapping[str, Any]]) -> Sequence[Row]:
    found = await asker.get("supervision", "/api/v1/publicity/coverage", **_EVER)
    return list(found["items"])


def _corrected(row: Row) -> list[str]:
    return [name for each in (row.get("page") or {}).get("corrections", ()) for name in each["corrected"]]


SUBJECTS = (
    Subject(
        name="publicity",
        zh="抽查结果公示",
        en="results on their way to everybody",
        load=publications,
        seen=(
            Seen(name="object", zh="监管对象", en="the object", of=at("object_no"), selects=True),
            Seen(name="number", zh="检查编号", en="the inspection's number", of=at("inspection_no"), selects=True),
            Seen(name="state", zh="状态", en="the state", of=at("state")),
            Seen(name="class", zh="抽查结果类型", en="the class of the result", of=at("result_class")),
            Seen(name="due", zh="公示末日", en="last day to publicise", of=due("PUBLICISE")),
            Seen(name="right_by", zh="更正、撤下末日", en="last day to put it right", of=due("PUT_RIGHT")),
            Seen(name="running", zh="正在计时的时限", en="the clocks that run", of=running),
            Seen(name="cards", zh="已亮的牌", en="the cards given", of=steps(CARDS)),
            Seen(name="reminders", zh="已发的提醒", en="the reminders sent", of=steps(REMINDERS)),
            Seen(name="versions", zh="履历条数", en="how much was done to it", of=size(at("history"))),
            Seen(
                name="public",
                zh="公众所见：SHOWN 或拒绝代码",
                en="SHOWN, or the refusal the public meets",
                of=at("public"),
            ),
            Seen(name="name", zh="公众所见的名称", en="the name the public sees", of=at("page", "subject", "name")),
            Seen(name="uscc", zh="公众所见的代码", en="the code the public sees", of=at("page", "subject", "uscc")),
            Seen(name="corrected", zh="公众所见：更正过什么", en="what the public sees corrected", of=_corrected),
            Seen(name="cause", zh="公众所见：撤下的缘由", en="the cause of a withdrawal", of=at("page", "cause")),
        ),
    ),
    Subject(
        name="coverage",
        zh="公示率",
        en="how much is shown, per department",
        load=_coverage,
        seen=(
            Seen(name="department", zh="公示部门", en="the department", of=at("department"), selects=True),
            Seen(name="due", zh="应公示", en="owed", of=at("due")),
            Seen(name="in_time", zh="按时公示", en="shown in time", of=at("in_time")),
            Seen(name="late", zh="逾期公示", en="shown late", of=at("late")),
            Seen(name="missing", zh="逾期未公示", en="overdue and not shown", of=at("missing")),
            Seen(name="waiting", zh="未到期", en="not due yet", of=at("running")),
            Seen(name="share", zh="公示率", en="the share that is shown", of=at("share")),
        ),
    ),
)
