"""Tables (业务表) of approval as SQLAlchemy Core, for migrations and queries; the hot path writes them in ``store.py``.

CHECK constraints repeat the rules a wrong row would break for ever. Days are days in China, instants UTC.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    },
)

region = Table(
    "region",
    metadata,
    Column("code", Text, primary_key=True, comment="区划代码 GB/T 2260"),
    Column("name", Text, nullable=False, comment="名称; empty for provinces and cities, whose codes alone are known"),
)

item = Table(
    "item",
    metadata,
    Column("item_code", Text, primary_key=True, comment="事项编码"),
    Column("name", Text, nullable=False, comment="事项名称"),
    Column("department", Text, nullable=False, comment="审批部门"),
    Column(
        "public_safety",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="直接关系公共安全、人身健康、生命财产安全",
    ),
    Column(
        "version",
        Integer,
        CheckConstraint("version >= 0", name="version"),
        nullable=False,
        server_default=text("0"),
        comment="第几次变更; 0 = not told to the others yet",
    ),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Index("item_searched", text("grams((item_code || ' '::text) || name)"), postgresql_using="gin"),
)

subject = Table(
    "subject",
    metadata,
    Column("id_type", Text, primary_key=True, comment="证件类型"),
    Column("id_no", Text, primary_key=True, comment="证件号码; for a person the keyed reference"),
    Column("kind", Text, nullable=False, comment="主体类别"),
    Column("name", Text, nullable=False, comment="名称; empty for a person"),
    Column("sealed_no", LargeBinary, comment="证件号码, sealed; persons only"),
    Column("sealed_name", LargeBinary, comment="姓名, sealed; persons only"),
    Column("number_index", LargeBinary, comment="盲索引; NULL = an organisation, or sealed before there was one"),
    Index("subject_number_idx", "number_index", postgresql_where=text("number_index IS NOT NULL")),
    CheckConstraint(
        "(kind = 'PERSON') = (sealed_no IS NOT NULL) AND (kind = 'PERSON') = (sealed_name IS NOT NULL)"
        " AND (kind <> 'PERSON' OR name = '')",
        name="person_is_sealed",
    ),
)

supervised_object = Table(
    "supervised_object",
    metadata,
    Column("source_system", Text, primary_key=True, comment="来源系统"),
    Column("object_no", Text, primary_key=True, comment="对象编号"),
    Column("version", Integer, CheckConstraint("version > 0", name="version"), nullable=False, comment="决定次数"),
)

decision = Table(
    "decision",
    metadata,
    Column("source_system", Text, primary_key=True, comment="来源系统"),
    Column("case_id", Text, primary_key=True, comment="办件编号"),
    Column("revision", Integer, CheckConstraint("revision > 0", name="revision"), primary_key=True, comment="版次"),
    Column("id", BigInteger, Identity(always=True), unique=True),
    Column("kind", Text, nullable=False, comment="办理类型"),
    Column("item_code", Text, nullable=False, comment="事项编码"),
    Column("region", Text, nullable=False, comment="区划代码"),
    Column("decided_on", Date, nullable=False, comment="决定日期"),
    Column("valid_from", Date, comment="有效期起"),
    Column("valid_to", Date, comment="有效期至; NULL = 长期"),
    Column("commitment", Boolean, nullable=False, server_default=false(), comment="告知承诺"),
    Column("existing", Boolean, nullable=False, server_default=false(), comment="存量"),
    Column("licence_no", Text, nullable=False, comment="许可编号"),
    Column(
        "by_deceit", Boolean, nullable=False, server_default=false(), comment="以欺骗、贿赂等不正当手段取得 (许可法69)"
    ),
    Column("id_type", Text, nullable=False, comment="证件类型"),
    Column("id_no", Text, nullable=False, comment="证件号码; for a person the keyed reference"),
    Column("object_no", Text, nullable=False, comment="对象编号"),
    Column("object_name", Text, nullable=False, comment="对象名称"),
    Column("object_address", Text, nullable=False, comment="对象地址"),
    Column("object_version", Integer, nullable=False, comment="该对象的第几次决定"),
    Column("fingerprint", LargeBinary, nullable=False, comment="内容指纹"),
    Column("registered_at", DateTime(timezone=True), nullable=False, comment="登记时间"),
    UniqueConstraint("object_no", "source_system", "object_version"),
    CheckConstraint("valid_from <= valid_to", name="validity"),
    *(Index(f"decision_{day}_idx", day, postgresql_using="brin") for day in ("decided_on", "registered_at")),
    Index("decision_of_item", "item_code", "id"),
)

grade = Table(
    "grade",
    metadata,
    Column("id_type", Text, primary_key=True, comment="证件类型"),
    Column("id_no", Text, primary_key=True, comment="证件号码; for a person the keyed reference"),
    Column("source_system", Text, nullable=False, comment="来源系统"),
    Column("version", Integer, nullable=False, comment="第几次评价"),
    Column("grade", Text, nullable=False, comment="信用等级"),
    Column("score", Integer, nullable=False, comment="信用分"),
    Column("scorecard", Text, nullable=False, comment="评分规则版本"),
    Column("assessed_on", Date, nullable=False, comment="评价日期"),
)

department = Table(
    "department",
    metadata,
    Column("code", Text, primary_key=True, comment="部门编码"),
    Column("name", Text, nullable=False, comment="部门名称"),
    Column("uscc", Text, nullable=False, comment="统一社会信用代码"),
    Column("head", Text, nullable=False, comment="负责人"),
    Column("liaison", Text, nullable=False, comment="联络员"),
    Column("superior", Text, nullable=False, comment="上级部门"),
    Column("merged_into", Text, nullable=False, comment="并入部门"),
    Column("version", Integer, nullable=False, comment="第几次变更"),
    Index("department_searched", text("grams((code || ' '::text) || name)"), postgresql_using="gin"),
)

person = Table(
    "person",
    metadata,
    Column("code", Text, primary_key=True, comment="人员编码"),
    Column("name", Text, nullable=False, comment="姓名; never leaves in events"),
    Column("department", Text, nullable=False, comment="部门编码"),
    Column("left_on", Date, comment="离岗日期; NULL = 在岗"),
    Column("successor", Text, nullable=False, comment="接任人"),
    Column("deputy", Text, nullable=False, comment="代理人"),
    Column("version", Integer, nullable=False, comment="第几次变更"),
    Index("person_department_idx", "department", "code"),
    Index("person_searched", text("grams((code || ' '::text) || name)"), postgresql_using="gin"),
)

case_step = Table(
    "case_step",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("source_system", Text, nullable=False, comment="来源系统"),
    Column("case_id", Text, nullable=False, comment="办件编号; of a joined or cancelled task the deciding case"),
    Column("task_id", Uuid(as_uuid=False), comment="监管任务编号; NULL for a case without a task"),
    Column("kind", Text, nullable=False, comment="进展"),
    Column("at", DateTime(timezone=True), nullable=False, comment="时间"),
    Column("department", Text, nullable=False, comment="监管部门"),
    Column("facts", JSONB, nullable=False, comment="what is particular to the kind"),
    CheckConstraint(
        "kind IN ('PUSHED', 'JOINED', 'CLAIMED', 'RETURNED', 'ROUTED', 'INSPECTED', 'CLOSED', 'CANCELLED',"
        " 'UNMATCHED')",
        name="kind",
    ),
    Index("case_step_case_idx", "case_id", "source_system"),
    Index("case_step_task_id_idx", "task_id"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("feedback_id", Uuid(as_uuid=False), primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("source_system", "region")),
    Column("case_id", Text, nullable=False, comment="办件编号"),
    Column("task_id", Uuid(as_uuid=False), nullable=False, comment="监管任务编号"),
    Column("department", Text, nullable=False, comment="监管部门"),
    Column("kind", Text, nullable=False, comment="反馈事由"),
    Column("reason", Text, nullable=False, comment="反馈理由"),
    Column("legal_basis", Text, nullable=False, comment="依据"),
    Column("inspection_no", Text, nullable=False, comment="检查编号"),
    Column("raised_by", Text, nullable=False),
    Column("raised_at", DateTime(timezone=True), nullable=False),
    Column("id_type", Text, nullable=False),
    Column("id_no", Text, nullable=False, comment="证件号码; for a person the keyed reference"),
    Column("subject_kind", Text, nullable=False),
    Column("subject_name", Text, nullable=False, comment="名称; empty for a person"),
    *(Column(name, Text, nullable=False) for name in ("object_no", "object_name", "object_address", "state")),
    Column("accepted", Boolean, comment="是否采纳; NULL = 待答复"),
    Column("answer_reason", Text, nullable=False, comment="答复理由"),
    Column("answered_by", Text, nullable=False),
    Column("answered_at", DateTime(timezone=True)),
    Column("decision_case_id", Text, nullable=False, comment="新决定的办件编号"),
    Column("decision_revision", Integer, nullable=False),
    Column("decision_kind", Text),
    CheckConstraint("state IN ('OPEN', 'ANSWERED')", name="state"),
    CheckConstraint(
        "(state = 'ANSWERED') = (accepted IS NOT NULL) AND (state = 'ANSWERED') = (answered_at IS NOT NULL)",
        name="answer",
    ),
    CheckConstraint("accepted IS NOT FALSE OR answer_reason <> ''", name="reason"),
    Index("feedback_case_idx", "case_id", "source_system"),
    Index("feedback_open_idx", "feedback_id", postgresql_where=text("state = 'OPEN'")),
)

hold = Table(
    "hold",
    metadata,
    Column("origin", Text, primary_key=True, comment="约束来源"),
    Column("hold_id", Text, primary_key=True, comment="its id there"),
    Column("id_type", Text, nullable=False, comment="证件类型"),
    Column("id_no", Text, nullable=False, comment="证件号码; for a person the keyed reference"),
    Column("kind", Text, comment="约束种类; NULL = only its end has arrived"),
    Column("item_code", Text, nullable=False, comment="事项编码; empty = for none in particular"),
    Column("basis", Text, nullable=False, comment="依据"),
    Column("document_no", Text, nullable=False, comment="文书号"),
    Column("starts_on", Date, comment="起始日期"),
    Column("ends_on", Date, comment="the last day; NULL = until it is ended"),
    Column("ended_on", Date, comment="the first day without it"),
    CheckConstraint("origin IN ('BAR', 'LIST', 'RECORD', 'FEEDBACK')", name="origin"),
    CheckConstraint("(kind IS NULL) = (starts_on IS NULL)", name="begun"),
    CheckConstraint("kind IS NOT NULL OR ended_on IS NOT NULL", name="said"),
    Index("hold_subject_idx", "id_no", "id_type"),
)

objection_told = Table(
    "objection_told",
    metadata,
    Column("record_id", Text, primary_key=True, comment="信用记录"),
    Column("objection_id", Text, primary_key=True, comment="异议编号"),
    Column("fact", Text, primary_key=True, comment="异议进展"),
    CheckConstraint("fact IN ('LODGED', 'DECIDED', 'REVIEW_REQUESTED', 'REVIEWED')", name="fact"),
)

subject_alias = Table(
    "subject_alias",
    metadata,
    Column("id_type", Text, primary_key=True, comment="证件类型"),
    Column("id_no", Text, primary_key=True, comment="证件号码; for a person the keyed reference"),
    Column("into_type", Text, comment="并入主体; NULL = it stands for itself again"),
    Column("into_no", Text),
    Column("version", Integer, nullable=False, comment="第几次身份变更"),
    CheckConstraint("(into_type IS NULL) = (into_no IS NULL)", name="into"),
    Index("subject_alias_into_idx", "into_no", "into_type"),
)

credit_seen = Table(
    "credit_seen",
    metadata,
    Column("only_row", Boolean, CheckConstraint("only_row", name="only_row"), primary_key=True, server_default=true()),
    Column("as_of", DateTime(timezone=True), nullable=False, comment="the newest event of credit was told then"),
    Column("applied_at", DateTime(timezone=True), nullable=False, comment="and one was last applied then"),
)

gate_query = Table(
    "gate_query",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, comment="查询时间"),
    Column("id_type", Text, nullable=False, comment="证件类型"),
    Column("id_no", Text, nullable=False, comment="证件号码; for a person the keyed reference"),
    Column("item_code", Text, nullable=False, comment="事项编码"),
    Column("judged_on", Date, nullable=False, comment="判断日期"),
    Column("answer", Text, nullable=False, comment="关口答复"),
    Column("reasons", ARRAY(Text), nullable=False, comment="codes of the reasons"),
    Column("grade", Text, comment="信用等级; NULL = none is held"),
    Column("rules", Text, nullable=False, comment="规则版本"),
    Column("as_of", DateTime(timezone=True), comment="the newest event of credit it rested on"),
    Column("by", Text, nullable=False, comment="who asked, if said"),
    Column("source_system", Text, nullable=False, comment="来源系统, if said"),
    CheckConstraint("answer IN ('ALLOW', 'ALLOW_WITHOUT_COMMITMENT', 'REFUSE')", name="answer"),
    Index("gate_query_subject_idx", "id_no", "id_type"),
    Index("gate_query_of_item", "item_code", "id"),
    Index("gate_query_of_asker", "by", "id"),
)
