"""The read model (读模型): what was told, and cases, tasks and subjects as they stand by it.

Every group of columns keeps the id of the event it is from: a later one of the same aggregate wins, in whatever order they
come. Event ids are UUIDv7, so they are in the order of their making.
"""

from alembic import op

from chassis.row_security import FUNCTION, fence

revision = "0009_read_model"
down_revision = "0008_growth"

_OWN = "coalesce(nullif(department, ''), split_part(current_setting('shenguan.departments', true), ',', 1))"
"""What no department is named in is everybody's of the region; the rest is that department's."""
STATEMENTS = (
    """CREATE TABLE told (
        event_id uuid PRIMARY KEY, service text NOT NULL, fact text NOT NULL, at timestamptz NOT NULL,
        source_system text NOT NULL, aggregate text NOT NULL, case_ref text NOT NULL, task_id text NOT NULL,
        subject_ref text NOT NULL, object_ref text NOT NULL, cause text NOT NULL, trace text NOT NULL,
        region text NOT NULL, department text NOT NULL, payload bytea NOT NULL)""",
    "CREATE INDEX told_of_case ON told (case_ref, event_id) WHERE case_ref <> ''",
    "CREATE INDEX told_of_task ON told (task_id, event_id) WHERE task_id <> ''",
    "CREATE INDEX told_of_subject ON told (subject_ref, event_id)",
    "COMMENT ON COLUMN told.payload IS 'as it came; what is sealed stays sealed'",
    """CREATE TABLE case_line (
        source_system text NOT NULL, case_id text NOT NULL, PRIMARY KEY (source_system, case_id),
        decided_told uuid, revision int NOT NULL DEFAULT 0, kind text NOT NULL DEFAULT '',
        item_code text NOT NULL DEFAULT '', decided_on date, valid_to date, existing boolean NOT NULL DEFAULT false,
        commitment boolean NOT NULL DEFAULT false, licence_no text NOT NULL DEFAULT '',
        id_type text NOT NULL DEFAULT '', id_no text NOT NULL DEFAULT '', subject_kind text NOT NULL DEFAULT '',
        subject_name text NOT NULL DEFAULT '', object_no text NOT NULL DEFAULT '',
        object_name text NOT NULL DEFAULT '', region text NOT NULL DEFAULT '',
        unmatched_told uuid, pushed_told uuid, pushed_at timestamptz)""",
    "CREATE INDEX case_line_by_time ON case_line (decided_told) WHERE decided_told IS NOT NULL",
    "CREATE INDEX case_line_by_item ON case_line (item_code, decided_told)",
    "CREATE INDEX case_line_of_object ON case_line (object_no, decided_told)",
    "CREATE INDEX case_line_of_subject ON case_line (id_no, id_type, decided_told)",
    "CREATE INDEX case_line_unmatched ON case_line (decided_told) WHERE unmatched_told IS NOT NULL",
    "CREATE INDEX case_line_by_day ON case_line (decided_on, (pushed_at IS NOT NULL)) WHERE decided_told IS NOT NULL",
    """CREATE TABLE task_line (
        task_id uuid PRIMARY KEY,
        made_told uuid, source_system text NOT NULL DEFAULT '', case_id text NOT NULL DEFAULT '',
        method text NOT NULL DEFAULT '', purpose text NOT NULL DEFAULT '', relation text NOT NULL DEFAULT '',
        link_code text NOT NULL DEFAULT '', draw_no text NOT NULL DEFAULT '', ad_hoc boolean NOT NULL DEFAULT false,
        created_at timestamptz,
        named_told uuid, id_type text NOT NULL DEFAULT '', id_no text NOT NULL DEFAULT '',
        subject_kind text NOT NULL DEFAULT '', subject_name text NOT NULL DEFAULT '',
        object_no text NOT NULL DEFAULT '', object_name text NOT NULL DEFAULT '',
        object_address text NOT NULL DEFAULT '', region text NOT NULL DEFAULT '', department text NOT NULL DEFAULT '',
        state_told uuid, state text NOT NULL DEFAULT '', state_at timestamptz,
        held_told uuid, claimed_by text NOT NULL DEFAULT '',
        claimed_told uuid, claimed_at timestamptz, claimed_automatically boolean NOT NULL DEFAULT false,
        card_told uuid, card text NOT NULL DEFAULT '', card_kind text NOT NULL DEFAULT '', card_due_on date,
        due_told uuid, due_kind text NOT NULL DEFAULT '', due_on date,
        urged_told uuid, urged_at timestamptz,
        result_told uuid, result text NOT NULL DEFAULT '', inspection_no text NOT NULL DEFAULT '', inspected_on date)""",
    "CREATE INDEX task_line_of_case ON task_line (source_system, case_id)",
    "CREATE INDEX task_line_of_department ON task_line (department, task_id)",
    "CREATE INDEX task_line_by_state ON task_line (state, department, task_id)",
    "CREATE INDEX task_line_held ON task_line (claimed_by, task_id) WHERE claimed_by <> ''",
    "CREATE INDEX task_line_cards ON task_line (card, card_due_on, task_id) WHERE card <> ''",
    "CREATE INDEX task_line_of_object ON task_line (source_system, object_no, task_id)",
    "CREATE INDEX task_line_of_subject ON task_line (id_no, id_type, task_id)",
    "CREATE INDEX task_line_counted ON task_line (department, state, card, result)",
    """CREATE TABLE subject_line (
        id_type text NOT NULL, id_no text NOT NULL, PRIMARY KEY (id_type, id_no),
        named_told uuid, kind text NOT NULL DEFAULT '', name text NOT NULL DEFAULT '',
        graded_told uuid, grade text NOT NULL DEFAULT '', score int, version int NOT NULL DEFAULT 0, assessed_on date)""",
    "CREATE INDEX subject_line_by_grade ON subject_line (grade, id_type, id_no) WHERE grade <> ''",
    FUNCTION,
    *fence("task_line"),
    *fence("told", department=_OWN),
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
