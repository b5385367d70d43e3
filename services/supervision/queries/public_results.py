"""Public results (抽查结果公示): what everybody may read of a publication, and nothing else.

Of a natural person no number, the names masked, and no written words; of an organisation its name and code as
registered. What was wrong is not shown again: a correction names what was corrected and why, a withdrawal why.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, and_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row, rows_of
from kernel.clock import china_day
from kernel.masking import masked_name, presentable
from kernel.subject import IdType, SubjectKind
from supervision.domain.publicity.rules import PublicityRules
from supervision.domain.publicity.words import PublicationState, PublicityAct
from supervision.queries.publicity import publication_history
from supervision.tables import publication

_ORGANISATION = SubjectKind.ORGANISATION.value
_SHOWN = [state.value for state in PublicationState if state.shown]
_CONDITIONS: Mapping[str, Callable[[Any], ColumnElement[bool]]] = {
    "name": lambda name: and_(publication.c.subject_name == name, publication.c.subject_kind == _ORGANISATION),
    "uscc": lambda code: and_(publication.c.id_no == code, publication.c.id_type == IdType.USCC),
    "department": lambda code: publication.c.department == code,
    "begin": lambda day: publication.c.publicised_on >= day,
    "end": lambda day: publication.c.publicised_on <= day,
}
_CONTENT = ("matter_code", "matter_name", "subject_name", "inspected_on", "result_class")


async def public_results(
    connection: AsyncConnection, which: Mapping[str, Any], after: str | None, limit: int, rules: PublicityRules
) -> list[Row]:
    """Results that are shown now, in the order they came; ``name`` is that of an organisation, exactly."""
    wanted = select(publication).where(publication.c.state.in_(_SHOWN)).order_by(publication.c.publication_no)
    asked = {name: value for name, value in which.items() if value is not None}
    wanted = wanted.where(*(_CONDITIONS[name](value) for name, value in asked.items())).limit(limit)
    found = await rows_of(connection, wanted.where(publication.c.publication_no > after) if after else wanted)
    return [_result(row, rules) for row in found]


async def public_result(connection: AsyncConnection, publication_no: str, rules: PublicityRules) -> Row | None:
    """One result, or what is left of a withdrawn one; None for what is not or never was shown, and for what is not."""
    found = await rows_of(connection, select(publication).where(publication.c.publication_no == publication_no))
    if not found or found[0]["publicised_on"] is None:
        return None
    row = found[0]
    history = await publication_history(connection, publication_no)
    natural = _natural(row)
    if row["state"] == PublicationState.WITHDRAWN:
        return _withdrawn(row, history[-1], natural=natural)
    return _result(row, rules) | {"corrections": _corrections(history, natural=natural)}


def _result(row: Row, rules: PublicityRules) -> Row:
    edition = rules.named(row["edition"])
    named = edition.classes.get(row["result_class"])
    natural = _natural(row)
    return {
        "publication_no": row["publication_no"],
        "state": row["state"],
        "version": row["version"],
        "department": row["department"],
        "matter": {"code": row["matter_code"], "name": presentable(row["matter_name"])},
        "subject": _subject(row, natural=natural),
        "object": _name(row["object_name"], natural=natural),
        "inspected_on": row["inspected_on"],
        "result": {
            "class": row["result_class"],
            "zh": named.zh if named else row["result_class"],
            "en": named.en if named else row["result_class"],
        },
        "publicised_on": row["publicised_on"],
    }


def _withdrawn(row: Row, last: Row, *, natural: bool) -> Row:
    """What stays at the address (已撤下): when and why, not what was said."""
    return {
        "publication_no": row["publication_no"],
        "state": row["state"],
        "version": row["version"],
        "department": row["department"],
        "publicised_on": row["publicised_on"],
        "withdrawn_on": china_day(last["at"]),
        **_why(last, natural=natural),
    }


def _corrections(history: list[Row], *, natural: bool) -> list[Row]:
    versions = [row for row in history if row["act"] in {PublicityAct.PUBLICISED, PublicityAct.CORRECTED}]
    return [
        {
            "on": china_day(after["at"]),
            "corrected": [name for name in _CONTENT if before[name] != after[name]],
            **_why(after, natural=natural),
        }
        for before, after in pairwise(versions)
    ]


def _why(change: Row, *, natural: bool) -> dict[str, str]:
    """The cause; written words about a natural person stay inside."""
    return {"cause": change["cause"], "reason": "" if natural else presentable(change["reason"])}


def _subject(row: Row, *, natural: bool) -> dict[str, Any]:
    return {
        "kind": row["subject_kind"],
        "name": _name(row["subject_name"] or row["object_name"], natural=natural),
        "uscc": row["id_no"] if row["id_type"] == IdType.USCC and not natural else None,
    }


def _name(name: str, *, natural: bool) -> str:
    return masked_name(name) if natural else presentable(name)


def _natural(row: Row) -> bool:
    return bool(row["subject_kind"] == SubjectKind.PERSON)


async def public_edition(connection: AsyncConnection, publication_no: str) -> tuple[int, bytes] | None:
    """The newest version everybody could read: its number and its very bytes; None when nothing was ever shown."""
    found = await connection.execute(
        text("SELECT version, content FROM public_edition WHERE publication_no = :no ORDER BY version DESC LIMIT 1"),
        {"no": publication_no},
    )
    row = found.one_or_none()
    return (row[0], bytes(row[1])) if row else None
