"""The states of a task under the names the field uses (任务状态)."""

from alembic import op

revision = "0005_task_states"
down_revision = "0004_catalogue"

STATEMENTS = (
    """ALTER TABLE task DROP CONSTRAINT task_state, DROP CONSTRAINT task_claim, DROP CONSTRAINT task_closed,
        DROP CONSTRAINT task_concluded, DROP CONSTRAINT task_ad_hoc""",
    "DROP INDEX task_open_once",
    "DROP INDEX task_open_by_department",
    """UPDATE task SET state = CASE state WHEN 'PUBLISHED' THEN 'PENDING_CLAIM' ELSE 'CLOSED' END
        WHERE state IN ('PUBLISHED', 'CONCLUDED')""",
    """ALTER TABLE task
        ADD CONSTRAINT task_state CHECK (state IN ('PENDING_CLAIM', 'CLAIMED', 'CLOSED', 'CANCELLED')),
        ADD CONSTRAINT task_claim CHECK ((claimed_by <> '') = (claimed_at IS NOT NULL)
            AND (state <> 'CLAIMED' OR claimed_by <> '') AND (state <> 'PENDING_CLAIM' OR claimed_by = '')),
        ADD CONSTRAINT task_closed CHECK ((closed_at IS NOT NULL) = (state IN ('CLOSED', 'CANCELLED'))),
        ADD CONSTRAINT task_concluded CHECK ((inspection_no <> '') = (state = 'CLOSED')),
        ADD CONSTRAINT task_ad_hoc CHECK ((link_code = '') = (case_id = '') AND (link_code <> '' OR state = 'CLOSED'))""",
    """CREATE UNIQUE INDEX task_open_once ON task (object_no, source_system, link_code)
        WHERE state NOT IN ('CLOSED', 'CANCELLED')""",
    """CREATE INDEX task_open_by_department ON task (department, task_id)
        WHERE state NOT IN ('CLOSED', 'CANCELLED')""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
