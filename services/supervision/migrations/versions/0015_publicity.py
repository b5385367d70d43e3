"""Publicity of results (抽查结果公示). What was inspected before is not publicised: the rules begin with a day."""

from alembic import op

revision = "0015_publicity"
down_revision = "0014_visits"

STATEMENTS = (
    """CREATE TABLE publication (
        publication_no uuid PRIMARY KEY, source_system text NOT NULL, inspection_no text NOT NULL,
        task_id uuid NOT NULL, object_no text NOT NULL, region text NOT NULL, department text NOT NULL,
        purpose text NOT NULL, inspectors text[] NOT NULL, result text NOT NULL, formed_on date NOT NULL,
        edition text NOT NULL, state text NOT NULL, version int NOT NULL, publicised_on date, shown_by text NOT NULL,
        id_type text NOT NULL, id_no text NOT NULL, subject_kind text NOT NULL, holder_name text NOT NULL,
        matter_code text NOT NULL, matter_name text NOT NULL, subject_name text NOT NULL, object_name text NOT NULL,
        inspected_on date NOT NULL, result_class text NOT NULL, doubt jsonb, withdrawal jsonb,
        CONSTRAINT publication_state CHECK (state IN ('PENDING', 'PUBLICISED', 'CORRECTED', 'WITHDRAWN')),
        CONSTRAINT publication_withdrawn CHECK ((state = 'WITHDRAWN') = (withdrawal IS NOT NULL)),
        CONSTRAINT publication_shown CHECK ((shown_by <> '') = (publicised_on IS NOT NULL)))""",
    "CREATE UNIQUE INDEX publication_of_inspection ON publication (inspection_no, source_system)",
    "CREATE INDEX publication_of_task ON publication (task_id)",
    "CREATE INDEX publication_of_department ON publication (department, formed_on)",
    "CREATE INDEX publication_in_order ON publication (department, publication_no)",
    "CREATE INDEX publication_by_day ON publication (publicised_on, publication_no)",
    "CREATE INDEX publication_of_subject ON publication (id_no, publication_no)",
    "CREATE INDEX publication_of_name ON publication (subject_name, publication_no)",
    "CREATE INDEX publication_by_state ON publication (state, publication_no)",
    """CREATE TABLE publication_change (
        publication_no uuid NOT NULL, version int NOT NULL, act text NOT NULL, by text NOT NULL,
        at timestamptz NOT NULL, cause text NOT NULL, reason text NOT NULL, matter_code text NOT NULL,
        matter_name text NOT NULL, subject_name text NOT NULL, object_name text NOT NULL, inspected_on date NOT NULL,
        result_class text NOT NULL, PRIMARY KEY (publication_no, version))""",
    """CREATE TRIGGER publication_change_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON publication_change
        FOR EACH STATEMENT EXECUTE FUNCTION evidence_is_kept()""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
