"""Whether a task was claimed and concluded in time (按时认领、按时办结): by the cards that were issued for its limits.

What was told before is filled in from the trace. The index of the trace holds what a month is assessed by.
"""

from alembic import op

revision = "0012_in_time"
down_revision = "0011_due"

_MISSED = """UPDATE task_line SET {column} = newest.event_id FROM (
        SELECT DISTINCT ON (task_id) task_id, event_id FROM told
        WHERE fact = 'supervision.card.issued' AND convert_from(payload, 'UTF8')::jsonb ->> 'kind' IN ({kinds})
        ORDER BY task_id, event_id DESC) newest
    WHERE task_line.task_id = newest.task_id::uuid"""
STATEMENTS = (
    "ALTER TABLE task_line ADD claim_missed_told uuid, ADD limit_missed_told uuid",
    """CREATE INDEX told_assessed ON told (fact, at) INCLUDE (department, task_id)
        WHERE fact IN ('supervision.task.created', 'supervision.card.issued', 'supervision.task.urged')""",
    "CREATE INDEX task_line_closed ON task_line (state_at) WHERE state = 'CLOSED'",
    _MISSED.format(column="claim_missed_told", kinds="'CLAIM'"),
    _MISSED.format(column="limit_missed_told", kinds="'FIRST_CHECK', 'COMMITMENT_CHECK', 'RECTIFY', 'FEEDBACK'"),
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
