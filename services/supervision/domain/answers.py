"""Completeness of a checklist (检查表完整性): every line of the task's checklist has an answer, NOT_CHECKED 未检查 included.

Asked when an inspection comes step by step through the task; a one-shot conclusion and batches of old systems may
leave lines out.
"""

from collections.abc import Iterable

from kernel.refusal import Fault, Refusal
from supervision.domain.inspection import Report


def require_every_line(report: Report, checklist: Iterable[str]) -> None:
    """Every line of the checklist is answered (逐项填写); else ``line-missing`` (422) naming each."""
    answered = {line.code for line in report.lines}
    missing = sorted(set(checklist) - answered, key=lambda code: (len(code), code))
    if missing:
        raise Refusal(
            code="line-missing",
            zh=f"有 {len(missing)} 个检查项没有结果，请逐项填写；未查的填 NOT_CHECKED，合理缺项填 NOT_APPLICABLE",
            en=f"{len(missing)} lines of the checklist have no answer; answer each, "
            "NOT_CHECKED for what was not looked at, NOT_APPLICABLE for what does not exist there",
            faults=tuple(
                Fault(pointer="/lines", zh=f"缺少检查项 {code} 的结果", en=f"line {code} has no answer")
                for code in missing
            ),
        )
