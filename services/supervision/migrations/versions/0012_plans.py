"""Annual plans of random checks (年度抽查计划): matters, versions of plans, scope of inspectors, the index of held items."""

from alembic import op

revision = "0012_plans"
down_revision = "0011_risk"

STATEMENTS = (
    """CREATE TABLE matter (
        code text PRIMARY KEY, name text NOT NULL, department text NOT NULL, category text NOT NULL,
        legal_basis text NOT NULL, checklist text NOT NULL, checklist_version text NOT NULL, active boolean NOT NULL,
        since date,
        CONSTRAINT matter_category CHECK (category IN ('GENERAL', 'KEY', 'PUBLIC_SAFETY')))""",
    "CREATE INDEX matter_of_department ON matter (department, code)",
    """CREATE TABLE plan_version (
        plan_no text NOT NULL, version int NOT NULL, year int NOT NULL, lead_department text NOT NULL,
        departments text[] NOT NULL, region text NOT NULL, title text NOT NULL, state text NOT NULL,
        content jsonb NOT NULL, drafted_by text NOT NULL, drafted_at timestamptz NOT NULL,
        submitted_by text NOT NULL, submitted_at timestamptz, filed_by text NOT NULL, filed_at timestamptz,
        filing_no text NOT NULL, filed_on date, PRIMARY KEY (plan_no, version),
        CONSTRAINT plan_version_state CHECK (state IN ('DRAFT', 'SUBMITTED', 'FILED')),
        CONSTRAINT plan_version_filed CHECK (
            (state = 'FILED') = (filed_at IS NOT NULL AND filed_on IS NOT NULL AND filing_no <> '')),
        CONSTRAINT plan_version_second_person
            CHECK (filed_by = '' OR filed_by NOT IN (drafted_by, submitted_by)))""",
    "CREATE UNIQUE INDEX plan_version_open_once ON plan_version (plan_no) WHERE state <> 'FILED'",
    "CREATE INDEX plan_version_of_year ON plan_version (year, plan_no, version)",
    """CREATE TRIGGER plan_version_is_kept BEFORE UPDATE OR DELETE ON plan_version
        FOR EACH ROW WHEN (OLD.state = 'FILED') EXECUTE FUNCTION evidence_is_kept()""",
    """CREATE TABLE plan_change (
        number int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, plan_no text NOT NULL, version int NOT NULL,
        act text NOT NULL, by text NOT NULL, at timestamptz NOT NULL, reason text NOT NULL)""",
    "CREATE INDEX plan_change_of_plan ON plan_change (plan_no, number)",
    """CREATE TRIGGER plan_change_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_change
        FOR EACH STATEMENT EXECUTE FUNCTION evidence_is_kept()""",
    """CREATE TABLE plan_urging (
        department text NOT NULL, year int NOT NULL, step text NOT NULL, at timestamptz NOT NULL,
        PRIMARY KEY (department, year, step))""",
    "ALTER TABLE inspector ADD COLUMN matters text[] NOT NULL DEFAULT '{}'",
    "ALTER TABLE inspector ALTER COLUMN matters DROP DEFAULT",
    "CREATE INDEX object_risk_items ON object_risk USING gin (items)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
