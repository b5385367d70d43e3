"""Queries (查询): SQL straight to the answer, no aggregates, read only.

Pages are cut by key, never by number: a page stays right while rows come in.
"""

from credit.queries.figures import figures, ledger
from credit.queries.public import shown_as, shown_of
from credit.queries.records import RecordFilter, one_record, records
from credit.queries.subjects import family_of, one_subject, subjects
from credit.queries.trail import QueryFilter, subject_queries

__all__ = [
    "QueryFilter",
    "RecordFilter",
    "family_of",
    "figures",
    "ledger",
    "one_record",
    "one_subject",
    "records",
    "shown_as",
    "shown_of",
    "subject_queries",
    "subjects",
]
