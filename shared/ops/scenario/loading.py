"""Loading (取数): how the rows behind an expectation are asked for; roles become persons, cases their progress."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from ops.scenario.expect_tasks import tasks
from ops.scenario.expectation import Asker, Load
from ops.scenario.matching import AnyOf, Row
from ops.scenario.statement import SOURCE

Asked = Sequence[Mapping[str, Any]]
_ROLES = {"liaison": "liaison", "responsible": "responsible_officer", "head": "head"}
"""Role → where a task or a department names the person; a superior is the head of the department above."""
_INBOXES_AT_ONCE = 8
"""More would take every connection the services of all running scenarios share."""


def listing(service: str, path: str, **which: str) -> Load:
    """All rows of a list."""

    async def load(asker: Asker, _asked: Asked) -> Sequence[Row]:
        return await asker.every(service, path, **which)

    return load


def whole(service: str, path: str) -> Load:
    """A short list that comes in one piece."""

    async def load(asker: Asker, _asked: Asked) -> Sequence[Row]:
        page = await asker.get(service, path) or {}
        return list(page.get("items", ()))

    return load


async def people_of_roles(asker: Asker) -> dict[str, set[str]]:
    """Role → the persons and inboxes that have it on some task of the scenario, or in some department."""
    departments = await asker.every("approval", "/api/v1/departments")
    rows = [*await tasks(asker), *departments]
    heads = {str(row["code"]): str(row.get("head") or "") for row in departments}
    codes = {*heads, *(str(row["department"]) for row in rows if row.get("department"))}
    superiors = {str(row["superior"]) for row in departments if row.get("superior")}
    people = {role: {str(row[name]) for row in rows if row.get(name)} for role, name in _ROLES.items()}
    people["superior"] = superiors | {heads.get(code, "") for code in superiors} - {""}
    for role in ("liaison", "head", "superior"):
        people[role] |= {f"{role.upper()}:{code}" for code in codes}
    people["linkage_office"] = {f"LINKAGE_OFFICE:{row['region']}" for row in rows if row.get("region")}
    return people


async def notices(asker: Asker, asked: Asked = ()) -> list[Row]:
    """Every notice of everybody with a role or asked for by code, each with the names its receiver goes by."""
    roles = await people_of_roles(asker)
    cases = {f"task:{task['task_id']}": task.get("case_id") for task in await tasks(asker)}
    persons = {str(entry["to"]) for entry in asked if entry.get("to")} - set(roles)
    persons |= {person for people in roles.values() for person in people}

    few = asyncio.Semaphore(_INBOXES_AT_ONCE)

    async def inbox(service: str, person: str) -> list[Row]:
        named = AnyOf((person, *(role for role, people in roles.items() if person in people)))
        async with few:
            rows = await asker.every(service, "/api/v1/notices", person=person)
        return [{**row, "to": named, "case_id": cases.get(str(row.get("about")))} for row in rows]

    boxes = [inbox(service, person) for service in ("supervision", "approval", "credit") for person in sorted(persons)]
    return [row for rows in await asyncio.gather(*boxes) for row in rows]


async def credit(asker: Asker, asked: Asked) -> list[Row]:
    """The subjects named, as credit knows them, with the grade approval and supervision hold."""
    found: list[Row] = []
    for entry in asked:
        id_type, id_no = str(entry.get("id_type", "001")), str(entry.get("uscc", entry.get("id_no")))
        subject = await asker.get("credit", f"/api/v1/subjects/{id_type}/{id_no}") or {}
        held = {
            service: await asker.get(service, f"/api/v1/grades/{id_type}/{id_no}") or {}
            for service in ("approval", "supervision")
        }
        found.append({**subject, "id_type": id_type, "id_no": id_no, **held})
    return found


async def approval(asker: Asker, asked: Asked) -> list[Row]:
    """The cases named, as the approver sees them: a row for each task behind them, or one when there is none."""
    found: list[Row] = []
    for number in dict.fromkeys(str(entry["case"]) for entry in asked):
        path = f"/api/v1/cases/{SOURCE}/{number}"
        case = await asker.get("approval", path) or {}
        progress = await asker.get("approval", f"{path}/progress") or {}
        raised: Sequence[Row] = ()
        if any("feedback" in entry for entry in asked):
            raised = await asker.every("approval", "/api/v1/feedback", source_system=SOURCE, case_id=number)
        whole = {**case, **progress, "case_id": number, "feedback": raised}
        behind: Sequence[Row] = progress.get("tasks") or [{}]
        found += [{**whole, "task": task} for task in behind]
    return found


async def deadlines(asker: Asker, _asked: Asked) -> list[Row]:
    """Every deadline of every task."""
    return [
        {
            **deadline,
            "case_id": task.get("case_id"),
            "object_no": task.get("object_no"),
            "of_department": task.get("department"),
        }
        for task in await tasks(asker)
        for deadline in task.get("deadlines") or ()
    ]
