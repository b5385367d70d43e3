"""Complaints (投诉举报): what came in and by whom, sealed; a task has one origin: a link's decision or draw, a complaint, or none.

The objects of a subject are found by its number, in the order of their list.
"""

from alembic import op

from chassis.row_security import fence

revision = "0027_complaints"
down_revision = "0026_recusals"

STATEMENTS = (
    """CREATE TABLE complaint (
        complaint_id uuid PRIMARY KEY, channel text NOT NULL, complaint_no text NOT NULL,
        task_id uuid NOT NULL REFERENCES task (task_id),
        id_no text NOT NULL, subject_name text NOT NULL, region text NOT NULL, department text NOT NULL,
        item_code text NOT NULL, content text NOT NULL, received_at timestamptz NOT NULL, reply_wanted boolean NOT NULL,
        masked_name text NOT NULL, masked_contact text NOT NULL, sealed_name bytea, sealed_contact bytea,
        digest bytea NOT NULL, entered_by text NOT NULL, entered_at timestamptz NOT NULL, answered_at timestamptz,
        close_reason text NOT NULL, answer text NOT NULL, inspection_no text NOT NULL,
        CONSTRAINT complaint_answered CHECK ((answered_at IS NULL) = (close_reason = '')))""",
    "CREATE UNIQUE INDEX complaint_number ON complaint (complaint_no, channel)",
    "CREATE INDEX complaint_of_department ON complaint (department, complaint_id)",
    "CREATE INDEX complaint_of_subject ON complaint (id_no, complaint_id)",
    "CREATE INDEX complaint_open ON complaint (complaint_id) WHERE answered_at IS NULL",
    "CREATE INDEX complaint_open_of_department ON complaint (department, complaint_id) WHERE answered_at IS NULL",
    """CREATE TABLE complaint_look (
        number int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, complaint_id uuid NOT NULL REFERENCES complaint,
        by text NOT NULL, at timestamptz NOT NULL, reason text NOT NULL)""",
    "CREATE INDEX complaint_look_of_complaint ON complaint_look (complaint_id, number)",
    """CREATE TRIGGER complaint_look_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON complaint_look
        FOR EACH STATEMENT EXECUTE FUNCTION only_added()""",
    *fence("complaint"),
    """ALTER TABLE task ADD COLUMN complaint_id uuid,
        DROP CONSTRAINT task_purpose, DROP CONSTRAINT task_ad_hoc""",
    """ALTER TABLE task
        ADD CONSTRAINT task_purpose CHECK (purpose IN ('ROUTINE', 'COMMITMENT', 'CESSATION', 'RANDOM', 'FOR_CAUSE')),
        ADD CONSTRAINT task_ad_hoc CHECK ((link_code = '') = (case_id = '' AND draw_no = '')
            AND (link_code <> '' OR complaint_id IS NOT NULL OR state = 'CLOSED')),
        ADD CONSTRAINT task_complained_of CHECK ((purpose = 'FOR_CAUSE') = (complaint_id IS NOT NULL)
            AND (complaint_id IS NULL OR link_code = ''))""",
    "CREATE UNIQUE INDEX task_of_complaint ON task (complaint_id) WHERE complaint_id IS NOT NULL",
    "DROP INDEX supervised_object_of_subject",
    "CREATE INDEX supervised_object_of_subject ON supervised_object (id_no, id_type, source_system, object_no)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
