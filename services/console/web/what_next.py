"""What next (可办动作): what a page offers in each state of a task, and what its form asks. Supervision decides.

The table follows docs/task-states.md; a verb supervision refuses shows its refusal at the form.
"""

from dataclasses import dataclass
from typing import Any

from console.web.fields import Field
from console.web.forms import Typed
from console.web.language import said


@dataclass(frozen=True, slots=True)
class Action:
    """一个动作: its form. ``primary``: what most people come for."""

    verb: str
    states: frozenset[str]
    fields: tuple[Field, ...] = ()
    primary: bool = False
    hint: str = ""
    office: bool = False
    """The linkage office's alone (联动办)."""

    def body(self, typed: Typed) -> dict[str, Any]:
        """What is sent to supervision."""
        said_of_it = {each.name: (each, each.taken(typed)) for each in self.fields}
        return {name: value for name, (each, value) in said_of_it.items() if value not in ("", []) or each.required}


_REASON = Field("reason", said("原因"), hint=said("写明事实与依据，对方会看到"))
_LIMIT = Field("limit", said("整改期限"), "text", said("如 10d（天）、5wd（工作日）；不填按规定"), required=False)
_DEPARTMENT = Field("department", said("监管部门"), "department")
_HAND = frozenset({"CLAIMED", "PLANNED", "INSPECTING", "RECTIFYING", "REFERRED"})
_ALL = (
    Action("claim", frozenset({"PENDING_CLAIM"}), primary=True, hint=said("认领后任务归您办理，首检时限开始计算。")),
    Action(
        "return",
        frozenset({"PENDING_CLAIM", "CLAIMED"}),
        (_REASON,),
        hint=said("不属于本部门，或需要更多材料时退回，由联动办改派。"),
    ),
    Action(
        "transfer",
        _HAND,
        (Field("inspector", said("转给"), "officer"), _REASON),
        hint=said("转给本部门另一名执法人员，时限不变。"),
    ),
    Action(
        "plan",
        frozenset({"CLAIMED", "PLANNED"}),
        (Field("planned_on", said("检查日期"), "day"), Field("officers", said("执法人员（至少两人）"), "officers")),
        hint=said("定下哪一天、由谁去检查。"),
    ),
    Action(
        "dispute",
        frozenset({"PENDING_CLAIM", "CLAIMED", "RETURNED"}),
        (_REASON,),
        hint=said("对归哪个部门有争议的，由联动办裁定，裁定时限开始计算。"),
    ),
    Action("route", frozenset({"RETURNED"}), (_DEPARTMENT, _REASON), primary=True, office=True),
    Action("arbitrate", frozenset({"DISPUTED"}), (_DEPARTMENT, _REASON), primary=True, office=True),
    Action(
        "verify",
        frozenset({"RECTIFYING"}),
        (
            Field("passed", said("复查结果"), "yes"),
            Field("inspectors", said("执法人员（至少两人）"), "officers"),
            Field("reason", said("复查情况"), required=False),
            Field("requirement", said("下一轮整改要求"), hint=said("复查不合格的必填"), required=False),
            _LIMIT,
        ),
        primary=True,
        hint=said("合格的，任务办结；不合格的，开始下一轮整改。"),
    ),
    Action(
        "rectify",
        frozenset({"INSPECTING"}),
        (
            Field("requirement", said("整改要求")),
            _LIMIT,
        ),
        primary=True,
        hint=said("检查不合格时责令整改，整改期限开始计算。"),
    ),
    Action(
        "refer",
        frozenset({"INSPECTING", "RECTIFYING"}),
        (Field("referred_to", said("移送机关"), "text"), _REASON),
        hint=said("涉嫌违法的，附检查结果移送执法。"),
    ),
    Action(
        "report",
        frozenset({"RECTIFYING"}),
        (Field("report", said("整改情况")),),
        hint=said("记下企业报告的整改情况，之后复查。"),
    ),
    Action(
        "close",
        _HAND,
        (
            Field(
                "reason",
                said("办结原因"),
                "choice",
                options=("DOCUMENT_CHECKED", "CEASED", "NOT_FOUND", "INSPECTED", "OTHER"),
            ),
            Field("note", said("说明"), hint=said("选“其他”时必填"), required=False),
        ),
        hint=said("没有检查而办结的，写明原因。"),
    ),
)
ACTIONS = {action.verb: action for action in _ALL}


def possible(state: str, *, office: bool) -> list[Action]:
    """What is offered in a state, what most people come for first. ``office``: to the linkage office."""
    offered = (each for each in _ALL if state in each.states and (office or not each.office))
    return sorted(offered, key=lambda each: not each.primary)
