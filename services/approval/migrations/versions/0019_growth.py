"""Indexes for the lists of tables that grow (增长索引): cases by item, who asked the gate, who had a number revealed."""

from alembic import op

from chassis import growth_schema

revision = "0019_growth"
down_revision = "0018_inbox"

STATEMENTS = (
    "CREATE INDEX decision_of_item ON decision (item_code, id)",
    "CREATE INDEX gate_query_of_item ON gate_query (item_code, id)",
    "CREATE INDEX gate_query_of_asker ON gate_query (by, id)",
    "CREATE INDEX reveal_of_person ON reveal (by, id)",
)


def upgrade() -> None:
    growth_schema.upgrade()
    for statement in STATEMENTS:
        op.execute(statement)
