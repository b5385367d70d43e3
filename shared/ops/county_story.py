"""The county's story (示例县的故事): what happens to a handful of invented enterprises, as data.

Two acts. The first lies some weeks back, so that limits have run out by the second, which is today: reminders and
cards are then on show beside every state a task can be in. Nothing here speaks to a service.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from kernel.clock import CHINA

SOURCE = "county"
"""来源系统 of everything the story tells."""
WEEKS_BACK = timedelta(days=20)
"""How long ago the first act is: more than four workdays in any holidays, less than the first checks' limits."""
APPROVER, LINKAGE_OFFICE, ENFORCER = "SPJ-03", "LDB-01", "ZFJ-03"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What a step is told when it is played (当时情形): the day, the department's crew, the lines of the checklist."""

    day: date
    crew: tuple[str, ...]
    lines: tuple[str, ...]

    @property
    def officer(self) -> str:
        """经办人: the first of the crew."""
        return self.crew[0]


Form = Callable[[Scene], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Decide:
    """登记一项审批决定. ``enterprise``: its place in enterprises.csv, from 1; its object is the same all along."""

    case: str
    item: str
    enterprise: int
    kind: str = "NEW"
    more: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Do:
    """对任务的一个动作: the task is the one of this case, department and purpose."""

    case: str
    department: str
    verb: str
    form: Form
    purpose: str = "ROUTINE"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """审批答复反馈 of a case: accepted with a decision, or refused."""

    case: str
    reason: str
    decision: Decide | None = None


@dataclass(frozen=True, kw_only=True)
class Enter:
    """办理监管的一件事, not of a task. It is still to be done while nothing stands ``at`` an address, or it stands ``waiting``.

    ``early``: the refusal that says its time has not come; it is left for the next telling.
    """

    path: str
    at: str
    form: Form
    waiting: str = ""
    early: str = ""


@dataclass(frozen=True, kw_only=True)
class CheckDrawn:
    """抽中对象的检查与公示: inspected by the officers drawn, publicised by somebody who was not there."""

    draw: str
    department: str
    publicist: str


@dataclass(frozen=True, kw_only=True)
class Complain:
    """登记投诉举报 of an enterprise, by its place in enterprises.csv."""

    number: str
    enterprise: int
    department: str
    content: str


Step = Decide | Do | Answer | Enter | CheckDrawn | Complain


def claim(case: str, department: str, purpose: str = "ROUTINE") -> Do:
    """认领."""
    return Do(
        case=case, department=department, purpose=purpose, verb="claim", form=lambda on: {"inspector": on.officer}
    )


def by(case: str, department: str, verb: str, purpose: str = "ROUTINE", **said: Any) -> Do:
    """A verb done by the officer in charge."""
    return Do(case=case, department=department, purpose=purpose, verb=verb, form=lambda on: {"by": on.officer, **said})


def inspect(case: str, department: str, severity: str = "", purpose: str = "ROUTINE") -> Do:
    """检查: every line in order, or the first one not, of this severity."""

    def form(on: Scene) -> Mapping[str, Any]:
        answers = dict.fromkeys(on.lines, "PASS") | ({on.lines[0]: "FAIL"} if severity else {})
        return {
            "inspection_no": f"{case}-{department}-{purpose}",
            "inspected_on": on.day.isoformat(),
            "inspectors": list(on.crew),
            "result": "FAIL" if severity else "PASS",
            "lines": [{"code": code, "result": answer} for code, answer in answers.items()],
            "findings": [{"line_code": on.lines[0], "severity": severity}] if severity else [],
            "code_shown": True,
        }

    return Do(case=case, department=department, purpose=purpose, verb="inspect", form=form)


def verify(case: str, department: str) -> Do:
    """复查合格."""
    return Do(
        case=case,
        department=department,
        verb="verify",
        form=lambda on: {"by": on.officer, "passed": True, "inspectors": list(on.crew), "reason": "已改正"},
    )


def plan(case: str, department: str, days: int) -> Do:
    """排期."""
    return Do(
        case=case,
        department=department,
        verb="plan",
        form=lambda on: {
            "by": on.officer,
            "planned_on": (on.day + timedelta(days=days)).isoformat(),
            "officers": list(on.crew),
        },
    )


def penalise(case: str, department: str, **penalty: Any) -> Do:
    """登记处罚结果."""
    return Do(
        case=case,
        department=department,
        verb="penalise",
        form=lambda on: {"by": ENFORCER, "decision_date": on.day.isoformat(), **penalty},
    )


FOOD = "000131024000"
MATTERS = ({"code": "00164000100100", "name": "食品经营许可监督检查（示例）", "department": "SCJG"},)
"""抽查事项: what the draw is of."""
_PLAN, _DRAW = "SCJG-1", "SCJG-1-1"
_LEADS, _FILES = "SCJG-02", "SCJG-01"
_AT_THREE = time(15, tzinfo=CHINA)


def _plan(on: Scene) -> Mapping[str, Any]:
    """年度抽查计划 with one entry: half of those who hold a food licence."""
    entry = {
        "code": "E1",
        "name": "食品经营抽查（示例）",
        "matters": [each["code"] for each in MATTERS],
        "departments": [{"department": "SCJG"}],
        "ratios": dict.fromkeys("ABCD", "0.5"),
        "starts_on": on.day.isoformat(),
        "ends_on": date(on.day.year, 12, 31).isoformat(),
    }
    said = {"plan_no": _PLAN, "year": on.day.year, "lead_department": "SCJG", "title": "年度双随机抽查计划（示例）"}
    return {**said, "entries": [entry], "by": _LEADS}


def _announced(on: Scene) -> Mapping[str, Any]:
    """抽取公告: the public value comes three days later."""
    at = datetime.combine(on.day + timedelta(days=3), _AT_THREE).isoformat()
    value = {"source": "示例彩票", "form": "####", "at": at}
    return {"draw_no": _DRAW, "plan_no": _PLAN, "entry": "E1", "public_value": value, "by": _LEADS}


_PLANS, _DRAWS = "/api/v1/plans", "/api/v1/draws"
_PLANNED = f"{_PLANS}/{_PLAN}"
_LICENCE_REVOKED = {
    "punish_action_name": "未按规定储存危险化学品（示例）",
    "punish_types": ["02", "05"],
    "punish_document_code": "示例罚字第 1 号",
    "punish_result": "罚款五千元，吊销许可证",
    "punish_basis": "危险化学品安全管理条例第八十条",
    "illegal_fact": "危险化学品与禁忌物混存",
    "fine": "5000",
}

EARLIER: tuple[Step, ...] = (
    # 食品经营许可，告知承诺：日常检查不合格并整改；承诺核查已认领；消防协同，可综合查一次
    Decide(case="SL-01", item=FOOD, enterprise=1, more={"commitment": True}),
    claim("SL-01", "SCJG"),
    claim("SL-01", "SCJG", "COMMITMENT"),
    inspect("SL-01", "SCJG", "SERIOUS"),
    by("SL-01", "SCJG", "rectify", requirement="补齐进货查验记录", limit="30d"),
    by("SL-01", "SCJG", "report", report="已补齐近六个月的进货查验记录"),
    # 药品零售许可，高风险：后来被吊销
    Decide(case="SL-02", item="640190004000", enterprise=2),
    claim("SL-02", "SCJG"),
    # 公共场所卫生许可：无人认领，亮黄牌后归联络员
    Decide(case="SL-03", item="640190010000", enterprise=3),
    # 诊所备案：整改逾期，亮红牌
    Decide(case="SL-04", item="641090012000", enterprise=11),
    claim("SL-04", "WJJ"),
    inspect("SL-04", "WJJ", "SERIOUS"),
    by("SL-04", "WJJ", "rectify", requirement="医疗废物分类存放", limit="5d"),
    # 危险化学品经营许可：推送即认领，检查不合格，移送执法
    Decide(case="SL-05", item="640190038000", enterprise=8),
    inspect("SL-05", "YJJ", "CRITICAL"),
    by("SL-05", "YJJ", "refer", referred_to="示例县综合执法局", reason="涉嫌违法储存危险化学品"),
    # 存量：只登记，也在抽查池里
    Decide(case="SL-08", item=FOOD, enterprise=25, more={"existing": True}),
    # 双随机：起草计划，另一人备案，公告抽取
    Enter(path=_PLANS, at=_PLANNED, form=_plan),
    Enter(path=f"{_PLANNED}:submit", at=_PLANNED, waiting="DRAFT", form=lambda _: {"by": _LEADS}),
    Enter(
        path=f"{_PLANNED}:file",
        at=_PLANNED,
        waiting="SUBMITTED",
        form=lambda _: {"by": _FILES, "filing_no": "示例备字第 1 号"},
    ),
    Enter(path=_DRAWS, at=f"{_DRAWS}/{_DRAW}", form=_announced),
)
TODAY: tuple[Step, ...] = (
    verify("SL-01", "SCJG"),
    # 公开数产生以后抽取，抽中的检查合格，结果公示
    Enter(
        path=f"{_DRAWS}/{_DRAW}:run",
        at=f"{_DRAWS}/{_DRAW}",
        waiting="ANNOUNCED",
        early="draw-not-due",
        form=lambda _: {"value": "0042", "looked_up": "示例公报", "witness": _FILES, "by": _LEADS},
    ),
    CheckDrawn(draw=_DRAW, department="SCJG", publicist=_FILES),
    # 12345 投诉：生成事件检查任务
    Complain(number="12345-0001", enterprise=13, department="SCJG", content="反映后厨有过期调料（示例）"),
    # 吊销：日常任务撤销，停止经营核查
    Decide(case="SL-02-REVOKE", item="640190004000", enterprise=2, kind="REVOKE"),
    claim("SL-02-REVOKE", "SCJG", "CESSATION"),
    by("SL-02-REVOKE", "SCJG", "close", "CESSATION", reason="CEASED", note="现场已停业"),
    # 变更：并入未办结任务
    Decide(case="SL-03-CHANGE", item="640190010000", enterprise=3, kind="CHANGE"),
    # 移送后处罚，反馈审批，审批采纳并吊销
    penalise("SL-05", "YJJ", **_LICENCE_REVOKED),
    by("SL-05", "YJJ", "feedback", kind="REVOKE", reason="处罚决定吊销许可证", legal_basis="行政许可法第六十九条"),
    Answer(
        case="SL-05",
        reason="采纳，已作出吊销决定",
        decision=Decide(case="SL-05-REVOKE", item="640190038000", enterprise=8, kind="REVOKE"),
    ),
    # 企业设立登记：纳入双随机抽查
    Decide(case="SL-06", item="640790006000", enterprise=4),
    # 目录中没有的事项：未匹配
    Decide(case="SL-07", item="640190071000", enterprise=5),
    # 待认领
    Decide(case="SL-09", item="640190005000", enterprise=14),
    # 已退回
    Decide(case="SL-10", item="640190042000", enterprise=6),
    by("SL-10", "WLJ", "return", reason="经营地址不在本县"),
    # 争议
    Decide(case="SL-11", item="640190029000", enterprise=7),
    by("SL-11", "ZJJ", "dispute", reason="应由公安部门主责"),
    # 已排期
    Decide(case="SL-12", item="640190025000", enterprise=9),
    claim("SL-12", "ZJJ"),
    plan("SL-12", "ZJJ", 3),
    # 检查中
    Decide(case="SL-13", item="640190034000", enterprise=10),
    claim("SL-13", "NSJ"),
    by("SL-13", "NSJ", "start"),
    # 已移送，处罚未定；反馈未获采纳
    Decide(case="SL-14", item="640190003000", enterprise=13),
    claim("SL-14", "SCJG"),
    inspect("SL-14", "SCJG", "CRITICAL"),
    by("SL-14", "SCJG", "refer", referred_to="示例县综合执法局", reason="涉嫌使用过期原料"),
    by("SL-14", "SCJG", "feedback", kind="RESTRICT", reason="建议案件办结前限制新增经营项目"),
    Answer(case="SL-14", reason="处罚尚未决定，暂不采纳"),
    # 检查合格后办结，随后注销
    Decide(case="SL-15", item="640190058000", enterprise=26),
    inspect("SL-15", "YCJ"),
    Decide(case="SL-15-CANCEL", item="640190058000", enterprise=26, kind="CANCEL"),
)
