"""Site visits of enterprises (入企检查): visits, their trace, how they were rated, what they add up to in a year."""

from alembic import op

revision = "0014_visits"
down_revision = "0013_draws"

STATEMENTS = (
    "ALTER TABLE task ADD COLUMN visit_exemption text NOT NULL DEFAULT ''",
    "ALTER TABLE task ALTER COLUMN visit_exemption DROP DEFAULT",
    """CREATE TABLE site_visit (
        visit_no uuid PRIMARY KEY, number text NOT NULL, joint_no uuid NOT NULL,
        id_type text NOT NULL, id_no text NOT NULL, subject_kind text NOT NULL, subject_name text NOT NULL,
        source_system text NOT NULL, object_no text NOT NULL, object_name text NOT NULL, object_address text NOT NULL,
        region text NOT NULL, department text NOT NULL, level text NOT NULL, kind text NOT NULL,
        planned_on date NOT NULL, officers text[] NOT NULL, certificates jsonb NOT NULL, matters jsonb NOT NULL,
        reason text NOT NULL, legal_basis text NOT NULL, exemption text NOT NULL, exemption_document text NOT NULL,
        consumes boolean NOT NULL, tasks text[] NOT NULL, state text NOT NULL, version int NOT NULL,
        requested_by text NOT NULL, requested_at timestamptz NOT NULL, approved_by text NOT NULL,
        approved_at timestamptz, announced_at timestamptz, code text NOT NULL, entered_at timestamptz,
        scanned_at timestamptz, visited_on date, inspections jsonb NOT NULL, ended_by text NOT NULL,
        ended_at timestamptz, end_reason text NOT NULL, unannounced boolean NOT NULL, over_cap boolean NOT NULL,
        counted_on date NOT NULL, remind_on date,
        CONSTRAINT site_visit_approved CHECK ((approved_by <> '') = (approved_at IS NOT NULL)),
        CONSTRAINT site_visit_second_person CHECK (approved_by = '' OR approved_by <> requested_by),
        CONSTRAINT site_visit_announced CHECK ((code <> '') = (announced_at IS NOT NULL)))""",
    "CREATE INDEX site_visit_of_subject ON site_visit (id_no, id_type, counted_on)",
    "CREATE UNIQUE INDEX site_visit_number ON site_visit (number)",
    "CREATE UNIQUE INDEX site_visit_code ON site_visit (code) WHERE code <> ''",
    "CREATE INDEX site_visit_remind ON site_visit (remind_on) WHERE remind_on IS NOT NULL",
    """CREATE UNIQUE INDEX site_visit_to_come ON site_visit (object_no, source_system, department, planned_on)
        WHERE state IN ('REQUESTED', 'APPROVED', 'ANNOUNCED')""",
    """CREATE TABLE site_visit_change (
        number int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, visit_no uuid NOT NULL, act text NOT NULL,
        by text NOT NULL, at timestamptz NOT NULL, before text NOT NULL, after text NOT NULL, reason text NOT NULL,
        unannounced boolean NOT NULL)""",
    "CREATE INDEX site_visit_change_of_visit ON site_visit_change (visit_no, number)",
    """CREATE TRIGGER site_visit_change_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON site_visit_change
        FOR EACH STATEMENT EXECUTE FUNCTION evidence_is_kept()""",
    """CREATE TABLE site_visit_rating (
        visit_no uuid PRIMARY KEY, stars int NOT NULL, note text NOT NULL, at timestamptz NOT NULL,
        CONSTRAINT site_visit_rating_stars CHECK (stars BETWEEN 1 AND 5))""",
    """CREATE TABLE visit_count (
        id_no text NOT NULL, id_type text NOT NULL, year int NOT NULL, department text NOT NULL, level text NOT NULL,
        visits int NOT NULL, PRIMARY KEY (id_no, id_type, year, department, level))""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
