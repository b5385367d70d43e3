"""Indexes for the lists of tables that grow (增长索引), each filter with the order of the page behind it.

What the hot path writes all the time, records of inspections, stays out of the indexes that serve other kinds. Nothing
looks a record up by its inspection any more: its id follows from it.
"""

from alembic import op

from chassis import growth_schema

revision = "0014_growth"
down_revision = "0013_inbox"

STATEMENTS = (
    "DROP INDEX credit_record_of_inspection",
    "CREATE INDEX credit_record_by_state ON credit_record (state, seq)",
    "CREATE INDEX credit_record_of_source ON credit_record (source_system, seq)",
    "CREATE INDEX credit_record_by_kind ON credit_record (kind, seq) WHERE kind <> 'INSPECTION'",
    "CREATE INDEX credit_record_merit ON credit_record (seq) WHERE record_class = 'MERIT'",
    "CREATE INDEX credit_record_by_day ON credit_record USING brin (occurred_on)",
    "CREATE INDEX list_entry_open ON list_entry (seq) WHERE left_on IS NULL",
    "CREATE INDEX bar_by_state ON bar (state, seq)",
    "CREATE INDEX bar_by_kind ON bar (kind, seq)",
    "CREATE INDEX bar_of_item ON bar (item_code, seq)",
    "CREATE INDEX repair_by_state ON repair (state, seq)",
    "CREATE INDEX objection_by_state ON objection (state, seq)",
    "CREATE INDEX withdrawal_by_state ON withdrawal (state, seq)",
    "CREATE INDEX subject_query_of_asker ON subject_query (asked_by, seq) WHERE asked_by <> ''",
    "CREATE INDEX subject_query_internal ON subject_query (seq) WHERE channel = 'INTERNAL'",
)


def upgrade() -> None:
    growth_schema.upgrade()
    for statement in STATEMENTS:
        op.execute(statement)
