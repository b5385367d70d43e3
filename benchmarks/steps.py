"""The steps of a chain as single statements (逐步语句): what a peer that works message by message writes at each step.

One statement is one transaction and one round trip. A step done twice changes nothing: every row has a natural key.
The parameters are the names of ``chain.py``; drivers that number them get the same text with numbers.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import asyncpg
from sqlalchemy import TextClause, text
from sqlalchemy.dialects.postgresql.asyncpg import dialect

GRADE: dict[str, Any] = {"version": 1, "grade": "B", "score": 850}
"""What credit makes of the one failed inspection."""


_DIALECT: Any = dialect


class Step:
    """One statement with named parameters, for SQLAlchemy and for asyncpg."""

    def __init__(self, sql: str) -> None:
        self.text: TextClause = text(sql)

    async def run(self, pool: "asyncpg.Pool[Any]", facts: Mapping[str, Any]) -> Any:
        """Do it with asyncpg; answers its row, if it has one."""
        sql, names = self._numbered
        return await pool.fetchrow(sql, *(facts[name] for name in names))

    @cached_property
    def _numbered(self) -> tuple[str, list[str]]:
        compiled: Any = self.text.compile(dialect=_DIALECT())
        return compiled.string, compiled.positiontup


DECIDE = Step("""
WITH holder AS (INSERT INTO subject VALUES (:holder, 'ORGANISATION', :holder_name) ON CONFLICT DO NOTHING),
     object AS (INSERT INTO supervised_object VALUES (:object_no, 1) ON CONFLICT DO NOTHING)
INSERT INTO decision VALUES (:case_id, 1, :kind, :item_code, :region, CAST(CAST(:decided_on AS text) AS date), :holder,
                             :object_no, :object_name, :object_address, decode(repeat('00', 32), 'hex'))
ON CONFLICT DO NOTHING RETURNING case_id
""")
"""审批: subject, object, decision."""

MATCH = Step("""
WITH object AS (INSERT INTO supervised_object
                VALUES (:object_no, 1, :holder, :holder_name, :object_name, :object_address, :region)
                ON CONFLICT DO NOTHING RETURNING object_no)
INSERT INTO task (task_id, case_id, object_no, id_no, department, link_code, state)
SELECT gen_random_uuid(), :case_id, object_no, :holder, 'DEMO-FOOD', 'FOOD', 'PENDING' FROM object
RETURNING CAST(task_id AS text) AS task_id
""")
"""监管: the object and its task."""

INSPECT = Step("""
WITH found AS (UPDATE task SET state = 'CLOSED', inspection_no = :inspection_no
               WHERE object_no = :object_no AND state <> 'CLOSED' RETURNING task_id, id_no, case_id),
     kept AS (INSERT INTO inspection
              SELECT :inspection_no, task_id, :object_no, :result, CAST(CAST(:inspected_on AS text) AS date),
                     'officer-1,officer-2', decode(repeat('00', 32), 'hex') FROM found),
     finding AS (INSERT INTO finding SELECT :inspection_no, :line_code, :severity, :note FROM found)
SELECT CAST(task_id AS text) AS task_id, id_no AS holder, case_id FROM found
""")
"""监管: task, inspection, finding. Its row is the holder and case of the task; none when the task was concluded."""

RECORD = Step("""
WITH owner AS (INSERT INTO subject VALUES (:holder, 'ORGANISATION', :holder, :version, :grade, :score)
               ON CONFLICT (id_no) DO UPDATE SET version = excluded.version, grade = excluded.grade)
INSERT INTO record VALUES ('INSPECTION:' || :inspection_no, :holder, 'INSPECTION', 'GENERAL', :inspection_no, :object_no,
                           'DEMO-FOOD', CAST(CAST(:inspected_on AS text) AS date), NULL, NULL)
ON CONFLICT DO NOTHING RETURNING record_id
""")
"""信用: subject and record."""

_HOLD = """
INSERT INTO {} VALUES (:holder, :version, :grade, :score)
ON CONFLICT (id_no) DO UPDATE SET version = excluded.version, grade = excluded.grade, score = excluded.score
"""
HOLD_AT_APPROVAL = Step(_HOLD.format("grade"))
HOLD_AT_SUPERVISION = Step(_HOLD.format("subject_grade"))
