"""City (一座城市): the console's read model as a city leaves it after eighteen months, built in the server by INSERT … SELECT.

Cases in equal steps of time up to now; twelve departments, the largest with a quarter of the tasks; 500 items; a source
with six tenths of the cases and one with a thousandth; 200,000 subjects of four grades. Of a hundred cases 3 match no
link, 7 are only registered and 90 have a task: closed when older than two months, else in every state. Six tasks of a
hundred were shown a card, most of which are over. What was told of a case lies beside it, as it was told of the model.
"""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from chassis.database import Connection
from ops.bench import model
from ops.bench.copies import without_indexes
from ops.bench.ground import SOURCE
from ops.bench.offline import offline
from ops.failure import CannotRun
from ops.services import database_name

CASES = 1_000_000
_PORTION = 100_000
TABLES = ("case_line", "task_line", "subject_line", "told")
DAYS = 540
SOURCES = ("yct", "hall", "sector", "town")
_SUBJECTS = 200_000
_DRAWN = """
SELECT source_system, case_id, item_code, id_no FROM case_line TABLESAMPLE BERNOULLI ({percent}) REPEATABLE (7)
 ORDER BY md5(case_id) LIMIT 500
"""
_DRAWN_FROM = 2000
_SEED = """
CREATE TEMP TABLE seed AS
SELECT g, clock_timestamp() - make_interval(secs => ($3 - g) * {days} * 86400.0 / $3) AS at,
       'C' || g AS case_id, 'O' || g AS object_no, 'B' || lpad((g * 7919 % 500)::text, 4, '0') AS item,
       (ARRAY[{sources}])[CASE WHEN g % 10 < 6 THEN 1 WHEN g % 10 < 8 THEN 2
            WHEN g % 1000 = 999 THEN 4 ELSE 3 END] AS source,
       'CITY-' || lpad(floor(12 * power((g * 48271 % 65521) / 65521.0, 2))::int::text, 2, '0') AS department,
       '91640200MA' || lpad((g * 15485863 % {subjects})::text, 8, '0') AS id_no,
       (ARRAY['640202', '640205', '640221'])[1 + g % 3] AS region,
       g % 100 AS lot, g * 104729 % 1000 AS chance
  FROM generate_series($1::bigint, $2::bigint) AS g
"""
_ID = """
CREATE FUNCTION pg_temp.id(at timestamptz, g bigint, kind int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(kind), 3, '0')
        || '8' || lpad(to_hex(g), 15, '0'))::uuid
$$
"""
_CASE = """
INSERT INTO case_line (source_system, case_id, decided_told, revision, kind, item_code, decided_on, licence_no, id_type,
    id_no, subject_kind, subject_name, object_no, object_name, region, unmatched_told, pushed_told, pushed_at)
SELECT source, case_id, pg_temp.id(at, g, 1), 1, (ARRAY['NEW', 'NEW', 'CHANGE', 'RENEW'])[1 + g % 4], item, at::date,
       '许' || g, '001', id_no, 'ORGANISATION', '示例商贸有限公司' || right(id_no, 6), object_no, '示例门店' || g, region,
       CASE WHEN lot < 3 THEN pg_temp.id(at + interval '1 s', g, 2) END,
       CASE WHEN lot >= 10 THEN pg_temp.id(at + interval '1 s', g, 3) END,
       CASE WHEN lot >= 10 THEN at + interval '1 s' END
  FROM seed
"""
_MADE = """
CREATE TEMP TABLE made AS
SELECT *, CASE WHEN age > 60 OR chance < 300 THEN CASE WHEN chance % 50 = 0 THEN 'CANCELLED' ELSE 'CLOSED' END
            WHEN chance < 500 THEN 'PENDING_CLAIM' WHEN chance < 650 THEN 'CLAIMED' WHEN chance < 700 THEN 'RETURNED'
            WHEN chance < 720 THEN 'DISPUTED' WHEN chance < 800 THEN 'PLANNED' WHEN chance < 900 THEN 'INSPECTING'
            WHEN chance < 980 THEN 'RECTIFYING' ELSE 'REFERRED' END AS state,
       CASE WHEN g % 50 < 2 THEN 'YELLOW' WHEN g % 50 = 2 THEN 'RED' ELSE '' END AS card
  FROM seed, LATERAL (SELECT extract(day FROM clock_timestamp() - at) AS age) AS aged WHERE lot >= 10
"""
_TASK = """
INSERT INTO task_line (task_id, made_told, named_told, state_told, held_told, claimed_told, card_told, due_told, result_told,
    source_system, case_id, method, purpose, relation, link_code, draw_no, ad_hoc, created_at, id_type, id_no, subject_kind,
    subject_name, object_no, object_name, object_address, region, department, state, state_at, claimed_by, claimed_at,
    claimed_automatically, card, card_kind, card_due_on, due_kind, due_at, due_on, result, inspection_no, inspected_on)
SELECT pg_temp.id(at, g, 10), pg_temp.id(at + interval '1 s', g, 3), pg_temp.id(at + interval '9 d', g, 5),
       pg_temp.id(at + interval '9 d', g, 5), pg_temp.id(at + interval '1 d', g, 4),
       CASE WHEN claimed THEN pg_temp.id(at + interval '1 d', g, 4) END,
       CASE WHEN card <> '' THEN pg_temp.id(at + interval '9 d 1 s', g, 6) END, pg_temp.id(at + interval '9 d', g, 5),
       CASE WHEN state = 'CLOSED' THEN pg_temp.id(at + interval '9 d', g, 5) END,
       source, case_id, 'ON_SITE', 'ROUTINE', '', 'L' || right(item, 4), '', false, at + interval '1 s', '001', id_no,
       'ORGANISATION', '示例商贸有限公司' || right(id_no, 6), object_no, '示例门店' || g, '示例路 ' || g % 900 || ' 号', region,
       department, state, at + interval '9 d', CASE WHEN claimed THEN department || '-' || g % 40 ELSE '' END,
       CASE WHEN claimed THEN at + interval '1 d' END, claimed AND g % 9 = 0, card,
       CASE WHEN card = '' THEN '' WHEN state = 'RECTIFYING' THEN 'RECTIFY' WHEN state = 'RETURNED' THEN 'ROUTE'
            WHEN state = 'PENDING_CLAIM' THEN 'CLAIM' ELSE 'FIRST_CHECK' END,
       CASE WHEN card <> '' THEN (at + interval '8 d')::date END, 'FIRST_CHECK', due, due::date,
       CASE WHEN state = 'CLOSED' THEN CASE WHEN g % 8 = 0 THEN 'FAIL' ELSE 'PASS' END ELSE '' END,
       CASE WHEN state = 'CLOSED' THEN 'I' || g ELSE '' END, CASE WHEN state = 'CLOSED' THEN (at + interval '9 d')::date END
  FROM made, LATERAL (SELECT state NOT IN ('PENDING_CLAIM', 'RETURNED', 'DISPUTED') AS claimed,
        CASE WHEN state NOT IN ('CLOSED', 'CANCELLED') THEN at + make_interval(days => 30 + (g % 40)::int) END AS due) AS told
"""
_MODEL = """
CREATE TEMP TABLE model AS
SELECT row_number() OVER w AS kind, service, fact, task_id, department, convert_from(payload, 'UTF8') AS body,
       (row_number() OVER w - 1) * interval '9 days' / greatest(1, count(*) OVER () - 1) AS later
  FROM told WHERE case_ref = $1 WINDOW w AS (ORDER BY event_id)
"""
_TOLD = """
INSERT INTO told (event_id, service, fact, at, source_system, aggregate, case_ref, task_id, subject_ref, object_ref, cause,
    trace, region, department, payload)
SELECT pg_temp.id(at + later, g, 100 + kind::int), service, fact, at + later, source, case_id, source || ':' || case_id,
       CASE WHEN task_id = '' THEN '' ELSE pg_temp.id(at, g, 10)::text END, '001:' || id_no, source || ':' || object_no,
       CASE kind WHEN 1 THEN '' ELSE pg_temp.id(at, g, 101)::text END, md5(g::text), seed.region,
       CASE WHEN model.department = '' THEN '' ELSE seed.department END,
       convert_to(replace(replace(replace(replace(body, '"{case}"', '"' || case_id || '"'), '"{subject}"', '"' || id_no || '"'),
           '"{item}"', '"' || item || '"'), '"{link}"', '"L' || right(item, 4) || '"'), 'UTF8')
  FROM seed, model WHERE kind = 1 OR (lot >= 10 AND at + later < clock_timestamp())
"""
_SUBJECT = """
INSERT INTO subject_line (id_type, id_no, named_told, kind, name, graded_told, grade, score, version, assessed_on)
SELECT '001', '91640200MA' || lpad(g::text, 8, '0'), pg_temp.id(now(), g, 20), 'ORGANISATION', '示例商贸有限公司' || g,
       pg_temp.id(now(), g, 21), (ARRAY['B', 'B', 'B', 'B', 'B', 'B', 'A', 'A', 'C', 'D'])[1 + g % 10], 600 + g % 400, 1,
       current_date
  FROM generate_series(0, {subjects} - 1) AS g
"""
Said = Callable[[str, str], None]


@dataclass(frozen=True)
class Built:
    """What stands (已建成的). ``rows``: table → its rows; ``drawn``: some of the cases, by what they are looked for."""

    rows: dict[str, int]
    drawn: list[dict[str, str]]


async def build(folder: Path, cases: int, say: Said) -> Built:
    """Fill the read model of a stack the model ran on; nothing of it is in memory afterwards."""
    async with offline(folder) as server:
        connection: Connection = await asyncpg.connect(server.admin_url(database_name("console")))
        try:
            await fill(connection, cases, say)
            for table in TABLES:
                await connection.execute(f"VACUUM ANALYZE {table}")
            await connection.execute("CHECKPOINT")
            rows = {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}  # noqa: S608
            percent = min(100.0, 100 * _DRAWN_FROM / cases)
            drawn = [dict(row) for row in await connection.fetch(_DRAWN.format(percent=percent))]
        finally:
            await connection.close()
    await asyncio.to_thread(_forgotten, folder)
    return Built(rows, drawn)


def _forgotten(folder: Path) -> None:
    """Tell the kernel that no file of a folder is needed in memory."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


async def fill(connection: Connection, cases: int, say: Said) -> None:
    """The rows alone. Raises CannotRun: nothing was told of the model."""
    await connection.execute(_ID)
    await connection.execute(_MODEL, f"{SOURCE}:{model.CASE}")
    if not await connection.fetchval("SELECT count(*) FROM model"):
        raise CannotRun(
            zh="读模型里没有样板的事件，填不了；请看控制台的日志",
            en="the read model has no events of the model to fill it from; look at the console's log",
        )
    told = _TOLD.format(case=model.CASE, subject=model.SUBJECT, item=model.ITEM, link=model.LINK)
    seed = _SEED.format(days=DAYS, subjects=_SUBJECTS, sources=", ".join(f"'{each}'" for each in SOURCES))
    async with without_indexes(connection, TABLES):
        await connection.execute(_SUBJECT.format(subjects=_SUBJECTS))
        for first in range(1, cases + 1, _PORTION):
            last = min(cases, first + _PORTION - 1)
            await connection.execute(seed, first, last, cases)
            for statement in (_CASE, _MADE, _TASK, told):
                await connection.execute(statement)
            await connection.execute("DROP TABLE seed, made")
            say(f"已填 {last} 个办件", f"{last} cases are in place")
