"""Catalogue, register, decisions, tasks and inspections (事项目录、对象名录、决定、任务、检查).

Plain SQL, not the tables of today: a revision stays what it was when the tables move on.

Secondary indexes begin with the selective column: a plan made while a table is empty (foreign keys keep theirs for the
life of a connection) must never find a second index that matches on the source system alone.
"""

from alembic import op

revision = "0002_supervision"
down_revision = "0001_chassis"

STATEMENTS = (
    """CREATE TABLE catalogue_version (
        version text PRIMARY KEY, sequence int NOT NULL, effective_from date NOT NULL, effective_to date,
        content jsonb NOT NULL, loaded_at timestamptz NOT NULL,
        CONSTRAINT catalogue_version_sequence UNIQUE (sequence),
        CONSTRAINT catalogue_version_period CHECK (effective_to > effective_from))""",
    "CREATE TABLE inspector (code text PRIMARY KEY, name text NOT NULL, department text NOT NULL)",
    """CREATE TABLE supervised_object (
        source_system text NOT NULL, object_no text NOT NULL, id_type text NOT NULL, id_no text NOT NULL,
        subject_kind text NOT NULL, subject_name text NOT NULL, name text NOT NULL, address text NOT NULL,
        region text NOT NULL, object_version int NOT NULL, provisional boolean NOT NULL, case_id text NOT NULL,
        PRIMARY KEY (source_system, object_no),
        CONSTRAINT supervised_object_provisional CHECK (provisional = (object_version = 0)))""",
    "CREATE INDEX supervised_object_of_subject ON supervised_object (id_type, id_no)",
    """CREATE TABLE applied_decision (
        source_system text NOT NULL, case_id text NOT NULL, revision int NOT NULL, object_no text NOT NULL,
        object_version int NOT NULL, kind text NOT NULL, item_code text NOT NULL, region text NOT NULL,
        decided_on date NOT NULL, outcome text NOT NULL, catalogue_version text NOT NULL, tasks_made int NOT NULL,
        applied_at timestamptz NOT NULL, PRIMARY KEY (source_system, case_id, revision),
        CONSTRAINT applied_decision_outcome
            CHECK (outcome IN ('TASK', 'JOINED', 'CANCELLED', 'UNMATCHED', 'REGISTERED', 'ENDED')),
        CONSTRAINT applied_decision_tasks CHECK ((outcome = 'TASK') = (tasks_made > 0)))""",
    "CREATE INDEX applied_decision_of_object ON applied_decision (object_no, source_system, object_version)",
    """CREATE INDEX applied_decision_unmatched ON applied_decision (source_system, case_id, revision)
        WHERE outcome = 'UNMATCHED'""",
    """CREATE TABLE task (
        task_id uuid PRIMARY KEY, source_system text NOT NULL, object_no text NOT NULL, id_type text NOT NULL,
        id_no text NOT NULL, subject_kind text NOT NULL, subject_name text NOT NULL, object_name text NOT NULL,
        object_address text NOT NULL, region text NOT NULL, department text NOT NULL, created_at timestamptz NOT NULL,
        check_kind text NOT NULL, checklist text NOT NULL, catalogue_version text NOT NULL, link_code text NOT NULL,
        case_id text NOT NULL, revision int NOT NULL, state text NOT NULL, claimed_by text NOT NULL,
        claimed_at timestamptz, closed_at timestamptz, closing_case text NOT NULL, inspection_no text NOT NULL,
        CONSTRAINT task_state CHECK (state IN ('PUBLISHED', 'CLAIMED', 'CONCLUDED', 'CANCELLED')),
        CONSTRAINT task_claim CHECK ((claimed_by <> '') = (claimed_at IS NOT NULL)
            AND (state <> 'CLAIMED' OR claimed_by <> '') AND (state <> 'PUBLISHED' OR claimed_by = '')),
        CONSTRAINT task_closed CHECK ((closed_at IS NOT NULL) = (state IN ('CONCLUDED', 'CANCELLED'))),
        CONSTRAINT task_concluded CHECK ((inspection_no <> '') = (state = 'CONCLUDED')),
        CONSTRAINT task_cancelled CHECK ((closing_case <> '') = (state = 'CANCELLED')),
        CONSTRAINT task_ad_hoc CHECK ((link_code = '') = (case_id = '') AND (link_code <> '' OR state = 'CONCLUDED')))""",
    """CREATE UNIQUE INDEX task_open_once ON task (object_no, source_system, link_code)
        WHERE state IN ('PUBLISHED', 'CLAIMED')""",
    """CREATE UNIQUE INDEX task_made_once ON task (case_id, source_system, revision, link_code)
        WHERE link_code <> ''""",
    "CREATE INDEX task_open_by_department ON task (department, task_id) WHERE state IN ('PUBLISHED', 'CLAIMED')",
    "CREATE INDEX task_of_object ON task (object_no, source_system, task_id)",
    """CREATE TABLE inspection (
        source_system text NOT NULL, inspection_no text NOT NULL, object_no text NOT NULL, task_id uuid NOT NULL,
        ad_hoc boolean NOT NULL, orphan boolean NOT NULL, inspected_on date NOT NULL, result text NOT NULL,
        inspectors text[] NOT NULL, passed text[] NOT NULL, failed text[] NOT NULL, not_applicable text[] NOT NULL,
        content bytea NOT NULL, recorded_at timestamptz NOT NULL, PRIMARY KEY (source_system, inspection_no),
        CONSTRAINT inspection_task UNIQUE (task_id), FOREIGN KEY (task_id) REFERENCES task (task_id),
        CONSTRAINT inspection_result CHECK (result IN ('PASS', 'PASS_WITH_CONDITIONS', 'FAIL')),
        CONSTRAINT inspection_two_inspectors CHECK (cardinality(inspectors) >= 2))""",
    "CREATE INDEX inspection_of_object ON inspection (object_no, source_system, inspected_on)",
    """CREATE TABLE finding (
        source_system text NOT NULL, inspection_no text NOT NULL, line_code text NOT NULL, severity text NOT NULL,
        note text NOT NULL, PRIMARY KEY (source_system, inspection_no, line_code),
        FOREIGN KEY (source_system, inspection_no) REFERENCES inspection (source_system, inspection_no),
        CONSTRAINT finding_severity CHECK (severity IN ('CRITICAL', 'SERIOUS', 'MINOR')))""",
    """CREATE TABLE subject_grade (
        id_type text NOT NULL, id_no text NOT NULL, source_system text NOT NULL, version int NOT NULL,
        grade text NOT NULL, score int NOT NULL, scorecard text NOT NULL, assessed_on date NOT NULL,
        PRIMARY KEY (id_type, id_no), CONSTRAINT subject_grade_grade CHECK (grade IN ('A', 'B', 'C', 'D')))""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
