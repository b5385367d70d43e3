"""Personal data (个人信息): a blind index beside sealed numbers, and who had them revealed, only added to."""

from alembic import op

from chassis import personal_schema

revision = "0017_personal"
down_revision = "0016_role_grants"

STATEMENTS = (
    "ALTER TABLE subject ADD COLUMN number_index bytea",
    "CREATE INDEX subject_number_idx ON subject (number_index) WHERE number_index IS NOT NULL",
    """COMMENT ON COLUMN subject.number_index IS
        '盲索引; NULL = an organisation, or sealed before there was one'""",
    """CREATE TABLE reveal (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT reveal_pkey PRIMARY KEY, at timestamptz NOT NULL,
        id_type text NOT NULL, id_no text NOT NULL, by text NOT NULL, purpose text NOT NULL, reason text NOT NULL,
        CONSTRAINT reveal_reason_check CHECK (length(reason) >= 4))""",
    "CREATE INDEX reveal_subject_idx ON reveal (id_no, id_type)",
    """CREATE TRIGGER reveal_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON reveal
        FOR EACH STATEMENT EXECUTE FUNCTION only_added()""",
)
COMMENTS = {
    "at": "查看时间",
    "id_type": "证件类型",
    "id_no": "证件号码; the keyed reference",
    "by": "who asked",
    "purpose": "用途",
    "reason": "理由",
}


def upgrade() -> None:
    personal_schema.upgrade(resealed=(("export_line", "sealed"),))
    for statement in STATEMENTS:
        op.execute(statement)
    for of, said in COMMENTS.items():
        op.execute(f"COMMENT ON COLUMN reveal.{of} IS '{said}'")
