"""Rows of inspections and penalties (检查行为、处罚行为、双公示 行政处罚) from supervision's own tables.

What a link says of its national codes is read from the catalogue version the task was made with.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from chassis.database import Connection
from chassis.exports.dataset import Dataset
from kernel.export import Candidate
from kernel.field_table import FieldTable
from kernel.inspection import InspectionResult, LineResult
from kernel.subject import SubjectKind
from supervision.domain.catalogue import Link, Method
from supervision.domain.exports import (
    Authority,
    ExportSubject,
    InspectionFacts,
    PenaltyFacts,
    check_action_row,
    penalty_action_row,
    penalty_row,
)
from supervision.domain.referral import Referral
from supervision.domain.words import Purpose
from supervision.store import catalogues

_ABOUT = """
t.id_type, t.id_no, t.subject_kind, t.subject_name, t.object_name, t.object_address, t.region, t.department,
t.catalogue_version, t.link_code, t.purpose, t.method, t.check_kind, d.name AS department_name, d.uscc AS department_uscc
"""
_CHECKS = f"""
SELECT i.source_system, i.inspection_no, i.inspected_on, i.result, i.passed, i.failed, i.not_applicable, i.not_checked,
       ARRAY(SELECT p.name FROM unnest(i.inspectors) WITH ORDINALITY AS w (code, place) JOIN inspector p USING (code)
              ORDER BY place) AS names,
       ARRAY(SELECT p.certificate_no FROM unnest(i.inspectors) WITH ORDINALITY AS w (code, place)
               JOIN inspector p USING (code) ORDER BY place) AS certificates,
       coalesce((SELECT w.plan_no FROM draw w WHERE w.draw_no = t.draw_no), '') AS plan_no, {_ABOUT}
  FROM inspection i JOIN task t USING (task_id) LEFT JOIN department d ON d.code = t.department
"""  # noqa: S608 - columns of our own
_CHECKS_OF_DAYS = _CHECKS + " WHERE i.inspected_on BETWEEN $1 AND $2"
_CHECKS_OF_KEYS = (
    _CHECKS
    + """ JOIN unnest($1::text[], $2::text[]) AS k (source_system, inspection_no)
     ON k.source_system = i.source_system AND k.inspection_no = i.inspection_no"""
)
_DECIDED = "(t.referral -> 'penalty' ->> 'decision_date')"
_PENALTIES = f"""
SELECT t.task_id, t.referral, e.code AS by_code, e.name AS by_name, e.uscc AS by_uscc, {_ABOUT}
  FROM task t LEFT JOIN department d ON d.code = t.department
       LEFT JOIN LATERAL (SELECT * FROM department x WHERE t.referral ->> 'to_department' IN (x.code, x.name)
                           ORDER BY x.code LIMIT 1) e ON true
 WHERE t.referral IS NOT NULL AND ({_DECIDED} BETWEEN $1 AND $2 OR t.task_id = ANY ($3::uuid[]) AND {_DECIDED} <> '')
"""  # noqa: S608 - as above
_UNSENT = f"""
SELECT coalesce((SELECT x.code FROM department x WHERE t.referral ->> 'to_department' IN (x.code, x.name)
                  ORDER BY x.code LIMIT 1), t.department) AS department,
       {_DECIDED}::date AS dated_on, count(*)::int AS rows
  FROM task t
 WHERE t.referral IS NOT NULL AND {_DECIDED} >= to_char($1::date, 'YYYY-MM-DD')
   AND NOT coalesce((t.referral -> 'penalty' ->> 'no_penalty')::boolean, false)
   AND NOT EXISTS (SELECT FROM export_entry e WHERE e.table_name = 'penalty' AND e.row_key = t.task_id::text
                      AND e.operation <> 'd')
 GROUP BY 1, 2
"""  # noqa: S608 - as above
_REFERRAL = msgspec.json.Decoder(Referral)
_NO_LINK = ("", "", "", "", "")
Links = Mapping[tuple[str, str], Link]


def datasets(tables: Mapping[str, FieldTable]) -> list[Dataset]:
    """What supervision exports. ``tables``: by their names."""
    return [
        Dataset(table=tables["penalty"], rows=_penalties, unsent=_UNSENT),
        Dataset(table=tables["check_action"], rows=_check_actions),
        Dataset(table=tables["penalty_action"], rows=_penalty_actions),
    ]


async def _check_actions(connection: Connection, first: date, last: date, keys: Sequence[str]) -> list[Candidate]:
    pairs = [key.partition(":") for key in keys]
    sources, numbers = [source for source, _, _ in pairs], [number for _, _, number in pairs]
    found = [
        *await connection.fetch(_CHECKS_OF_DAYS, first, last),
        *(await connection.fetch(_CHECKS_OF_KEYS, sources, numbers) if keys else ()),
    ]
    rows = {(row["source_system"], row["inspection_no"]): row for row in found}
    links = await _links(connection, rows.values())
    return [check_action_row(_inspection(row, links)) for row in rows.values()]


async def _penalty_actions(connection: Connection, first: date, last: date, keys: Sequence[str]) -> list[Candidate]:
    return [penalty_action_row(facts) for facts in await _penalty_facts(connection, first, last, keys)]


async def _penalties(connection: Connection, first: date, last: date, keys: Sequence[str]) -> list[Candidate]:
    rows = [penalty_row(facts) for facts in await _penalty_facts(connection, first, last, keys)]
    return [row for row in rows if row]


async def _penalty_facts(connection: Connection, first: date, last: date, keys: Sequence[str]) -> list[PenaltyFacts]:
    rows = await connection.fetch(_PENALTIES, first.isoformat(), last.isoformat(), list(keys))
    links = await _links(connection, rows)
    return [each for row in rows for each in _penalty(row, links)]


async def _links(connection: Connection, rows: Iterable[Any]) -> Links:
    """The links of the tasks, by version and code."""
    versions = {row["catalogue_version"] for row in rows if row["link_code"]}
    return {
        (record.version, link.code): link
        for record in await catalogues.records(connection, versions)
        for link in record.content.links
    }


def _about(row: Any, links: Links) -> ExportSubject:
    link = links.get((row["catalogue_version"], row["link_code"]))
    code, icode, name, department, uscc = (
        (
            *(link.supervise_item_code, link.supervise_item_check_icode),
            *(link.supervise_sub_item or link.supervise_main_item or link.approval_item_name,),
            *(link.department_name, link.department_uscc),
        )
        if link
        else _NO_LINK
    )
    return ExportSubject(
        kind=SubjectKind(row["subject_kind"]),
        name=row["subject_name"],
        **{each: row[each] for each in ("id_type", "id_no", "object_name", "object_address", "region")},
        supervise_item_code=code,
        supervise_item_check_icode=icode,
        supervise_item_name=name,
        authority=Authority(
            code=row["department"],
            name=row["department_name"] or department,
            uscc=row["department_uscc"] or uscc,
        ),
    )


def _inspection(row: Any, links: Links) -> InspectionFacts:
    answers = (
        (LineResult.PASS, row["passed"]),
        (LineResult.FAIL, row["failed"]),
        (LineResult.NOT_CHECKED, row["not_checked"]),
        (LineResult.NOT_APPLICABLE, row["not_applicable"]),
    )
    return InspectionFacts(
        **{name: row[name] for name in ("source_system", "inspection_no", "inspected_on", "check_kind", "plan_no")},
        result=InspectionResult(row["result"]),
        officers=tuple(zip(row["names"], row["certificates"], strict=True)),
        lines=tuple((code, result) for result, codes in answers for code in codes),
        purpose=Purpose(row["purpose"]),
        method=Method(row["method"]),
        about=_about(row, links),
    )


def _penalty(row: Any, links: Links) -> Iterable[PenaltyFacts]:
    referral = _REFERRAL.decode(row["referral"])
    if referral.penalty is None:
        return
    known = row["by_code"] is not None
    yield PenaltyFacts(
        task_id=str(row["task_id"]),
        inspection_no=referral.inspection_no,
        penalty=referral.penalty,
        about=_about(row, links),
        authority=Authority(
            code=row["by_code"] if known else "",
            name=row["by_name"] if known else referral.to_department,
            uscc=row["by_uscc"] if known else "",
        ),
    )
