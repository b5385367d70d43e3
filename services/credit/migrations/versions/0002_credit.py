"""Subjects and records (信用主体、失信记录).

Plain SQL, not the tables of today: a revision stays what it was when the tables move on.
"""

from alembic import op

revision = "0002_credit"
down_revision = "0001_chassis"

STATEMENTS = (
    """CREATE TABLE subject (
        id_type text NOT NULL, id_no text NOT NULL, kind text NOT NULL, name text NOT NULL,
        source_system text NOT NULL, region text NOT NULL, named_on date NOT NULL, version int NOT NULL,
        grade text, score int, scorecard text, assessed_on date, reasons jsonb NOT NULL,
        seen_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (id_type, id_no),
        CONSTRAINT subject_grade CHECK (grade IN ('A', 'B', 'C', 'D')),
        CONSTRAINT subject_assessed_or_not
            CHECK (num_nulls(grade, score, scorecard, assessed_on) = CASE WHEN version = 0 THEN 4 ELSE 0 END),
        CONSTRAINT subject_version CHECK (version >= 0))""",
    "COMMENT ON COLUMN subject.id_no IS 'for a natural person the keyed reference, never the number'",
    "COMMENT ON COLUMN subject.source_system IS 'of the first inspection seen'",
    "COMMENT ON COLUMN subject.version IS 'announced assessments'",
    "CREATE INDEX subject_by_grade ON subject (grade, id_type, id_no)",
    "CREATE INDEX subject_by_source ON subject (source_system)",
    """CREATE TABLE credit_record (
        record_id uuid PRIMARY KEY, seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        id_type text NOT NULL, id_no text NOT NULL, source_system text NOT NULL, inspection_no text NOT NULL,
        record_class text NOT NULL, rule text NOT NULL, occurred_on date NOT NULL, region text NOT NULL,
        department text NOT NULL, object_no text NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        FOREIGN KEY (id_type, id_no) REFERENCES subject (id_type, id_no),
        CONSTRAINT credit_record_natural_key UNIQUE (source_system, inspection_no),
        CONSTRAINT credit_record_class CHECK (record_class IN ('MINOR', 'GENERAL', 'SERIOUS')))""",
    "COMMENT ON COLUMN credit_record.seq IS 'order of arrival, for pages'",
    "COMMENT ON COLUMN credit_record.rule IS 'code of the classification rule'",
    "CREATE INDEX credit_record_of_subject ON credit_record (id_type, id_no, occurred_on)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
