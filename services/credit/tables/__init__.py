"""Tables (数据表) of credit as SQLAlchemy Core: for queries, and for the reader. Migrations make them."""

from credit.tables.constraint import annulment, bar, item, list_entry
from credit.tables.redress import objection, repair, withdrawal
from credit.tables.registry import metadata
from credit.tables.rules import rules_edition
from credit.tables.subjects import credit_record, object_holder, subject, subject_change
from credit.tables.trail import subject_query

__all__ = [
    "annulment",
    "bar",
    "credit_record",
    "item",
    "list_entry",
    "metadata",
    "object_holder",
    "objection",
    "repair",
    "rules_edition",
    "subject",
    "subject_change",
    "subject_query",
    "withdrawal",
]
