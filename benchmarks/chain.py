"""The chain floor and peers carry out (主链): what bureaus send, and the tables it ends in.

One chain: a decision makes a task; the failed inspection of it concludes the task, becomes a credit record and a grade;
the grade is known again where the licence was given and where it is supervised. Every chain has a holder and an object
of its own. Field names, sizes and rows are about those of the product; there are no rules.
"""

import msgspec

DAY = "2026-03-02"


class Case(msgspec.Struct):
    """审批决定, as a bureau states it."""

    chain: int
    case_id: str
    holder: str
    holder_name: str
    object_no: str
    object_name: str
    object_address: str
    source_system: str = "bench"
    kind: str = "NEW"
    item_code: str = "BENCH"
    region: str = "640202"
    decided_on: str = DAY


class Inspection(msgspec.Struct):
    """检查, as a bureau states it."""

    chain: int
    inspection_no: str
    object_no: str
    source_system: str = "bench"
    inspected_on: str = DAY
    inspectors: tuple[str, ...] = ("officer-1", "officer-2")
    result: str = "FAIL"
    line_code: str = "1"
    severity: str = "CRITICAL"
    note: str = "生熟混放"


def case_of(chain: int) -> Case:
    """The decision a chain begins with."""
    name = f"示例餐馆第{chain:07d}号"
    return Case(
        chain=chain,
        case_id=f"C{chain:07d}",
        holder=f"BENCHHOLDER{chain:07d}",
        holder_name=name,
        object_no=f"JY1640202{chain:07d}",
        object_name=name,
        object_address=f"大武口区示例街{chain % 500}号",
    )


def inspection_of(chain: int) -> Inspection:
    """The inspection of its task."""
    return Inspection(chain, f"I{chain:07d}", case_of(chain).object_no)


TABLES = {
    "approval": """
CREATE TABLE subject (id_no text PRIMARY KEY, kind text NOT NULL, name text NOT NULL);
CREATE TABLE supervised_object (object_no text PRIMARY KEY, version int NOT NULL);
CREATE TABLE decision (
    case_id text, revision int, kind text, item_code text, region text, decided_on date, id_no text, object_no text,
    object_name text, object_address text, fingerprint bytea, registered_at timestamptz DEFAULT now(),
    PRIMARY KEY (case_id, revision));
CREATE TABLE grade (id_no text PRIMARY KEY, version int NOT NULL, grade text NOT NULL, score int NOT NULL);
""",
    "supervision": """
CREATE TABLE supervised_object (
    object_no text PRIMARY KEY, version int, id_no text, holder_name text, name text, address text, region text);
CREATE TABLE task (
    task_id uuid PRIMARY KEY, case_id text, object_no text NOT NULL, id_no text, department text, link_code text,
    state text NOT NULL, inspection_no text, created_at timestamptz DEFAULT now());
CREATE INDEX ON task (object_no);
CREATE TABLE inspection (
    inspection_no text PRIMARY KEY, task_id uuid, object_no text, result text, inspected_on date, inspectors text,
    content bytea, recorded_at timestamptz DEFAULT now());
CREATE TABLE finding (inspection_no text, line_code text, severity text, note text,
    PRIMARY KEY (inspection_no, line_code));
CREATE TABLE subject_grade (id_no text PRIMARY KEY, version int NOT NULL, grade text NOT NULL, score int NOT NULL);
""",
    "credit": """
CREATE TABLE subject (id_no text PRIMARY KEY, kind text, name text, version int, grade text, score int);
CREATE TABLE record (
    record_id text PRIMARY KEY, id_no text NOT NULL, kind text, record_class text, inspection_no text, object_no text,
    department text, occurred_on date, min_until date, max_until date);
CREATE INDEX ON record (id_no);
""",
}
"""Service → its tables, without those of a transport (inbox, outbox)."""

COUNTS = {
    "approval": ("subject", "supervised_object", "decision", "grade"),
    "supervision": ("supervised_object", "task", "inspection", "finding", "subject_grade"),
    "credit": ("subject", "record"),
}
"""Service → the tables that must hold one row per chain at the end."""
