"""What the floor writes and tells (下限写入的行与事件): the rows and events of the product's chain, without its rules.

Each function writes the rows of one batch set-wise and answers the events that follow.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import msgspec
from uuid_utils.compat import uuid7

from benchmarks.chain import DAY, Case, Inspection

Connection: TypeAlias = "asyncpg.Connection[Any]"

DECIDED, TASK, RISK = "case.decided", "task.created", "risk.classified"
CONCLUDED, VISIT = "inspection.concluded", "visit.changed"
RECORD, GRADE = "record.added", "grade.changed"

_DAY = date.fromisoformat(DAY)
_DEPARTMENT = "DEMO-FOOD"
_encode = msgspec.json.Encoder().encode
_ENVELOPE = "/gov/640202/".ljust(1000, ".")
"""Stands for what an event carries in the product beside its body: source, schema, cause, trace, signature."""


class Event(msgspec.Struct):
    """One event with all it carries."""

    id: UUID
    type: str
    chain: int
    holder: str
    holder_name: str
    object_no: str
    object_address: str
    case_id: str
    task_id: str = ""
    inspection_no: str = ""
    facts: str = ""
    envelope: str = _ENVELOPE


SHOWN = """
CREATE TABLE told (event_id uuid PRIMARY KEY, type text, case_id text, task_id text, id_no text, payload bytea NOT NULL);
CREATE INDEX ON told (case_id, event_id);
CREATE INDEX ON told (task_id, event_id);
CREATE INDEX ON told (id_no, event_id);
CREATE TABLE case_line (case_id text PRIMARY KEY, id_no text, holder_name text, object_no text, decided_on date);
CREATE INDEX ON case_line (id_no);
CREATE INDEX ON case_line (decided_on);
CREATE TABLE task_line (
    task_id text PRIMARY KEY, case_id text, id_no text, holder_name text, object_no text, department text, state text,
    inspection_no text);
CREATE INDEX ON task_line (department, state);
CREATE INDEX ON task_line (id_no);
CREATE TABLE subject_line (id_no text PRIMARY KEY, version int NOT NULL, grade text NOT NULL, score int NOT NULL);
"""
"""The tables of the console."""


def columns(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    """Rows as the parameters of a set-wise statement."""
    return [list(column) for column in zip(*rows, strict=True)]


def _next(kind: str, event: Event, **changes: Any) -> Event:
    """What follows from an event."""
    return msgspec.structs.replace(event, id=uuid7(), type=kind, **changes)


async def decided(connection: Connection, cases: Sequence[Case]) -> list[Event]:
    """审批: subject, object and decision."""
    await connection.execute(
        "INSERT INTO subject SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) ON CONFLICT DO NOTHING",
        *columns((c.holder, "ORGANISATION", c.holder_name) for c in cases),
    )
    await connection.execute(
        "INSERT INTO supervised_object SELECT * FROM unnest($1::text[], $2::int[]) "
        "ON CONFLICT (object_no) DO UPDATE SET version = excluded.version",
        *columns((c.object_no, 1) for c in cases),
    )
    await connection.execute(
        "INSERT INTO decision SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[], $6::date[],"
        " $7::text[], $8::text[], $9::text[], $10::text[], $11::bytea[])",
        *columns(
            (
                c.case_id,
                1,
                c.kind,
                c.item_code,
                c.region,
                _DAY,
                c.holder,
                c.object_no,
                c.object_name,
                c.object_address,
                b"",
            )
            for c in cases
        ),
    )
    return [
        Event(uuid7(), DECIDED, c.chain, c.holder, c.holder_name, c.object_no, c.object_address, c.case_id)
        for c in cases
    ]


async def matched(connection: Connection, events: Sequence[Event]) -> list[Event]:
    """监管: the object of each decision, and its task."""
    await connection.execute(
        "INSERT INTO supervised_object SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[],"
        " $6::text[], $7::text[]) ON CONFLICT (object_no) DO UPDATE SET version = excluded.version",
        *columns((e.object_no, 1, e.holder, e.holder_name, e.holder_name, e.object_address, "640202") for e in events),
    )
    made = [_next(TASK, event, task_id=str(uuid7())) for event in events]
    await connection.execute(
        "INSERT INTO task (task_id, case_id, object_no, id_no, department, link_code, state)"
        " SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])",
        *columns((e.task_id, e.case_id, e.object_no, e.holder, _DEPARTMENT, "FOOD", "PENDING") for e in made),
    )
    return [told for event in made for told in (event, _next(RISK, event))]


async def inspected(connection: Connection, reports: Sequence[Inspection]) -> list[Event]:
    """监管: the task is concluded, inspection and finding are kept."""
    tasks = await connection.fetch(
        "UPDATE task SET state = 'CLOSED', inspection_no = new.inspection_no"
        " FROM unnest($1::text[], $2::text[]) AS new (object_no, inspection_no)"
        " WHERE task.object_no = new.object_no AND task.state <> 'CLOSED'"
        " RETURNING task.object_no, task.task_id, task.case_id, task.id_no",
        *columns((r.object_no, r.inspection_no) for r in reports),
    )
    task_of = {row["object_no"]: row for row in tasks}
    await connection.execute(
        "INSERT INTO inspection SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::date[],"
        " $6::text[], $7::bytea[])",
        *columns(
            (
                r.inspection_no,
                task_of[r.object_no]["task_id"],
                r.object_no,
                r.result,
                _DAY,
                ",".join(r.inspectors),
                bytes(32),
            )
            for r in reports
        ),
    )
    await connection.execute(
        "INSERT INTO finding SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])",
        *columns((r.inspection_no, r.line_code, r.severity, r.note) for r in reports),
    )
    told = []
    for r in reports:
        task = task_of[r.object_no]
        who = (task["id_no"], task["id_no"], r.object_no, "", task["case_id"], str(task["task_id"]), r.inspection_no)
        concluded = Event(uuid7(), CONCLUDED, r.chain, *who)
        told += [concluded, _next(VISIT, concluded)]
    return told


async def recorded(connection: Connection, events: Sequence[Event]) -> list[Event]:
    """信用: the subject, its record, its grade."""
    await connection.execute(
        "INSERT INTO subject SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::int[])"
        " ON CONFLICT (id_no) DO UPDATE SET version = excluded.version, grade = excluded.grade, score = excluded.score",
        *columns((e.holder, "ORGANISATION", e.holder_name, 1, "B", 850) for e in events),
    )
    await connection.execute(
        "INSERT INTO record SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],"
        " $7::text[], $8::date[], $9::date[], $10::date[])",
        *columns(
            (
                *(f"INSPECTION:{e.inspection_no}", e.holder, "INSPECTION", "GENERAL", e.inspection_no, e.object_no),
                *(_DEPARTMENT, _DAY, _DAY, _DAY),
            )
            for e in events
        ),
    )
    return [_next(kind, event) for event in events for kind in (RECORD, GRADE)]


async def held_at_approval(connection: Connection, events: Sequence[Event]) -> list[Event]:
    """审批: the newest grade; records are heard of and nothing is kept of them."""
    await _keep_grades(connection, "grade", events)
    return []


async def held_at_supervision(connection: Connection, events: Sequence[Event]) -> list[Event]:
    """监管: the newest grade."""
    await _keep_grades(connection, "subject_grade", events)
    return []


async def shown(connection: Connection, events: Sequence[Event]) -> list[Event]:
    """控制台: every event as it came, and the rows pages are made of: case, task and subject as they stand by it."""
    await connection.execute(
        "INSERT INTO told SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[])",
        *columns((e.id, e.type, e.case_id, e.task_id, e.holder, _encode(e)) for e in events),
    )
    cases = {e.case_id: e for e in events if e.type == DECIDED}
    tasks = {e.task_id: e for e in events if e.type in {TASK, CONCLUDED}}
    subjects = {e.holder: e for e in events if e.type == GRADE}
    if cases:
        await connection.execute(
            "INSERT INTO case_line SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[])"
            " ON CONFLICT (case_id) DO NOTHING",
            *columns((e.case_id, e.holder, e.holder_name, e.object_no, _DAY) for e in cases.values()),
        )
    if tasks:
        await connection.execute(
            "INSERT INTO task_line SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],"
            " $6::text[], $7::text[], $8::text[]) ON CONFLICT (task_id) DO UPDATE SET state = excluded.state,"
            " inspection_no = excluded.inspection_no",
            *columns(
                (*(e.task_id, e.case_id, e.holder, e.holder_name, e.object_no), _DEPARTMENT, e.type, e.inspection_no)
                for e in tasks.values()
            ),
        )
    if subjects:
        await _keep_grades(connection, "subject_line", list(subjects.values()))
    return []


async def heard(connection: Connection, events: Sequence[Event]) -> list[Event]:  # noqa: ARG001 - only the inbox is written
    """What is heard of and leaves nothing but its place in the inbox."""
    return []


async def _keep_grades(connection: Connection, table: str, events: Sequence[Event]) -> None:
    if grades := [event for event in events if event.type == GRADE]:
        await connection.execute(
            f"INSERT INTO {table} SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::int[])"  # noqa: S608 - ours
            " ON CONFLICT (id_no) DO UPDATE SET version = excluded.version, grade = excluded.grade, score = excluded.score",
            *columns((e.holder, 1, "B", 850) for e in grades),
        )
