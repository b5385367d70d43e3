"""What a site visit says no to (入企检查不予办理): each refusal with the sentence that says what to do."""

from collections.abc import Collection, Mapping, Sequence

from kernel.refusal import Fault, Refusal
from kernel.two_persons import second_person_needed
from kernel.visit import VisitAct, VisitState

ZH: Mapping[VisitState, str] = {
    VisitState.REQUESTED: "待审批",
    VisitState.APPROVED: "已审批，尚未告知",
    VisitState.ANNOUNCED: "已告知",
    VisitState.ENTERED: "已入企",
    VisitState.DONE: "已完成",
    VisitState.CANCELLED: "已取消",
}
_ZH_ACT: Mapping[VisitAct, str] = {
    VisitAct.REQUEST: "申请",
    VisitAct.JOIN: "并入综合查一次",
    VisitAct.APPROVE: "审批",
    VisitAct.ANNOUNCE: "告知",
    VisitAct.ENTER: "入企",
    VisitAct.SCAN: "扫码",
    VisitAct.FINISH: "完成",
    VisitAct.CANCEL: "取消",
    VisitAct.INSPECT: "登记检查",
    VisitAct.RECORD: "补记",
    VisitAct.RATE: "评价",
}


def no_such_visit(asked: str) -> Refusal:
    """没有这次入企检查: 404 ``not-found``."""
    return Refusal(
        code="not-found",
        zh=f"没有编号为 {asked[:64]} 的入企检查，请核对编号",
        en=f"there is no site visit {asked[:64]}; check the number",
        status=404,
    )


def no_such_code() -> Refusal:
    """检查码无效: 404 ``visit-code-unknown``, whatever was sent."""
    return Refusal(
        code="visit-code-unknown",
        zh="没有这个检查码；请核对后重新扫码，仍不符的，可以拨打 12345 核实",
        en="there is no such code; check it and scan it again, and when it still does not match call 12345",
        status=404,
    )


def not_an_enterprise() -> Refusal:
    """不是企业: ``not-an-enterprise`` (422)."""
    zh = "该对象的主体是自然人或尚未登记的主体，不适用涉企检查频次；请直接排期检查"
    en = "the holder of this object is a natural person or not registered yet; no cap holds, plan the inspection itself"
    return Refusal(code="not-an-enterprise", zh=zh, en=en, faults=(Fault(pointer="/object_no", zh=zh, en=en),))


def no_rules() -> Refusal:
    """没有施行中的规则: ``visit-rules-not-begun`` (409)."""
    return Refusal(
        code="visit-rules-not-begun",
        zh="计划日期早于涉企检查规则的施行日，无需申请；规则见 GET visit-rules",
        en="the planned day lies before the rules of site visits begin; no request is needed, see GET visit-rules",
        status=409,
    )


def requested_by(by: str) -> Refusal:
    """须另一人审批: ``second-person-needed`` (409)."""
    return second_person_needed(
        f"{by} 提出了这次检查；行政检查须由另一人审批", f"{by} requested this visit; somebody else has to approve it"
    )


def not_now(number: str, state: VisitState, act: VisitAct, states: Sequence[VisitState]) -> Refusal:
    """现在不能办理: ``visit-not-now`` (409)."""
    return Refusal(
        code="visit-not-now",
        zh=f"入企检查 {number} {ZH[state]}，不能{_ZH_ACT[act]}；须为：{'、'.join(ZH[each] for each in states)}",
        en=f"site visit {number} is {state.value} and does not take {act.value}; it has to be {', '.join(states)}",
        status=409,
    )


def not_today(planned: object, last: object) -> Refusal:
    """不在计划的日子: ``visit-not-today`` (409)."""
    return Refusal(
        code="visit-not-today",
        zh=f"这次检查计划于 {planned}，至迟 {last} 入企；请按期前往，或取消后重新申请",
        en=f"this visit is planned for {planned}, until {last} at the latest; come then, or cancel it and request another",
        status=409,
    )


def not_of_visit(by: str, officers: Collection[str]) -> Refusal:
    """不是这次检查的执法人员: ``officer-not-of-visit`` (422)."""
    zh = f"{by} 不是告知企业的执法人员（{'、'.join(officers)}），请由其中一人入企"
    en = f"{by} is none of the officers the enterprise was told of ({', '.join(officers)}); one of them has to enter"
    return Refusal(code="officer-not-of-visit", zh=zh, en=en, faults=(Fault(pointer="/by", zh=zh, en=en),))


def not_announced(number: str = "") -> Refusal:
    """未告知的现场检查: ``visit-not-announced`` (409)."""
    zh = f"入企检查 {number} 尚未告知企业" if number else "这项任务没有已告知企业的入企检查"
    en = f"site visit {number} has not been announced" if number else "no announced site visit serves this task"
    return Refusal(
        code="visit-not-announced",
        zh=f"{zh}；请先申请（POST site-visits）、审批并告知，再开始现场检查",
        en=f"{en}; request it (POST site-visits), have it approved and announce it before the officers begin",
        status=409,
    )


def recusal_late() -> Refusal:
    """回避申请的时候已过: ``recusal-late`` (409)."""
    return Refusal(
        code="recusal-late",
        zh="检查已经结束或取消，不能再申请回避；对检查结果有意见的，可以陈述、申辩、复议或诉讼",
        en="the visit is over or cancelled, too late for a recusal; objections to its result are made as the papers say",
        status=409,
    )


def code_differs() -> Refusal:
    """检查码不符: ``visit-code-differs`` (422)."""
    zh, en = "所扫的不是这次检查的检查码，请核对后重新扫码", "the code scanned is not that of this visit; scan it again"
    return Refusal(code="visit-code-differs", zh=zh, en=en, faults=(Fault(pointer="/code", zh=zh, en=en),))


def visit_open(number: str, state: VisitState) -> Refusal:
    """同日已有一次: ``visit-open`` (409)."""
    return Refusal(
        code="visit-open",
        zh=f"该部门当日到该对象已有入企检查 {number}（{ZH[state]}），内容不同；请先取消它，或改用另一天",
        en=f"the department has a visit to this object on this day already, {number} ({state.value}), with other "
        "content; cancel it first, or choose another day",
        status=409,
    )


def exemption_not_true(code: str) -> Refusal:
    """豁免情形不实: ``exemption-not-true`` (409)."""
    return Refusal(
        code="exemption-not-true",
        zh=f"豁免情形 {code} 只适用于该等级的企业或对象，它现在不是；请核对等级，或写明其他豁免情形",
        en=f"exemption {code} is true of enterprises or objects of another class only; check it or name another exemption",
        status=409,
    )
