"""Rows (行): what of a subject and a record stands in which column."""

from typing import Any

import msgspec

from credit.domain.holder import ObjectHolder
from credit.domain.record import CreditRecord, Mark
from credit.domain.scorecard import Assessment, Reason
from credit.domain.subject import Identity, Subject
from kernel.credit import Grade, RecordClass, RecordKind, RecordState
from kernel.subject import SubjectKey

IDENTITY = {
    **dict.fromkeys(("id_type", "id_no", "kind", "name", "source_system", "region"), "text"),
    "named_on": "date",
    "version": "int",
    "grade": "text",
    "score": "int",
    "scorecard": "text",
    "assessed_on": "date",
    "reasons": "jsonb",
    "merged_type": "text",
    "merged_no": "text",
    "identity_version": "int",
    "due_on": "date",
}
RECORD = {
    "record_id": "uuid",
    **dict.fromkeys(("id_type", "id_no", "source_system", "region", "kind", "record_class", "rule", "number"), "text"),
    "occurred_on": "date",
    "document_no": "text",
    "document_on": "date",
    **dict.fromkeys(("inspection_no", "department", "object_no", "item_code", "detail"), "text"),
    "public": "boolean",
    "min_until": "date",
    "max_until": "date",
    "repairable": "boolean",
    "state": "text",
    "ended_on": "date",
    "marks": "jsonb",
}
CHANGES = {name: RECORD[name] for name in ("record_id", "state", "ended_on", "marks")}
"""What of a record may change; the rest is what the source said."""
HOLDER = {
    **dict.fromkeys(("source_system", "object_no", "id_type", "id_no", "kind", "name", "region"), "text"),
    "named_on": "date",
    "object_version": "int",
}

_reasons = msgspec.json.Decoder(tuple[Reason, ...])
_marks = msgspec.json.Decoder(tuple[Mark, ...])


def key_of(row: Any) -> SubjectKey:
    """The number a row is about."""
    return SubjectKey(row["id_type"], row["id_no"])


def identity_of(row: Any) -> Identity:
    """An identity with what it was told last."""
    told = None
    if row["version"]:
        told = Assessment(
            score=row["score"],
            grade=Grade(row["grade"]),
            reasons=_reasons.decode(row["reasons_text"]),
            scorecard=row["scorecard"],
            assessed_on=row["assessed_on"],
        )
    return Identity(
        key=key_of(row),
        kind=row["kind"],
        name=row["name"],
        source_system=row["source_system"],
        region=row["region"],
        named_on=row["named_on"],
        version=row["version"],
        told=told,
        merged_into=SubjectKey(row["merged_type"], row["merged_no"]) if row["merged_type"] else None,
        identity_version=row["identity_version"],
    )


def identity_row(identity: Identity, subject: Subject) -> tuple[Any, ...]:
    """IDENTITY."""
    told, into = identity.told, identity.merged_into
    return (
        *(identity.key.id_type, identity.key.id_no, identity.kind, identity.name),
        *(identity.source_system, identity.region, identity.named_on, identity.version),
        *((told.grade, told.score, told.scorecard, told.assessed_on) if told else (None,) * 4),
        msgspec.json.encode(told.reasons if told else ()).decode(),
        *((into.id_type, into.id_no) if into else (None, None)),
        identity.identity_version,
        subject.due_on if identity is subject.root else None,
    )


def record_of(row: Any) -> CreditRecord:
    """A record."""
    plain = {name: row[name] for name in RECORD if name not in {"id_type", "id_no", "record_id"}}
    return CreditRecord(
        **plain
        | {
            "record_id": row["id"],
            "subject": key_of(row),
            "kind": RecordKind(row["kind"]),
            "record_class": RecordClass(row["record_class"]),
            "state": RecordState(row["state"]),
            "marks": _marks.decode(row["marks_text"]),
        }
    )


def record_row(record: CreditRecord) -> tuple[Any, ...]:
    """RECORD."""
    own = {
        "id_type": record.subject.id_type,
        "id_no": record.subject.id_no,
        "marks": msgspec.json.encode(record.marks).decode(),
    }
    return tuple(own[name] if name in own else getattr(record, name) for name in RECORD)


def changes_row(record: CreditRecord) -> tuple[Any, ...]:
    """CHANGES."""
    return record.record_id, record.state, record.ended_on, msgspec.json.encode(record.marks).decode()


def holder_of(row: Any) -> ObjectHolder:
    """Who holds an object."""
    return ObjectHolder(subject=key_of(row), **{name: row[name] for name in HOLDER if name not in {"id_type", "id_no"}})


def holder_row(holder: ObjectHolder) -> tuple[Any, ...]:
    """HOLDER."""
    own = {"id_type": holder.subject.id_type, "id_no": holder.subject.id_no}
    return tuple(own[name] if name in own else getattr(holder, name) for name in HOLDER)
