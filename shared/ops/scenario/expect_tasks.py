"""What a scenario may expect of tasks (监管任务的期望), and how each key is read from what supervision shows."""

from collections.abc import Mapping, Sequence
from typing import Any

from ops.scenario.expectation import Asker, Reach, Seen, Subject, at, day, first, size
from ops.scenario.matching import Row
from ops.scenario.statement import SOURCE

CARDS = ("YELLOW", "RED")
REMINDERS = ("HALF", "BEFORE")


async def tasks(asker: Asker, asked: Sequence[Mapping[str, Any]] = ()) -> Sequence[Row]:
    """Every task of the scenario with all its detail; joint visits and evidence where they are asked for."""
    listed = await asker.every("supervision", "/api/v1/tasks", source_system=SOURCE)
    visits: Sequence[Row] = ()
    if any("joint" in entry for entry in asked):
        visits = await asker.every("supervision", "/api/v1/visits", source_system=SOURCE)
    joint = {
        str(task["task_id"] if isinstance(task, Mapping) else task)
        for visit in visits
        if len(visit.get("departments", ())) > 1
        for task in visit.get("tasks", ())
    }
    whole = [await asker.get("supervision", f"/api/v1/tasks/{task['task_id']}") or task for task in listed]
    kept: dict[str, Sequence[Row]] = {}
    if any("evidence" in entry for entry in asked):
        paths = {str(task["task_id"]): f"/api/v1/tasks/{task['task_id']}/evidence" for task in listed}
        kept = {number: await asker.every("supervision", path) for number, path in paths.items()}
    return [
        {**task, "joint": str(task["task_id"]) in joint, "evidence": kept.get(str(task["task_id"]), ())}
        for task in whole
    ]


def steps(among: Sequence[str]) -> Reach:
    """The ladder's steps taken on any deadline of the task."""

    def reach(row: Row) -> list[str]:
        taken = {str(step[0] if isinstance(step, list) else step.get("step", step) if isinstance(step, Mapping) else step)
                 for deadline in row.get("deadlines") or () for step in deadline.get("steps") or ()}  # fmt: skip
        return [step for step in among if step in taken]

    return reach


def due(kind: str) -> Reach:
    """The last day of the task's newest deadline of a kind."""

    def reach(row: Row) -> Any:
        days = [deadline.get("due_on") for deadline in row.get("deadlines") or () if deadline.get("kind") == kind]
        return days[-1] if days else None

    return reach


def handed_over(row: Row) -> int:
    """How often the task was handed over, by its trace."""
    return sum(str(change.get("verb")) == "hand_over" for change in row.get("history") or ())


def running(row: Row) -> list[str]:
    """The kinds of deadlines that run now."""
    return [str(each.get("kind")) for each in row.get("deadlines") or () if each.get("state") == "RUNNING"]


def claimed_by(row: Row) -> Any:
    """Who claimed it; ``auto`` when the system did."""
    return "auto" if row.get("claimed_automatically") else row.get("claimed_by")


def last_reason(row: Row) -> Any:
    """Why it was closed, else the reason of the last change that gave one."""
    changes = [change.get("reason") for change in row.get("history") or () if change.get("reason")]
    return row.get("close_reason") or (changes[-1] if changes else None)


TASKS = Subject(
    name="tasks",
    zh="监管任务",
    en="tasks",
    load=tasks,
    seen=(
        Seen(name="case", zh="产生它的办件", en="the case that made it", of=at("case_id"), selects=True),
        Seen(name="object", zh="监管对象", en="the object", of=at("object_no"), selects=True),
        Seen(name="department", zh="监管部门", en="the department", of=at("department"), selects=True),
        Seen(name="purpose", zh="目的", en="its purpose", of=at("purpose"), selects=True),
        Seen(name="link", zh="联动关系", en="the link", of=at("link_code"), selects=True),
        Seen(name="state", zh="状态", en="the state", of=at("state")),
        Seen(name="claimed_by", zh="认领人，或 auto（自动认领）", en="who claimed it, or auto", of=claimed_by),
        Seen(name="holder", zh="现办理人", en="who holds it now", of=first(at("officer"), at("claimed_by"))),
        Seen(name="claim_due", zh="认领到期日", en="last day to claim", of=due("CLAIM")),
        Seen(name="check_due", zh="首检到期日", en="last day of the first check", of=due("FIRST_CHECK")),
        Seen(name="route_due", zh="改派到期日", en="last day to route", of=due("ROUTE")),
        Seen(name="arbitration_due", zh="裁定到期日", en="last day to arbitrate", of=due("ARBITRATION")),
        Seen(name="rectify_due", zh="整改到期日", en="last day to rectify", of=due("RECTIFY")),
        Seen(
            name="commitment_due",
            zh="承诺核查到期日",
            en="last day of the commitment's check",
            of=due("COMMITMENT_CHECK"),
        ),
        Seen(name="feedback_due", zh="反馈到期日", en="last day of the feedback", of=due("FEEDBACK")),
        Seen(name="running", zh="正在计时的时限种类", en="kinds of deadlines that run", of=running),
        Seen(name="cards", zh="黄牌、红牌：YELLOW、RED", en="cards", of=steps(CARDS)),
        Seen(name="reminders", zh="提醒：HALF、BEFORE", en="reminders", of=steps(REMINDERS)),
        Seen(name="planned_on", zh="排期日", en="the planned day", of=at("planned_on")),
        Seen(name="reason", zh="办结、退回等的原因", en="the reason of its end or last change", of=last_reason),
        Seen(name="rounds", zh="整改轮次", en="rounds of rectification", of=size(at("rounds"))),
        Seen(name="result", zh="检查结果", en="the inspection's result", of=at("inspection", "result")),
        Seen(name="inspection", zh="检查编号", en="the inspection's number", of=at("inspection", "inspection_no")),
        Seen(name="referred", zh="是否已移送", en="referred or not", of=lambda row: bool(row.get("referral"))),
        Seen(name="method", zh="监管方式", en="the method", of=at("method")),
        Seen(name="relation", zh="主责、协同", en="primary or coordinate", of=at("relation")),
        Seen(name="checklist", zh="检查表", en="the checklist", of=at("checklist")),
        Seen(name="catalogue", zh="目录版本", en="the catalogue version", of=at("catalogue_version")),
        Seen(name="joint", zh="是否综合查一次", en="part of a joint visit", of=at("joint")),
        Seen(name="created_on", zh="产生日", en="the day it was made", of=day(at("created_at"))),
        Seen(name="closed_on", zh="办结日", en="the day it ended", of=day(at("closed_at"))),
        Seen(name="handovers", zh="交接次数", en="how often it was handed over", of=handed_over),
        Seen(name="evidence", zh="证据文件数", en="evidence files", of=size(at("evidence"))),
    ),
)
