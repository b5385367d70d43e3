"""The tables of approval (审批业务表) and the region codes (区划代码) of GB/T 2260.

Plain SQL, not the tables of today: a revision stays what it was when the tables move on. The list names counties;
the codes of their cities and provinces follow from them (4 digits + 00, 2 digits + 0000). Secondary keys begin with the
selective column, see decision 0006.
"""

import csv
from pathlib import Path

from alembic import op
from sqlalchemy import column, table

revision = "0002_approval"
down_revision = "0001_chassis"

_AREAS = Path(__file__).parents[1] / "seed" / "areas.csv"

TABLES = (
    """CREATE TABLE decision (source_system text NOT NULL, case_id text NOT NULL,
        revision integer NOT NULL CONSTRAINT decision_revision_check CHECK (revision > 0),
        id bigint GENERATED ALWAYS AS IDENTITY, kind text NOT NULL, item_code text NOT NULL,
        region text NOT NULL, decided_on date NOT NULL, valid_from date, valid_to date,
        commitment boolean DEFAULT false NOT NULL, existing boolean DEFAULT false NOT NULL,
        licence_no text NOT NULL, id_type text NOT NULL, id_no text NOT NULL, object_no text NOT NULL,
        object_name text NOT NULL, object_address text NOT NULL, object_version integer NOT NULL,
        fingerprint bytea NOT NULL, registered_at timestamptz NOT NULL,
        CONSTRAINT decision_pkey PRIMARY KEY (source_system, case_id, revision),
        CONSTRAINT decision_object_no_source_system_object_version_key UNIQUE (object_no, source_system,
        object_version), CONSTRAINT decision_validity_check CHECK (valid_from <= valid_to),
        CONSTRAINT decision_id_key UNIQUE (id))""",
    """CREATE TABLE grade (id_type text NOT NULL, id_no text NOT NULL, source_system text NOT NULL,
        version integer NOT NULL, grade text NOT NULL, score integer NOT NULL, scorecard text NOT NULL,
        assessed_on date NOT NULL, CONSTRAINT grade_pkey PRIMARY KEY (id_type, id_no))""",
    """CREATE TABLE item (item_code text NOT NULL, name text NOT NULL, department text NOT NULL,
        updated_at timestamptz NOT NULL, CONSTRAINT item_pkey PRIMARY KEY (item_code))""",
    """CREATE TABLE region (code text NOT NULL, name text NOT NULL, CONSTRAINT region_pkey PRIMARY KEY (code))""",
    """CREATE TABLE subject (id_type text NOT NULL, id_no text NOT NULL, kind text NOT NULL, name text NOT NULL,
        sealed_no bytea, sealed_name bytea, CONSTRAINT subject_pkey PRIMARY KEY (id_type, id_no),
        CONSTRAINT subject_person_is_sealed_check CHECK ((kind = 'PERSON') = (sealed_no IS NOT NULL) AND (kind = 'PERSON') = (sealed_name IS NOT NULL) AND (kind <> 'PERSON' OR name = '')))""",
    """CREATE TABLE supervised_object (source_system text NOT NULL, object_no text NOT NULL,
        version integer NOT NULL CONSTRAINT supervised_object_version_check CHECK (version > 0),
        CONSTRAINT supervised_object_pkey PRIMARY KEY (source_system, object_no))""",
)

COMMENTS = {
    "decision": {
        "source_system": "来源系统",
        "case_id": "办件编号",
        "revision": "版次",
        "kind": "办理类型",
        "item_code": "事项编码",
        "region": "区划代码",
        "decided_on": "决定日期",
        "valid_from": "有效期起",
        "valid_to": "有效期至; NULL = 长期",
        "commitment": "告知承诺",
        "existing": "存量",
        "licence_no": "许可编号",
        "id_type": "证件类型",
        "id_no": "证件号码; for a person the keyed reference",
        "object_no": "对象编号",
        "object_name": "对象名称",
        "object_address": "对象地址",
        "object_version": "该对象的第几次决定",
        "fingerprint": "内容指纹",
        "registered_at": "登记时间",
    },
    "grade": {
        "id_type": "证件类型",
        "id_no": "证件号码; for a person the keyed reference",
        "source_system": "来源系统",
        "version": "第几次评价",
        "grade": "信用等级",
        "score": "信用分",
        "scorecard": "评分规则版本",
        "assessed_on": "评价日期",
    },
    "item": {
        "item_code": "事项编码",
        "name": "事项名称",
        "department": "审批部门",
    },
    "region": {
        "code": "区划代码 GB/T 2260",
        "name": "名称; empty for provinces and cities, whose codes alone are known",
    },
    "subject": {
        "id_type": "证件类型",
        "id_no": "证件号码; for a person the keyed reference",
        "kind": "主体类别",
        "name": "名称; empty for a person",
        "sealed_no": "证件号码, sealed; persons only",
        "sealed_name": "姓名, sealed; persons only",
    },
    "supervised_object": {
        "source_system": "来源系统",
        "object_no": "对象编号",
        "version": "决定次数",
    },
}


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    for name, columns in COMMENTS.items():
        for of, said in columns.items():
            op.execute(f"COMMENT ON COLUMN {name}.{of} IS '{said}'")
    op.bulk_insert(table("region", column("code"), column("name")), _regions())


def _regions() -> list[dict[str, str]]:
    with _AREAS.open(encoding="utf-8", newline="") as file:
        counties = {row["code"]: row["name"] for row in csv.DictReader(file)}
    above = {code[:4] + "00" for code in counties} | {code[:2] + "0000" for code in counties}
    names = dict.fromkeys(above, "") | counties
    return [{"code": code, "name": names[code]} for code in sorted(names)]
