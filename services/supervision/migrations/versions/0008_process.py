"""The handling of a task (监管过程): what the link said, who holds it, rounds, referral, and the trace of every change."""

from alembic import op

revision = "0008_process"
down_revision = "0007_watch"

STATEMENTS = (
    "ALTER TABLE supervised_object ADD COLUMN standstill text NOT NULL DEFAULT ''",
    "ALTER TABLE supervised_object ALTER COLUMN standstill DROP DEFAULT",
    """ALTER TABLE task DROP CONSTRAINT task_state, DROP CONSTRAINT task_claim, DROP CONSTRAINT task_closed,
        DROP CONSTRAINT task_concluded, DROP CONSTRAINT task_ad_hoc""",
    "DROP INDEX task_open_once",
    "DROP INDEX task_made_once",
    """ALTER TABLE task
        ADD COLUMN purpose text NOT NULL DEFAULT 'ROUTINE', ADD COLUMN relation text NOT NULL DEFAULT 'PRIMARY',
        ADD COLUMN method text NOT NULL DEFAULT 'ON_SITE', ADD COLUMN items text[] NOT NULL DEFAULT '{}',
        ADD COLUMN liaison text NOT NULL DEFAULT '', ADD COLUMN responsible_officer text NOT NULL DEFAULT '',
        ADD COLUMN first_check_limit text NOT NULL DEFAULT '', ADD COLUMN feedback_limit text NOT NULL DEFAULT '',
        ADD COLUMN claimed_automatically boolean NOT NULL DEFAULT false, ADD COLUMN planned_on date,
        ADD COLUMN crew text[] NOT NULL DEFAULT '{}', ADD COLUMN rounds jsonb, ADD COLUMN referral jsonb,
        ADD COLUMN close_reason text NOT NULL DEFAULT ''""",
    "UPDATE task SET close_reason = 'INSPECTED' WHERE state = 'CLOSED'",
    """UPDATE task AS t SET items = ARRAY[d.item_code] FROM applied_decision AS d
        WHERE (d.source_system, d.case_id, d.revision) = (t.source_system, t.case_id, t.revision)""",
    """ALTER TABLE task ALTER COLUMN purpose DROP DEFAULT, ALTER COLUMN relation DROP DEFAULT,
        ALTER COLUMN method DROP DEFAULT, ALTER COLUMN items DROP DEFAULT, ALTER COLUMN liaison DROP DEFAULT,
        ALTER COLUMN responsible_officer DROP DEFAULT, ALTER COLUMN first_check_limit DROP DEFAULT,
        ALTER COLUMN feedback_limit DROP DEFAULT, ALTER COLUMN claimed_automatically DROP DEFAULT,
        ALTER COLUMN crew DROP DEFAULT, ALTER COLUMN close_reason DROP DEFAULT""",
    """ALTER TABLE task
        ADD CONSTRAINT task_state CHECK (state IN ('PENDING_CLAIM', 'CLAIMED', 'RETURNED', 'DISPUTED', 'PLANNED',
            'INSPECTING', 'RECTIFYING', 'REFERRED', 'CLOSED', 'CANCELLED')),
        ADD CONSTRAINT task_purpose CHECK (purpose IN ('ROUTINE', 'COMMITMENT', 'CESSATION')),
        ADD CONSTRAINT task_claim CHECK ((claimed_by <> '') = (claimed_at IS NOT NULL)
            AND (state NOT IN ('CLAIMED', 'PLANNED', 'INSPECTING', 'RECTIFYING', 'REFERRED') OR claimed_by <> '')
            AND (state NOT IN ('PENDING_CLAIM', 'RETURNED', 'DISPUTED') OR claimed_by = '')),
        ADD CONSTRAINT task_closed CHECK ((closed_at IS NOT NULL) = (state IN ('CLOSED', 'CANCELLED'))),
        ADD CONSTRAINT task_reason CHECK ((close_reason <> '') = (state = 'CLOSED')),
        ADD CONSTRAINT task_concluded CHECK (close_reason <> 'INSPECTED' OR inspection_no <> '' OR claimed_by <> ''),
        ADD CONSTRAINT task_ad_hoc CHECK ((link_code = '') = (case_id = '') AND (link_code <> '' OR state = 'CLOSED'))""",
    """CREATE UNIQUE INDEX task_open_once ON task (object_no, source_system, department, checklist, purpose)
        WHERE link_code <> '' AND state NOT IN ('CLOSED', 'CANCELLED')""",
    """CREATE UNIQUE INDEX task_made_once ON task (case_id, source_system, revision, link_code, purpose)
        WHERE link_code <> ''""",
    """CREATE INDEX task_of_liaison ON task (liaison) WHERE liaison <> '' AND state NOT IN ('CLOSED', 'CANCELLED')""",
    """CREATE INDEX task_of_claimer ON task (claimed_by)
        WHERE claimed_by <> '' AND state NOT IN ('CLOSED', 'CANCELLED')""",
    """CREATE TABLE task_change (
        task_id uuid NOT NULL, number int GENERATED ALWAYS AS IDENTITY, verb text NOT NULL, by text NOT NULL,
        at timestamptz NOT NULL, before text NOT NULL, after text NOT NULL, department text NOT NULL,
        reason text NOT NULL, PRIMARY KEY (task_id, number))""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
