"""Kinds of forms (文书种类)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class FormKind(StrEnum):
    """检查文书种类."""

    APPROVAL = "APPROVAL"  # 行政检查审批表
    NOTICE = "NOTICE"  # 行政检查通知书
    RECORD = "RECORD"  # 现场检查笔录
    SURVEY = "SURVEY"  # 勘验笔录
    QUESTIONING = "QUESTIONING"  # 询问笔录
    SAMPLING = "SAMPLING"  # 抽样取证单
    RECTIFICATION = "RECTIFICATION"  # 责令改正通知书

    @property
    def heading(self) -> str:
        """As it stands at the head of the paper."""
        return _TITLES[self]

    @property
    def needs_visit(self) -> bool:
        """True when it is about coming to an enterprise, so a site visit must be named."""
        return self in {FormKind.APPROVAL, FormKind.NOTICE}


def papers_of(task: Mapping[str, Any]) -> list[FormKind]:
    """The papers there is something to print on for a task, as supervision tells it; those of a visit say so themselves."""
    ordered = bool(task.get("rounds") or (task.get("inspection") or {}).get("findings"))
    return [kind for kind in FormKind if kind is not FormKind.RECTIFICATION or ordered]


_TITLES = {
    FormKind.APPROVAL: "行政检查审批表",
    FormKind.NOTICE: "行政检查通知书",
    FormKind.RECORD: "现场检查笔录",
    FormKind.SURVEY: "勘验笔录",
    FormKind.QUESTIONING: "询问笔录",
    FormKind.SAMPLING: "抽样取证单",
    FormKind.RECTIFICATION: "责令改正通知书",
}
