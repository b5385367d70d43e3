"""What next (可办动作): what a page offers in each state of a task, and what its form asks. Supervision decides.

The table follows docs/task-states.md; a verb supervision refuses shows its refusal at the form.
"""

from dataclasses import dataclass
from typing import Any

from console.web.forms import Typed
from console.web.language import said


@dataclass(frozen=True, slots=True)
class Field:
    """一个填写项. ``kind``: ``text``, ``long``, ``officer`` (one of the department), or ``choice`` of ``options``."""

    name: str
    label: str
    kind: str = "long"
    hint: str = ""
    required: bool = True
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """一个动作: its form. ``primary``: what most people come for."""

    verb: str
    states: frozenset[str]
    fields: tuple[Field, ...] = ()
    primary: bool = False
    hint: str = ""

    def body(self, typed: Typed) -> dict[str, Any]:
        """What is sent to supervision."""
        said_of_it = {each.name: typed.text(each.name) for each in self.fields}
        return {name: value for name, value in said_of_it.items() if value or _required(self, name)}


_REASON = Field("reason", said("原因"), hint=said("写明事实与依据，对方会看到"))
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
        "rectify",
        frozenset({"INSPECTING"}),
        (
            Field("requirement", said("整改要求")),
            Field("limit", said("整改期限"), "text", said("如 10d（天）、5wd（工作日）；不填按规定"), required=False),
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
        primary=True,
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


def possible(state: str) -> list[Action]:
    """What is offered in a state, what most people come for first."""
    return sorted((each for each in _ALL if state in each.states), key=lambda each: not each.primary)


def _required(action: Action, name: str) -> bool:
    return any(each.name == name and each.required for each in action.fields)
