"""Procedures on records (程序): repair, objection, withdrawal; one of a kind open at most."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from credit.tables.registry import metadata


def _procedure(name: str, *columns: Column[Any], states: str, opened: str) -> Table:
    """A table of procedures on records (程序): numbered per record, one of them open at most."""
    return Table(
        name,
        metadata,
        Column(f"{name}_id", Uuid, primary_key=True),
        Column("seq", BigInteger, Identity(always=True), unique=True, nullable=False, comment="order, for pages"),
        Column("record_id", Uuid, nullable=False),
        Column("number", Integer, nullable=False, comment="the how manieth on its record"),
        Column("state", Text, nullable=False),
        *columns,
        ForeignKeyConstraint(["record_id"], ["credit_record.record_id"]),
        UniqueConstraint("record_id", "number", name=f"{name}_number"),
        CheckConstraint(f"state IN ({states})", name=f"{name}_state"),
        Index(f"{name}_open", "record_id", unique=True, postgresql_where=text(f"state IN ({opened})")),
        Index(f"{name}_by_state", "state", "seq"),
    )


def _text(*names: str) -> list[Column[Any]]:
    return [Column(name, Text, nullable=False) for name in names]


def _at(name: str, *, needed: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=not needed)


repair = _procedure(
    "repair",
    Column("proof", JSONB, nullable=False),
    *_text("commitment", "applied_by"),
    _at("applied_at", needed=True),
    *_text("accepted_by"),
    _at("accepted_at"),
    *_text("decided_by"),
    _at("decided_at"),
    *_text("reason"),
    states="'APPLIED', 'ACCEPTED', 'REJECTED', 'GRANTED', 'DENIED'",
    opened="'APPLIED', 'ACCEPTED'",
)

objection = _procedure(
    "objection",
    *_text("reason"),
    Column("evidence", JSONB, nullable=False),
    *_text("lodged_by"),
    _at("lodged_at", needed=True),
    *_text("provider", "forwarded_by"),
    _at("forwarded_at"),
    *_text("decided_by"),
    _at("decided_at"),
    *_text("decision", "review_by"),
    _at("review_at"),
    *_text("review_reason", "reviewed_by"),
    _at("reviewed_at"),
    *_text("review_decision"),
    states="'LODGED', 'FORWARDED', 'REJECTED', 'IN_REVIEW', 'UPHELD'",
    opened="'LODGED', 'FORWARDED', 'IN_REVIEW'",
)

withdrawal = _procedure(
    "withdrawal",
    *_text("reason", "document_no", "requested_by"),
    _at("requested_at", needed=True),
    *_text("ended_by"),
    _at("ended_at"),
    *_text("ended_reason"),
    states="'REQUESTED', 'CONFIRMED', 'CANCELLED'",
    opened="'REQUESTED'",
)
