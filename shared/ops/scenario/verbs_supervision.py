"""Verbs of supervision beside its tasks (其他监管动词): objects, clocks, people, evidence, the catalogue, notices."""

from collections.abc import Mapping

from ops.scenario.keys import Default, Key, Kind
from ops.scenario.reports import WATCHED, findings, lines
from ops.scenario.verb import BY, REASON, Finds, Form, Verb

_OBJECT = Key(name="object", zh="监管对象编号", en="the object's number", required=True, sent=False)
_VERSION = Key(name="version", zh="目录版本", en="the version", required=True, sent=False)


def _on_deadline(name: str, verb: str, zh: str, en: str, *keys: Key) -> Verb:
    path = f"/api/v1/tasks/{{task_id}}/deadlines/{{deadline}}:{verb}"
    return Verb(name=name, zh=zh, en=en, service="supervision", path=path, finds=Finds.DEADLINE, keys=keys)


def _supervising(
    name: str,
    path: str,
    zh: str,
    en: str,
    *keys: Key,
    form: Form = Form.FIELDS,
    fixed: Mapping[str, str] | None = None,
) -> Verb:
    return Verb(name=name, zh=zh, en=en, service="supervision", path=path, form=form, keys=keys, fixed=fixed or {})


VERBS = (
    Verb(
        name="inspection",
        zh="按监管对象报送检查（没有任务也可）",
        en="send an inspection of an object, with or without a task",
        service="supervision",
        path="/api/v1/inspections",
        fixed={"source_system": "scenario"},
        keys=(
            Key(name="object", zh="监管对象编号", en="the object's number", field="object_no", required=True),
            Key(name="result", zh="检查结果", en="the result", required=True),
            Key(
                name="officers",
                zh="执法人员编码",
                en="the inspectors",
                kind=Kind.TEXTS,
                field="inspectors",
                required=True,
            ),
            Key(name="on", zh="检查日期", en="the day", kind=Kind.DAY, field="inspected_on", default=Default.TODAY),
            Key(name="number", zh="检查编号", en="the number", field="inspection_no", default=Default.NUMBER),
            Key(name="lines", zh="检查项", en="the answers", kind=Kind.MAP, made=lines),
            Key(name="findings", zh="问题", en="the findings", kind=Kind.MAP, made=findings),
            *WATCHED,
            Key(name="region", zh="区划代码", en="the region"),
        ),
    ),
    _supervising(
        "suspend",
        "/api/v1/objects/scenario/{object}/suspensions",
        "暂扣、停业：暂停该对象的日常任务",
        "suspend the routine tasks of an object",
        _OBJECT,
        Key(
            name="standstill",
            zh="WITHHELD 暂扣、CLOSED 停业（缺省）",
            en="WITHHELD or CLOSED, which it is when left out",
        ),
        REASON,
        BY,
        fixed={"standstill": "CLOSED"},
    ),
    _supervising(
        "resume",
        "/api/v1/objects/scenario/{object}:resume",
        "恢复营业：该对象的日常任务继续",
        "let the tasks of an object go on",
        _OBJECT,
        REASON,
        BY,
    ),
    _supervising(
        "plan_visit",
        "/api/v1/visits:plan",
        "综合查一次：一个对象上各部门的任务一并排期",
        "plan what several departments have to see to on one object",
        Key(name="object", zh="监管对象编号", en="the object's number", field="object_no", required=True),
        Key(name="on", zh="计划日期", en="the planned day", kind=Kind.DAY, field="planned_on", required=True),
        Key(
            name="crews",
            zh="各部门：department、officers",
            en="departments and officers",
            kind=Kind.ROWS,
            required=True,
        ),
        BY,
        fixed={"source_system": "scenario"},
    ),
    _supervising(
        "override_risk",
        "/api/v1/objects/scenario/{object}/risk-overrides",
        "人工调整对象的风险等级，到期自己结束",
        "override the risk class of an object for a time",
        _OBJECT,
        Key(name="risk_class", zh="A、B、C、D", en="A, B, C or D", required=True),
        Key(name="until", zh="末日", en="the last day", kind=Kind.DAY, required=True),
        Key(name="from", zh="首日，缺省为当天", en="the first day, today when left out", kind=Kind.DAY),
        REASON,
        BY,
    ),
    _supervising(
        "confirm_risk",
        "/api/v1/objects/scenario/{object}/risk-overrides:confirm",
        "复核放宽的人工调整（须另一人）",
        "confirm an override that lowers the class, as a second person",
        _OBJECT,
        BY,
    ),
    _on_deadline("stop", "stop", "中止时限", "stop a deadline", REASON, BY),
    _on_deadline("resume_deadline", "resume", "恢复时限", "let a deadline run on", REASON, BY),
    _on_deadline(
        "extend",
        "extend",
        "延长时限（需批准）",
        "extend a deadline, with approval",
        Key(name="limit", zh="延长多少，如 2wd", en="by how much, e.g. 2wd", required=True),
        Key(name="approved_by", zh="批准人", en="who approved it"),
        REASON,
        BY,
    ),
    _supervising(
        "hand_over",
        "/api/v1/tasks:hand-over",
        "交接：人员之间或部门之间移交未办结任务",
        "hand open tasks over, between people or departments",
        Key(name="from", zh="移交的人员或部门", en="from whom", required=True),
        Key(name="to", zh="接手的人员或部门", en="to whom", required=True),
        REASON,
        BY,
    ),
    _supervising(
        "inspector",
        "",
        "登记执法人员",
        "register inspectors",
        Key(
            name="rows",
            zh="code、name、department、证件…",
            en="inspectors",
            kind=Kind.ROWS,
            field="/api/v1/inspectors:batch",
            required=True,
        ),
        form=Form.LINES,
    ),
    _supervising(
        "conflict",
        "/api/v1/conflicts",
        "申报利益冲突（回避）",
        "declare a conflict of interest",
        Key(name="inspector", zh="执法人员编码", en="the inspector", required=True),
        Key(name="id_type", zh="主体证件类型", en="the subject's id type"),
        Key(name="id_no", zh="主体证件号码", en="the subject's number"),
        REASON,
        Key(name="from", zh="起", en="from", kind=Kind.DAY, field="valid_from", default=Default.TODAY),
        Key(name="to", zh="止", en="to", kind=Kind.DAY, field="valid_to"),
        BY,
    ),
    Verb(
        name="evidence",
        zh="上传证据文件",
        en="add an evidence file",
        service="supervision",
        path="/api/v1/tasks/{task_id}/evidence",
        finds=Finds.TASK,
        form=Form.FILE,
        keys=(
            Key(name="type", zh="内容类型，如 application/pdf", en="the content type", required=True, sent=False),
            Key(name="content", zh="内容（文字，按 UTF-8 发送）", en="the content as text", sent=False),
            Key(name="path", zh="或：文件路径（相对于场景文件）", en="or a file, beside the scenario", sent=False),
            Key(name="name", zh="文件名", en="the file's name", required=True),
            Key(name="line", zh="检查项", en="the line of the checklist it shows", field="line_code"),
            Key(name="note", zh="说明", en="a note"),
            BY,
        ),
    ),
    _supervising(
        "draft",
        "/api/v1/catalogue-versions",
        "起草目录版本",
        "draft a catalogue version",
        Key(name="path", zh="目录文件（JSON，相对于场景文件）", en="a JSON file, beside the scenario"),
        Key(name="catalogue", zh="或：目录内容", en="or the catalogue itself", kind=Kind.MAP),
        Key(name="version", zh="版本名（替换文件中的）", en="the version's name, in place of the file's"),
        Key(
            name="effective_from",
            zh="生效日期（替换文件中的）",
            en="in force from, in place of the file's",
            kind=Kind.DAY,
        ),
        Key(name="by", zh="起草人", en="who drafts it"),
        form=Form.CATALOGUE,
    ),
    _supervising(
        "submit", "/api/v1/catalogue-versions/{version}:submit", "提交目录版本", "submit a version", _VERSION, BY
    ),
    _supervising(
        "publish", "/api/v1/catalogue-versions/{version}:publish", "发布目录版本", "publish a version", _VERSION, BY
    ),
    _supervising(
        "retire", "/api/v1/catalogue-versions/{version}:retire", "停用目录版本", "retire a version", _VERSION, BY
    ),
    Verb(
        name="preference",
        zh="通知偏好：渠道、汇总时间、免打扰、代办人",
        en="notice preferences: channels, digest, quiet hours, deputy",
        service="supervision",
        method="PUT",
        path="/api/v1/notice-preferences/{person}",
        keys=(
            Key(name="person", zh="人员编码", en="the person's code", required=True, sent=False),
            Key(name="channels", zh="渠道与地址", en="channels and their addresses", kind=Kind.MAP),
            Key(name="digest", zh="汇总：NONE、DAILY", en="the digest: NONE or DAILY"),
            Key(name="digest_at", zh="汇总时间", en="the time of the digest"),
            Key(name="quiet_from", zh="免打扰起", en="quiet from"),
            Key(name="quiet_to", zh="免打扰止", en="quiet to"),
            Key(name="deputy", zh="代办人", en="the deputy"),
            Key(name="deputy_from", zh="代办起", en="deputy from", kind=Kind.DAY),
            Key(name="deputy_to", zh="代办止", en="deputy to", kind=Kind.DAY),
        ),
    ),
    Verb(
        name="read",
        zh="已读一条通知",
        en="read a notice",
        service="supervision",
        path="/api/v1/notices/{notice_id}:read",
        finds=Finds.NOTICE,
        keys=(Key(name="person", zh="谁读", en="who reads it", default=Default.RECEIVER),),
    ),
)
