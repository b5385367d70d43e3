"""Transitions of a task (任务流转): which verb is possible in which state, and where it leads. Data, not code.

The diagram in docs/task-states.md is drawn from this table, the API refuses by it, and the life-cycle test walks it.
Source: 石大政办发〔2021〕54号, stages 监管任务发起, 监管过程管理, 监管结果反馈; the verbs are those found in running systems.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from kernel.inspection import TaskState as S
from kernel.refusal import Refusal


class Verb(StrEnum):
    """What can be done with a task (动作)."""

    CLAIM = "claim"  # 认领
    AUTO_CLAIM = "auto_claim"  # 自动认领
    RETURN = "return"  # 退回
    ROUTE = "route"  # 改派
    DISPUTE = "dispute"  # 提出争议
    ARBITRATE = "arbitrate"  # 裁定
    TRANSFER = "transfer"  # 部门内转办
    HAND_OVER = "hand_over"  # 交接
    PLAN = "plan"  # 排期
    START = "start"  # 到场开始
    INSPECT = "inspect"  # 检查
    CONCLUDE = "conclude"  # 检查并办结
    RECTIFY = "rectify"  # 责令整改
    REPORT = "report"  # 报告整改完成
    VERIFY = "verify"  # 复查
    REFER = "refer"  # 移送执法
    SUPPLEMENT = "supplement"  # 要求补充材料
    PENALISE = "penalise"  # 登记处罚结果
    FEED_BACK = "feed_back"  # 反馈审批
    CLOSE = "close"  # 办结
    CANCEL = "cancel"  # 撤销
    NARROW = "narrow"  # 减去事项
    URGE = "urge"  # 催办
    ESCALATE = "escalate"  # 督办


OPEN = tuple(state for state in S if state.open)
_IN_HAND = (S.CLAIMED, S.PLANNED, S.INSPECTING, S.RECTIFYING, S.REFERRED)
_LAPSING = tuple(state for state in OPEN if state is not S.REFERRED)
"""What ends with its licence; what was referred (已移送) is no decision's to end: its penalty is still to be entered."""


def _staying(*states: S) -> dict[S, tuple[S, ...]]:
    return {state: (state,) for state in states}


def _all(states: tuple[S, ...], *to: S) -> dict[S, tuple[S, ...]]:
    return dict.fromkeys(states, to)


TRANSITIONS: Mapping[Verb, Mapping[S, tuple[S, ...]]] = {
    Verb.CLAIM: {S.PENDING_CLAIM: (S.CLAIMED, S.CLOSED), S.CLAIMED: (S.CLAIMED,)},
    Verb.AUTO_CLAIM: {S.PENDING_CLAIM: (S.CLAIMED, S.CLOSED)},
    Verb.RETURN: _all((S.PENDING_CLAIM, S.CLAIMED), S.RETURNED),
    Verb.ROUTE: {S.RETURNED: (S.PENDING_CLAIM,)},
    Verb.DISPUTE: _all((S.PENDING_CLAIM, S.CLAIMED, S.RETURNED), S.DISPUTED),
    Verb.ARBITRATE: {S.DISPUTED: (S.PENDING_CLAIM,)},
    Verb.TRANSFER: _staying(*_IN_HAND),
    Verb.HAND_OVER: _staying(*OPEN),
    Verb.PLAN: _all((S.CLAIMED, S.PLANNED), S.PLANNED),
    Verb.START: _all((S.CLAIMED, S.PLANNED), S.INSPECTING),
    Verb.INSPECT: _all((S.CLAIMED, S.PLANNED, S.INSPECTING), S.INSPECTING, S.CLOSED),
    Verb.CONCLUDE: _all((S.PENDING_CLAIM, S.CLAIMED, S.PLANNED, S.INSPECTING), S.CLOSED),
    Verb.RECTIFY: {S.INSPECTING: (S.RECTIFYING,)},
    Verb.REPORT: _staying(S.RECTIFYING),
    Verb.VERIFY: {S.RECTIFYING: (S.RECTIFYING, S.CLOSED)},
    Verb.REFER: _all((S.INSPECTING, S.RECTIFYING), S.REFERRED),
    Verb.SUPPLEMENT: _staying(S.REFERRED),
    Verb.PENALISE: {S.REFERRED: (S.REFERRED, S.CLOSED)},
    Verb.FEED_BACK: _staying(*_IN_HAND, S.CLOSED) | {S.REFERRED: (S.REFERRED, S.CLOSED)},
    Verb.CLOSE: _all(_IN_HAND, S.CLOSED),
    Verb.CANCEL: _all(_LAPSING, S.CANCELLED),
    Verb.NARROW: _staying(*_LAPSING),
    Verb.URGE: _staying(*OPEN),
    Verb.ESCALATE: _staying(*OPEN),
}
"""动作 → 现状态 → 可能的新状态."""

ZH: Mapping[S, str] = {
    S.PENDING_CLAIM: "待认领",
    S.CLAIMED: "已认领",
    S.RETURNED: "已退回",
    S.DISPUTED: "争议",
    S.PLANNED: "已排期",
    S.INSPECTING: "检查中",
    S.RECTIFYING: "整改中",
    S.REFERRED: "已移送",
    S.CLOSED: "已办结",
    S.CANCELLED: "已撤销",
}
"""状态 → 中文名."""

BY_SYSTEM = frozenset({Verb.AUTO_CLAIM, Verb.CANCEL, Verb.NARROW, Verb.CONCLUDE, Verb.URGE, Verb.ESCALATE})
"""Verbs nobody is offered when asking what is possible now: the system, the one-shot report, or the office does them."""


def possible(state: S) -> Iterator[Verb]:
    """The verbs somebody may use in a state (可用动作)."""
    return (verb for verb, moves in TRANSITIONS.items() if state in moves and verb not in BY_SYSTEM)


def zh_of(verb: Verb) -> str:
    """A verb as people say it (动作中文名)."""
    return _ZH_VERB[verb]


def require(state: S, verb: Verb) -> None:
    """Refuse ``task-not-open`` (409) for a closed task, ``verb-not-now`` (409) naming what is possible instead."""
    if state in TRANSITIONS[verb]:
        return
    if not state.open:
        raise Refusal(
            code="task-not-open",
            zh=f"任务已关闭（{ZH[state]}），不能再{_ZH_VERB[verb]}；请查询任务后处理",
            en=f"the task is closed ({state.value}) and no longer takes {verb.value}; look the task up first",
            status=409,
        )
    now = list(possible(state))
    raise Refusal(
        code="verb-not-now",
        zh=f"任务{ZH[state]}，不能{_ZH_VERB[verb]}；现在可以：{'、'.join(_ZH_VERB[each] for each in now)}",
        en=f"the task is {state.value} and does not take {verb.value}; possible now: {', '.join(now)}",
        status=409,
    )


_ZH_VERB: Mapping[Verb, str] = {
    Verb.CLAIM: "认领",
    Verb.AUTO_CLAIM: "自动认领",
    Verb.RETURN: "退回",
    Verb.ROUTE: "改派",
    Verb.DISPUTE: "提出争议",
    Verb.ARBITRATE: "裁定",
    Verb.TRANSFER: "转办",
    Verb.HAND_OVER: "交接",
    Verb.PLAN: "排期",
    Verb.START: "开始检查",
    Verb.INSPECT: "登记检查",
    Verb.CONCLUDE: "检查并办结",
    Verb.RECTIFY: "责令整改",
    Verb.REPORT: "报告整改",
    Verb.VERIFY: "复查",
    Verb.REFER: "移送执法",
    Verb.SUPPLEMENT: "要求补充材料",
    Verb.PENALISE: "登记处罚",
    Verb.FEED_BACK: "反馈审批",
    Verb.CLOSE: "办结",
    Verb.CANCEL: "撤销",
    Verb.NARROW: "减去事项",
    Verb.URGE: "催办",
    Verb.ESCALATE: "督办",
}
