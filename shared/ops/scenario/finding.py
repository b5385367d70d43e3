"""Finding (查找): the task, deadline, feedback, notice, list entry or bar a verb speaks of, by the few words a scenario uses."""

from collections.abc import Mapping, Sequence
from typing import Any

from ops.scenario.asking import Asking, StepFailed
from ops.scenario.expect_credit_redress import on_records, records
from ops.scenario.expect_rest import SUBJECTS
from ops.scenario.expectation import Reach
from ops.scenario.loading import notices
from ops.scenario.matching import same, told
from ops.scenario.statement import SOURCE
from ops.scenario.verb import Finds

Row = Mapping[str, Any]
_ENDED = {
    *("CLOSED", "CANCELLED", "DONE", "CONCLUDED", "ANSWERED", "READ", "LIFTED", "ENDED"),
    *("EXPIRED", "REPAIRED", "WITHDRAWN", "REJECTED", "GRANTED", "DENIED", "UPHELD"),
}
_TABLE = {
    Finds.TASK: "tasks",
    Finds.DEADLINE: "tasks",
    Finds.FEEDBACK: "feedback",
    Finds.NOTICE: "notices",
    Finds.ENTRY: "lists",
    Finds.BAR: "bars",
    Finds.RECORD: "records",
    Finds.REPAIR: "repairs",
    Finds.OBJECTION: "objections",
    Finds.VISIT: "site_visits",
    Finds.PUBLICATION: "publicity",
}


async def find(asking: Asking, finds: Finds, said: Mapping[str, Any]) -> Row:
    """The one thing meant; what has ended is meant only when nothing else is. Raises StepFailed."""
    rows = await _rows(asking, finds, said)
    reaches: dict[str, Reach] = {seen.name: seen.of for seen in SUBJECTS[_TABLE[finds]].seen if seen.selects}
    wanted = {name: value for name, value in said.items() if name in reaches}
    meant = [row for row in rows if all(same(value, reaches[name](row)) for name, value in wanted.items())]
    going = [row for row in meant if not _ended(row)] or meant[-1:]
    if len(going) == 1:
        return going[0]
    known = "，".join(told({name: reach(row) for name, reach in reaches.items()}) for row in going or rows) or "无 none"
    if not going:
        raise StepFailed(f"找不到 {finds.value} {told(wanted)}；现有 {known}", f"there is no such {finds.value}")
    raise StepFailed(
        f"{told(wanted)} 有 {len(going)} 个，请写明是哪一个：{known}", f"{len(going)} are meant; say which one"
    )


async def officers(asking: Asking, department: str) -> list[str]:
    """The inspectors of a department in the order of their codes."""
    rows = await asking.every("supervision", "/api/v1/inspectors", department=department)
    return sorted(str(row["code"]) for row in rows)


async def _rows(asking: Asking, finds: Finds, said: Row) -> Sequence[Row]:
    match finds:
        case Finds.FEEDBACK:
            return await asking.every("approval", "/api/v1/feedback")
        case Finds.ENTRY | Finds.BAR | Finds.PUBLICATION | Finds.VISIT:
            return await SUBJECTS[_TABLE[finds]].load(asking, [said])
        case Finds.NOTICE:
            return await notices(asking, [said])
        case Finds.RECORD:
            return await records(asking)
        case Finds.REPAIR | Finds.OBJECTION:
            return await on_records(f"/api/v1/{_TABLE[finds]}")(asking, ())
        case _:
            return await asking.every("supervision", "/api/v1/tasks", source_system=SOURCE)


def _ended(row: Row) -> bool:
    return str(row.get("state")) in _ENDED or bool(row.get("read_at") or row.get("left_on"))
