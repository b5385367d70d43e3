"""Fixed months (定格): figures that stand still, kept beside the read model and no part of it: a rebuild leaves them alone.

With them come the working-day calendar, filled in from the trace, which rebuilding is under way, and an index by which a
department counts what it has, whoever it was made for.
"""

from alembic import op

from chassis.row_security import fence

revision = "0015_fixing"
down_revision = "0014_names"

KEPT = ("fixed_month", "fixed_figures")
"""Tables that are only added to."""
CALENDAR = """INSERT INTO calendar_year (year, version, working, free, provisional, source)
    SELECT DISTINCT ON (1) (said ->> 'year')::int, (said ->> 'version')::int,
        ARRAY(SELECT jsonb_array_elements_text(said -> 'working')::date),
        ARRAY(SELECT jsonb_array_elements_text(said -> 'free')::date),
        (said ->> 'provisional')::boolean, said ->> 'source'
    FROM (SELECT convert_from(payload, 'UTF8')::jsonb AS said FROM told
        WHERE subject_ref = '099:CALENDAR' AND fact = 'approval.calendar.changed') AS calendars
    ORDER BY 1, 2 DESC ON CONFLICT DO NOTHING"""
STATEMENTS = (
    """CREATE TABLE fixed_month (
        fixing_id uuid PRIMARY KEY, month date NOT NULL UNIQUE, at timestamptz NOT NULL, by text NOT NULL,
        reason text NOT NULL, rules jsonb, cases jsonb NOT NULL, rows int NOT NULL, sha256 text NOT NULL,
        CONSTRAINT fixed_month_is_one CHECK (extract(day FROM month) = 1))""",
    "COMMENT ON COLUMN fixed_month.by IS 'who fixed it; empty: the system, when it was due'",
    """CREATE TABLE fixed_figures (
        month date NOT NULL REFERENCES fixed_month (month), region text NOT NULL, department text NOT NULL,
        figures jsonb NOT NULL, progress jsonb NOT NULL, PRIMARY KEY (month, region, department))""",
    *(
        f"""CREATE TRIGGER {name}_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}
        FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()"""
        for name in KEPT
    ),
    *fence("fixed_figures"),
    """CREATE TABLE rebuild (
        no int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, begun_at timestamptz NOT NULL, done_at timestamptz)""",
    CALENDAR,
    "CREATE INDEX task_line_made ON task_line (created_at) WHERE NOT ad_hoc",
    "DROP INDEX told_assessed",
    """CREATE INDEX told_assessed ON told (fact, at) INCLUDE (department, task_id)
        WHERE fact IN ('supervision.card.issued', 'supervision.task.urged')""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
