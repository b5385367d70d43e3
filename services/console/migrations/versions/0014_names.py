"""Names (名称) of departments and items as they were told, and what cases are found by: their number, and the holder's name.

What was told before is filled in from the trace.
"""

from alembic import op

revision = "0014_names"
down_revision = "0013_counts"

_TOLD = """INSERT INTO {table} ({key}, named_told, name)
    SELECT DISTINCT ON (said ->> '{code}') said ->> '{code}', event_id, {name} FROM (
        SELECT event_id, convert_from(payload, 'UTF8')::jsonb AS said FROM told WHERE fact = '{fact}') heard
    WHERE {name} IS NOT NULL ORDER BY said ->> '{code}', event_id DESC"""
STATEMENTS = (
    "CREATE TABLE department_line (department text PRIMARY KEY, named_told uuid, name text NOT NULL DEFAULT '')",
    "CREATE TABLE item_line (item_code text PRIMARY KEY, named_told uuid, name text NOT NULL DEFAULT '')",
    _TOLD.format(
        table="department_line",
        key="department",
        code="code",
        name="said -> 'department' ->> 'name'",
        fact="approval.directory.changed",
    ),
    _TOLD.format(
        table="item_line", key="item_code", code="item_code", name="said ->> 'name'", fact="approval.item.listed"
    ),
    "CREATE INDEX case_line_by_number ON case_line (case_id, decided_told)",
    "CREATE INDEX case_line_by_name ON case_line (subject_name, decided_told)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
