"""The directory (通讯录): departments and people. Plain SQL: a revision stays what it was when the tables move on."""

from alembic import op

revision = "0004_directory"
down_revision = "0003_time"

TABLES = (
    """CREATE TABLE department (code text NOT NULL, name text NOT NULL, uscc text NOT NULL, head text NOT NULL,
        liaison text NOT NULL, superior text NOT NULL, merged_into text NOT NULL, version integer NOT NULL,
        CONSTRAINT department_pkey PRIMARY KEY (code))""",
    """CREATE TABLE person (code text NOT NULL, name text NOT NULL, department text NOT NULL, left_on date,
        successor text NOT NULL, deputy text NOT NULL, version integer NOT NULL,
        CONSTRAINT person_pkey PRIMARY KEY (code))""",
    "CREATE INDEX person_department_idx ON person (department, code)",
)

COMMENTS = {
    "department": {
        "code": "部门编码",
        "name": "部门名称",
        "uscc": "统一社会信用代码",
        "head": "负责人",
        "liaison": "联络员",
        "superior": "上级部门",
        "merged_into": "并入部门",
        "version": "第几次变更",
    },
    "person": {
        "code": "人员编码",
        "name": "姓名; never leaves in events",
        "department": "部门编码",
        "left_on": "离岗日期; NULL = 在岗",
        "successor": "接任人",
        "deputy": "代理人",
        "version": "第几次变更",
    },
}


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    for name, columns in COMMENTS.items():
        for of, said in columns.items():
            op.execute(f"COMMENT ON COLUMN {name}.{of} IS '{said}'")
