"""Queries (查询): SQL straight to the answer, no aggregates, read only.

Pages are cut by key, never by number: a page stays right while rows come in.
"""

from credit.queries.bars import BarFilter, bars
from credit.queries.figures import figures, ledger
from credit.queries.lists import EntryFilter, list_entries
from credit.queries.measures import constraints_of
from credit.queries.procedures import Standing, one_procedure, procedures, procedures_of, standing_of
from credit.queries.public import shown_as, shown_of
from credit.queries.records import RecordFilter, one_record, records
from credit.queries.rules import rules_edition_of, rules_editions
from credit.queries.scopes import SCOPES
from credit.queries.subjects import family_of, one_subject, subjects
from credit.queries.trail import QueryFilter, subject_queries

__all__ = [
    "SCOPES",
    "BarFilter",
    "EntryFilter",
    "QueryFilter",
    "RecordFilter",
    "Standing",
    "bars",
    "constraints_of",
    "family_of",
    "figures",
    "ledger",
    "list_entries",
    "one_procedure",
    "one_record",
    "one_subject",
    "procedures",
    "procedures_of",
    "records",
    "rules_edition_of",
    "rules_editions",
    "shown_as",
    "shown_of",
    "standing_of",
    "subject_queries",
    "subjects",
]
