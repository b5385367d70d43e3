"""Indexes for the lists of tables that grow (增长索引), each filter with the order of the page behind it.

Of decisions only outcomes other than a task, of tasks only cancelled ones: the usual row pays for neither.
"""

from alembic import op

from chassis import growth_schema

revision = "0022_growth"
down_revision = "0021_inbox"

STATEMENTS = (
    "CREATE INDEX task_of_department ON task (department, task_id)",
    "CREATE INDEX task_cancelled ON task (task_id) WHERE state = 'CANCELLED'",
    "DROP INDEX applied_decision_unmatched",
    """CREATE INDEX applied_decision_by_outcome ON applied_decision (outcome, source_system, case_id, revision) WHERE outcome <> 'TASK'""",
    "CREATE INDEX supervised_object_provisional ON supervised_object (source_system, object_no) WHERE provisional",
    "CREATE INDEX feedback_of_department ON feedback (department, feedback_id)",
    "CREATE INDEX alert_by_rule ON alert (rule, key, period, number)",
    "CREATE INDEX publication_of_object ON publication (object_no, source_system, publication_no)",
    "CREATE INDEX site_visit_of_department ON site_visit (department, visit_no)",
    "CREATE INDEX site_visit_of_object ON site_visit (object_no, source_system, visit_no)",
    "CREATE INDEX site_visit_of_source ON site_visit (source_system, visit_no)",
    "CREATE INDEX site_visit_by_day ON site_visit (planned_on, visit_no)",
    "CREATE INDEX site_visit_by_state ON site_visit (state, visit_no) WHERE state <> 'DONE'",
)


def upgrade() -> None:
    growth_schema.upgrade()
    for statement in STATEMENTS:
        op.execute(statement)
