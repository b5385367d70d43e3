"""Steps of a case (办理环节): its events put under the stage of the linkage they belong to, and what changed in credit. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from console.web.language import said

Line = Mapping[str, Any]
"""One line of the trace, its payload decoded."""

STEPS = {
    "DECISION": said("审批决定"),
    "MATCH": said("匹配与推送"),
    "TASK": said("任务办理"),
    "VISIT": said("入企检查"),
    "INSPECTION": said("检查"),
    "RECTIFY": said("整改"),
    "REFERRAL": said("移送与处罚"),
    "PUBLICITY": said("公示"),
    "FEEDBACK": said("反馈与答复"),
    "CREDIT": said("信用"),
}
"""Step → its name, in the order the linkage goes (石大政办发〔2021〕54号)."""
_OF_FACT = {
    "approval.feedback": "FEEDBACK",
    "approval": "DECISION",
    "supervision.approval.unmatched": "MATCH",
    "supervision.task.created": "MATCH",
    "supervision.task.joined": "MATCH",
    "supervision.task.narrowed": "MATCH",
    "supervision.visit": "VISIT",
    "supervision.inspection": "INSPECTION",
    "supervision.rectification": "RECTIFY",
    "supervision.referral": "REFERRAL",
    "supervision.result": "PUBLICITY",
    "supervision.feedback": "FEEDBACK",
    "supervision": "TASK",
    "credit": "CREDIT",
}
"""Beginning of a fact → its step; the longest that fits counts."""


@dataclass(frozen=True, slots=True)
class Step:
    """一个环节, with its events in the order they were told."""

    code: str
    lines: list[Line] = field(default_factory=list)

    @property
    def name(self) -> str:
        """As people call it, of the source language."""
        return STEPS[self.code]


def step_of(fact: str) -> str:
    """The step an event belongs to."""
    parts = fact.split(".")
    fitting = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((_OF_FACT[each] for each in fitting if each in _OF_FACT), "TASK")


def grouped(trace: Iterable[Line]) -> list[Step]:
    """The steps that were taken, each with its events, in the order the linkage goes."""
    steps = {code: Step(code) for code in STEPS}
    for line in trace:
        steps[step_of(line["fact"])].lines.append(line)
    return [step for step in steps.values() if step.lines]


@dataclass(frozen=True, slots=True)
class GradeChange:
    """一次等级变化: score and grade before and after; the reasons that came, and those that no longer count."""

    id_type: str
    id_no: str
    before: Line | None
    after: Line
    came: list[Line]
    went: list[Line]

    @property
    def points(self) -> int | None:
        """How much the score changed; None for the first there is."""
        return self.after["score"] - self.before["score"] if self.before else None


def grade_change(after: Line, told: Sequence[Line]) -> GradeChange:
    """What an assessment changed. ``told``: the grades of the subject that are known, in any order."""
    earlier = [each for each in told if each["version"] < after["version"]]
    before = max(earlier, key=lambda each: int(each["version"]), default=None)
    counted, counts = list(before["reasons"]) if before else [], list(after["reasons"])
    return GradeChange(
        after["subject"]["id_type"],
        after["subject"]["id_no"],
        before,
        after,
        [each for each in counts if each not in counted],
        [each for each in counted if each not in counts],
    )
