"""Identities, periods, states and kinds of records (主体身份、记录种类、公示期、状态).

Records kept so far are inspections without a shown period: their longest one follows from their class as the rules of
then said (3, 12 and 36 months), counted from the day of the inspection; subjects are due at once, so that the first
sweep assesses everybody by the new rules.
"""

from alembic import op

revision = "0005_credit_whole"
down_revision = "0004_watch"

STATEMENTS = (
    """ALTER TABLE subject ADD merged_type text, ADD merged_no text,
        ADD identity_version int NOT NULL DEFAULT 0, ADD due_on date,
        ADD CONSTRAINT subject_merged CHECK ((merged_type IS NULL) = (merged_no IS NULL)),
        ADD CONSTRAINT subject_due_at_root CHECK (merged_type IS NULL OR due_on IS NULL)""",
    "COMMENT ON COLUMN subject.source_system IS 'of the first mention'",
    "COMMENT ON COLUMN subject.merged_type IS 'the identity this one was merged into'",
    "COMMENT ON COLUMN subject.identity_version IS 'mergers and splits'",
    "COMMENT ON COLUMN subject.due_on IS 'the first day on which something may end or change by itself'",
    "CREATE INDEX subject_merged_into ON subject (merged_type, merged_no) WHERE merged_type IS NOT NULL",
    "CREATE INDEX subject_due ON subject (due_on) WHERE due_on IS NOT NULL",
    "UPDATE subject SET due_on = assessed_on WHERE version > 0",
    """CREATE TABLE subject_change (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id_type text NOT NULL, id_no text NOT NULL,
        kind text NOT NULL, at timestamptz NOT NULL, by text NOT NULL, reason text NOT NULL, facts jsonb NOT NULL,
        CONSTRAINT subject_change_kind CHECK (kind IN ('REGISTERED', 'RENAMED', 'MERGED', 'SPLIT')))""",
    "CREATE INDEX subject_change_of ON subject_change (id_type, id_no)",
    """CREATE TABLE object_holder (
        source_system text NOT NULL, object_no text NOT NULL, id_type text NOT NULL, id_no text NOT NULL,
        kind text NOT NULL, name text NOT NULL, region text NOT NULL, named_on date NOT NULL,
        object_version int NOT NULL, PRIMARY KEY (source_system, object_no))""",
    "COMMENT ON COLUMN object_holder.object_version IS 'of the decision that says so'",
    """ALTER TABLE credit_record ADD kind text NOT NULL DEFAULT 'INSPECTION', ADD number text,
        ADD document_no text NOT NULL DEFAULT '', ADD document_on date, ADD item_code text NOT NULL DEFAULT '',
        ADD detail text NOT NULL DEFAULT '', ADD public boolean NOT NULL DEFAULT false, ADD min_until date,
        ADD max_until date, ADD repairable boolean NOT NULL DEFAULT true, ADD state text NOT NULL DEFAULT 'ACTIVE',
        ADD ended_on date, ADD marks jsonb NOT NULL DEFAULT '[]',
        DROP CONSTRAINT credit_record_natural_key, DROP CONSTRAINT credit_record_class,
        ADD CONSTRAINT credit_record_class CHECK (record_class IN ('MINOR', 'GENERAL', 'SERIOUS', 'MERIT')),
        ADD CONSTRAINT credit_record_kind CHECK (kind IN ('INSPECTION', 'PENALTY', 'COMMITMENT_BREACH',
            'ABNORMAL_LIST', 'SEVERE_LIST', 'COMMENDATION', 'OTHER')),
        ADD CONSTRAINT credit_record_state CHECK (state IN ('ACTIVE', 'EXPIRED', 'REPAIRED', 'WITHDRAWN', 'EXITED')
            AND (state = 'ACTIVE') = (ended_on IS NULL))""",
    """UPDATE credit_record SET number = inspection_no, public = record_class <> 'MINOR',
        min_until = (occurred_on + CASE record_class WHEN 'GENERAL' THEN interval '3 months'
            WHEN 'SERIOUS' THEN interval '12 months' END)::date,
        max_until = (occurred_on + CASE record_class WHEN 'MINOR' THEN interval '3 months'
            WHEN 'GENERAL' THEN interval '12 months' ELSE interval '36 months' END)::date""",
    """ALTER TABLE credit_record ALTER number SET NOT NULL, ALTER kind DROP DEFAULT, ALTER document_no DROP DEFAULT,
        ALTER item_code DROP DEFAULT, ALTER detail DROP DEFAULT, ALTER public DROP DEFAULT,
        ALTER repairable DROP DEFAULT, ALTER state DROP DEFAULT, ALTER marks DROP DEFAULT""",
    "COMMENT ON COLUMN credit_record.id_type IS 'as the source named the subject'",
    "COMMENT ON COLUMN credit_record.inspection_no IS 'of the inspection behind it; empty = none'",
    "COMMENT ON COLUMN credit_record.number IS 'with source and kind the natural key'",
    "COMMENT ON COLUMN credit_record.document_on IS 'the periods begin here, else on occurred_on'",
    "COMMENT ON COLUMN credit_record.min_until IS 'last day of the shortest period'",
    "COMMENT ON COLUMN credit_record.max_until IS 'last day of the longest period'",
    "COMMENT ON COLUMN credit_record.ended_on IS 'the first day on which it is not used'",
    "COMMENT ON COLUMN credit_record.marks IS 'objections, pending and past'",
    """CREATE INDEX credit_record_of_inspection ON credit_record (source_system, inspection_no)
        WHERE inspection_no <> ''""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
