"""Rows of licences (双公示 行政许可) from approval's own tables; persons are opened here and leave masked.

A case stands where its first revision stood and says what its last one says. What ended a licence is the first ending
decision on the same object and item after it.
"""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from approval.domain.holder import name_place, number_place
from approval.domain.licence_export import GRANTING, LicenceCategories, LicenceFacts, licence_row
from approval.ports import Identity
from chassis.database import Connection
from chassis.exports.dataset import Dataset
from kernel.decision import ENDING, DecisionKind
from kernel.export import Candidate
from kernel.field_table import FieldTable
from kernel.subject import SubjectKind

_GRANTING = ", ".join(f"'{kind}'" for kind in sorted(GRANTING))
_ENDING = ", ".join(f"'{kind}'" for kind in sorted(ENDING))
_ROWS = f"""
WITH wanted AS (
    SELECT source_system, case_id FROM decision WHERE decided_on BETWEEN $1 AND $2
     UNION
    SELECT source_system, case_id FROM unnest($3::text[], $4::text[]) AS k (source_system, case_id)
), said AS (
    SELECT DISTINCT ON (source_system, case_id) d.*,
           min(d.object_version) OVER (PARTITION BY source_system, case_id) AS place
      FROM wanted JOIN decision d USING (source_system, case_id)
     ORDER BY source_system, case_id, d.revision DESC
)
SELECT said.*, s.kind AS subject_kind, s.name, s.sealed_no, s.sealed_name, coalesce(i.name, '') AS item_name,
       coalesce(i.department, '') AS department, coalesce(p.name, '') AS department_name,
       coalesce(p.uscc, '') AS department_uscc,
       (SELECT e.kind FROM decision e
         WHERE e.object_no = said.object_no AND e.source_system = said.source_system AND e.item_code = said.item_code
           AND e.object_version > said.place AND e.kind IN ({_ENDING})
           AND NOT EXISTS (SELECT FROM decision n WHERE n.source_system = e.source_system AND n.case_id = e.case_id
                              AND (n.revision > e.revision
                                   OR n.revision < e.revision AND n.object_version < said.place))
         ORDER BY e.object_version LIMIT 1) AS ended_by
  FROM said JOIN subject s USING (id_type, id_no) LEFT JOIN item i USING (item_code)
       LEFT JOIN department p ON p.code = i.department
 WHERE said.kind IN ({_GRANTING}) AND NOT said.existing
"""  # noqa: S608 - words of our own enumerations
_UNSENT = f"""
SELECT coalesce(i.department, '') AS department, d.decided_on AS dated_on, count(*)::int AS rows
  FROM decision d LEFT JOIN item i USING (item_code)
 WHERE d.decided_on >= $1 AND d.kind IN ({_GRANTING}) AND NOT d.existing
   AND NOT EXISTS (SELECT FROM decision n WHERE n.source_system = d.source_system AND n.case_id = d.case_id
                      AND n.revision > d.revision)
   AND NOT EXISTS (SELECT FROM export_entry e WHERE e.table_name = 'licence'
                      AND e.row_key = d.source_system || ':' || d.case_id AND e.operation <> 'd')
 GROUP BY 1, 2
"""  # noqa: S608 - as above
_TOUCHED = """
SELECT DISTINCT g.source_system || ':' || g.case_id AS row_key
  FROM decision d JOIN decision g USING (source_system, object_no) WHERE d.registered_at >= $1 AND d.registered_at < $2
"""


def licences(table: FieldTable, categories: LicenceCategories, identity: Identity) -> Dataset:
    """双公示 行政许可 as a dataset."""
    return Dataset(table=table, rows=partial(_rows, categories, identity), unsent=_UNSENT, touched=_TOUCHED)


async def _rows(
    categories: LicenceCategories,
    identity: Identity,
    connection: Connection,
    first: date,
    last: date,
    keys: Sequence[str],
) -> list[Candidate]:
    pairs = [key.partition(":") for key in keys]
    sources, cases = [source for source, _, _ in pairs], [case for _, _, case in pairs]
    found = await connection.fetch(_ROWS, first, last, sources, cases)
    return [licence_row(_facts(row, identity), categories) for row in found]


def _facts(row: Any, identity: Identity) -> LicenceFacts:
    natural, who = row["sealed_no"] is not None, (row["id_type"], row["id_no"])
    names = ("source_system", "case_id", "item_code", "item_name", "decided_on", "valid_from", "valid_to", "licence_no")
    more = ("object_name", "object_address", "id_type", "department", "department_name", "department_uscc")
    return LicenceFacts(
        **{name: row[name] for name in (*names, *more)},
        kind=SubjectKind(row["subject_kind"]),
        id_no=identity.open(row["sealed_no"], number_place(*who)) if natural else row["id_no"],
        name=identity.open(row["sealed_name"], name_place(*who)) if natural else row["name"],
        ended_by=DecisionKind(row["ended_by"]) if row["ended_by"] else None,
    )
