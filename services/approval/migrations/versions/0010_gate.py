"""The trace of what the credit gate was asked and answered (关口查询留痕), only added to."""

from alembic import op

revision = "0010_gate"
down_revision = "0009_holds"

STATEMENTS = (
    """CREATE TABLE gate_query (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL,
        id_type text NOT NULL, id_no text NOT NULL, item_code text NOT NULL, judged_on date NOT NULL,
        answer text NOT NULL, reasons text[] NOT NULL, grade text, rules text NOT NULL, as_of timestamptz,
        by text NOT NULL, source_system text NOT NULL, CONSTRAINT gate_query_pkey PRIMARY KEY (id),
        CONSTRAINT gate_query_answer_check CHECK (answer IN ('ALLOW', 'ALLOW_WITHOUT_COMMITMENT', 'REFUSE')))""",
    "CREATE INDEX gate_query_subject_idx ON gate_query (id_no, id_type)",
)
COMMENTS = {
    "at": "查询时间",
    "id_type": "证件类型",
    "id_no": "证件号码; for a person the keyed reference",
    "item_code": "事项编码",
    "judged_on": "判断日期",
    "answer": "关口答复",
    "reasons": "codes of the reasons",
    "grade": "信用等级; NULL = none is held",
    "rules": "规则版本",
    "as_of": "the newest event of credit it rested on",
    "by": "who asked, if said",
    "source_system": "来源系统, if said",
}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for of, said in COMMENTS.items():
        op.execute(f"COMMENT ON COLUMN gate_query.{of} IS '{said}'")
