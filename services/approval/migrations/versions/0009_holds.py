"""What credit tells of holds and identities (信用约束、主体归并), and until when credit was heard.

Restrictions of access (限制准入) accepted before become holds of the item of their case, else of the newest decision on
their object; they begin on the day of the answer in China.
"""

from alembic import op

revision = "0009_holds"
down_revision = "0008_items"

STATEMENTS = (
    """CREATE TABLE hold (origin text NOT NULL, hold_id text NOT NULL, id_type text NOT NULL, id_no text NOT NULL,
        kind text, item_code text NOT NULL, basis text NOT NULL, document_no text NOT NULL, starts_on date,
        ends_on date, ended_on date, CONSTRAINT hold_pkey PRIMARY KEY (origin, hold_id),
        CONSTRAINT hold_origin_check CHECK (origin IN ('BAR', 'LIST', 'RECORD', 'FEEDBACK')),
        CONSTRAINT hold_begun_check CHECK ((kind IS NULL) = (starts_on IS NULL)),
        CONSTRAINT hold_said_check CHECK (kind IS NOT NULL OR ended_on IS NOT NULL))""",
    "CREATE INDEX hold_subject_idx ON hold (id_no, id_type)",
    """CREATE TABLE subject_alias (id_type text NOT NULL, id_no text NOT NULL, into_type text, into_no text,
        version integer NOT NULL, CONSTRAINT subject_alias_pkey PRIMARY KEY (id_type, id_no),
        CONSTRAINT subject_alias_into_check CHECK ((into_type IS NULL) = (into_no IS NULL)))""",
    "CREATE INDEX subject_alias_into_idx ON subject_alias (into_no, into_type)",
    """CREATE TABLE credit_seen (only_row boolean NOT NULL DEFAULT true, as_of timestamptz NOT NULL,
        applied_at timestamptz NOT NULL, CONSTRAINT credit_seen_pkey PRIMARY KEY (only_row),
        CONSTRAINT credit_seen_only_row_check CHECK (only_row))""",
    """INSERT INTO hold (origin, hold_id, id_type, id_no, kind, item_code, basis, document_no, starts_on)
        SELECT DISTINCT ON (f.feedback_id) 'FEEDBACK', f.feedback_id::text, f.id_type, f.id_no, 'RESTRICT',
               coalesce(d.item_code, ''), f.legal_basis, '', (f.answered_at AT TIME ZONE 'Asia/Shanghai')::date
          FROM feedback f LEFT JOIN decision d
            ON d.source_system = f.source_system AND (d.case_id = f.case_id OR d.object_no = f.object_no)
         WHERE f.kind = 'RESTRICT' AND f.accepted
         ORDER BY f.feedback_id, d.case_id = f.case_id DESC, d.object_version DESC""",
)
COMMENTS = {
    "hold": {
        "origin": "约束来源",
        "hold_id": "its id there",
        "id_type": "证件类型",
        "id_no": "证件号码; for a person the keyed reference",
        "kind": "约束种类; NULL = only its end has arrived",
        "item_code": "事项编码; empty = for none in particular",
        "basis": "依据",
        "document_no": "文书号",
        "starts_on": "起始日期",
        "ends_on": "the last day; NULL = until it is ended",
        "ended_on": "the first day without it",
    },
    "subject_alias": {
        "id_type": "证件类型",
        "id_no": "证件号码; for a person the keyed reference",
        "into_type": "并入主体; NULL = it stands for itself again",
        "version": "第几次身份变更",
    },
    "credit_seen": {
        "as_of": "the newest event of credit was told then",
        "applied_at": "and one was last applied then",
    },
}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, columns in COMMENTS.items():
        for of, said in columns.items():
            op.execute(f"COMMENT ON COLUMN {table}.{of} IS '{said}'")
