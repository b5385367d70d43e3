"""Verbs of random checks (双随机动词): matters, annual plans drafted, submitted, filed by a second person, amended."""

from ops.scenario.keys import Key, Kind
from ops.scenario.verb import BY, REASON, Form, Verb

_PLAN = Key(name="plan", zh="计划编号", en="the plan's number", required=True, sent=False)
_CONTENT = (
    Key(name="year", zh="年度", en="the year", kind=Kind.NUMBER, required=True),
    Key(name="lead", zh="牵头部门", en="the department that leads", field="lead_department", required=True),
    Key(name="title", zh="计划名称", en="its title"),
    Key(
        name="entries",
        zh="计划项：code、name、matters、departments、ratios…",
        en="its entries: code, name, matters, departments, ratios …",
        kind=Kind.ROWS,
        required=True,
    ),
    REASON,
    BY,
)
_NUMBER = Key(name="plan", zh="计划编号", en="the plan's number", field="plan_no", required=True)
VERBS = (
    Verb(
        name="matters",
        zh="登记抽查事项",
        en="register matters of random checks",
        service="supervision",
        path="",
        form=Form.LINES,
        keys=(
            Key(
                name="rows",
                zh="code（14 位）、name、department、category…",
                en="matters: code (14 digits), name, department, category …",
                kind=Kind.ROWS,
                field="/api/v1/matters:batch",
                required=True,
            ),
        ),
    ),
    Verb(
        name="plan_draft",
        zh="起草年度抽查计划",
        en="draft an annual plan of random checks",
        service="supervision",
        path="/api/v1/plans",
        keys=(_NUMBER, *_CONTENT),
        fixed={"title": "示例计划"},
    ),
    Verb(
        name="plan_submit",
        zh="提交计划",
        en="submit a plan",
        service="supervision",
        path="/api/v1/plans/{plan}:submit",
        keys=(_PLAN, BY),
    ),
    Verb(
        name="plan_send_back",
        zh="退回计划",
        en="send a plan back to be changed",
        service="supervision",
        path="/api/v1/plans/{plan}:send-back",
        keys=(_PLAN, REASON, BY),
    ),
    Verb(
        name="plan_file",
        zh="计划备案，须另一人",
        en="file a plan, by a second person",
        service="supervision",
        path="/api/v1/plans/{plan}:file",
        keys=(
            _PLAN,
            Key(name="number", zh="备案号", en="the filing number", field="filing_no", required=True),
            Key(name="on", zh="备案日，缺省为当天", en="the day, today when left out", kind=Kind.DAY, field="filed_on"),
            BY,
        ),
    ),
    Verb(
        name="plan_amend",
        zh="变更已备案的计划（下一版）",
        en="amend a filed plan by a further version",
        service="supervision",
        path="/api/v1/plans/{plan}:amend",
        keys=(_NUMBER, *_CONTENT),
        fixed={"title": "示例计划"},
    ),
)
