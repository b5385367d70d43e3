"""Lists, bars, and what approval tells of items and annulments (名单、限制申请、审批事项、撤销许可)."""

from alembic import op

revision = "0008_constraint"
down_revision = "0007_rules"

STATEMENTS = (
    """CREATE TABLE list_entry (
        entry_id uuid PRIMARY KEY REFERENCES credit_record (record_id),
        seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        legal_basis text NOT NULL, notice_document text NOT NULL, exit_conditions text NOT NULL, by text NOT NULL,
        left_on date, left_by text NOT NULL, left_reason text NOT NULL,
        CONSTRAINT list_entry_left CHECK ((left_on IS NULL) = (left_by = '')))""",
    "COMMENT ON COLUMN list_entry.entry_id IS 'the id of its record'",
    "COMMENT ON COLUMN list_entry.seq IS 'order of arrival, for pages'",
    "COMMENT ON COLUMN list_entry.legal_basis IS 'code of the catalogue of constraints'",
    "COMMENT ON COLUMN list_entry.left_on IS 'the first day outside'",
    """CREATE TABLE bar (
        bar_id uuid PRIMARY KEY, seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        id_type text NOT NULL, id_no text NOT NULL, source_system text NOT NULL, region text NOT NULL,
        kind text NOT NULL, item_code text NOT NULL, legal_basis text NOT NULL, document_no text NOT NULL,
        starts_on date NOT NULL, ends_on date NOT NULL, department text NOT NULL, by text NOT NULL,
        state text NOT NULL, ended_on date, ended_by text NOT NULL, ended_reason text NOT NULL,
        imposed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        FOREIGN KEY (id_type, id_no) REFERENCES subject (id_type, id_no),
        CONSTRAINT bar_kind CHECK (kind IN ('REFUSAL', 'ANNULMENT', 'PROCUREMENT')),
        CONSTRAINT bar_item CHECK ((item_code = '') = (kind = 'PROCUREMENT')),
        CONSTRAINT bar_days CHECK (starts_on <= ends_on),
        CONSTRAINT bar_state CHECK (state IN ('IN_FORCE', 'LIFTED', 'ENDED')
            AND (state = 'IN_FORCE') = (ended_on IS NULL)))""",
    "COMMENT ON COLUMN bar.seq IS 'order of arrival, for pages'",
    "COMMENT ON COLUMN bar.id_type IS 'as the decision named the subject'",
    "COMMENT ON COLUMN bar.ends_on IS 'the last day, included'",
    "COMMENT ON COLUMN bar.ended_on IS 'the first day without it'",
    "CREATE INDEX bar_of_subject ON bar (id_type, id_no)",
    """CREATE TABLE item (
        item_code text PRIMARY KEY, name text NOT NULL, public_safety boolean NOT NULL, version int NOT NULL)""",
    """CREATE TABLE annulment (
        source_system text NOT NULL, case_id text NOT NULL, revision int NOT NULL, by_deceit boolean NOT NULL,
        bar_id uuid, PRIMARY KEY (source_system, case_id))""",
    "COMMENT ON COLUMN annulment.revision IS 'the newest that was told'",
    "COMMENT ON COLUMN annulment.bar_id IS 'the bar it imposed'",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
