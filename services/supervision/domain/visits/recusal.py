"""Recusal (申请回避): the enterprise asks an officer of a visit to stand aside; somebody else decides, with a reason.

Until it is decided the visit goes on; granted, the officer is kept from the enterprise as by a declared conflict.
Source: 行政处罚法 (2021) art. 43.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from kernel.refusal import Fault, Refusal, malformed
from supervision.domain.command import Command
from supervision.domain.content import code_faults, name_faults

LONGEST = 500
"""Characters of a reason and of a decision."""


@dataclass(frozen=True, kw_only=True)
class Recusal:
    """一件回避申请. ``granted`` None: not decided yet. Instants are aware, UTC."""

    officer: str
    reason: str
    asked_at: datetime
    granted: bool | None = None
    decision: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AskRecusal:
    """申请回避, by whoever holds the code. ``officer``: the place in the crew as it is shown, from 0. Raises ``invalid-content``."""

    code: str
    officer: int
    reason: str

    def __post_init__(self) -> None:
        if faults := name_faults("/reason", self.reason, longest=LONGEST):
            raise malformed(faults)


@dataclass(frozen=True, kw_only=True)
class AnswerRecusal(Command):
    """回避决定, by somebody else than the officer. Raises ``invalid-content``."""

    visit_no: str
    officer: str
    granted: bool
    decision: str

    def faults(self) -> list[Fault]:
        """What is wrong with the content."""
        return [*code_faults("/officer", self.officer), *name_faults("/decision", self.decision, longest=LONGEST)]


def with_asked(
    recusals: tuple[Recusal, ...], officers: tuple[str, ...], command: AskRecusal, at: datetime
) -> tuple[Recusal, ...]:
    """The recusals with one more; the very same again changes nothing.

    Refuses ``invalid-content`` for a place nobody has, ``recusal-open`` (409) while one of this officer is not decided.
    """
    crew = shown_order(officers)
    if not 0 <= command.officer < len(crew):
        zh, en = "请选择要求回避的执法人员", "choose the officer who is to stand aside"
        raise malformed([Fault(pointer="/officer", zh=zh, en=en)])
    officer = crew[command.officer]
    for each in recusals:
        if each.officer == officer and each.reason == command.reason:
            return recusals
        if each.officer == officer and each.granted is None:
            raise _still_open()
    return (*recusals, Recusal(officer=officer, reason=command.reason, asked_at=at))


def with_answer(recusals: tuple[Recusal, ...], command: AnswerRecusal, at: datetime) -> tuple[Recusal, ...]:
    """The recusals with the open one of the officer decided; the very same again changes nothing.

    Refuses ``second-person-needed`` (409) to the officer, ``recusal-unknown`` (404) when none is open.
    """
    if command.by == command.officer:
        raise _own()
    return tuple(_answered(recusals, command, at))


def shown_order(officers: tuple[str, ...]) -> list[str]:
    """The officers in the order the enterprise is shown them."""
    return sorted(officers)


def _answered(recusals: tuple[Recusal, ...], command: AnswerRecusal, at: datetime) -> Iterator[Recusal]:
    mine = [each for each in recusals if each.officer == command.officer]
    last = mine[-1] if mine else None
    same = last is not None and (last.granted, last.decision) == (command.granted, command.decision)
    if last is None or (last.granted is not None and not same):
        raise _none_open(command.officer)
    for each in recusals:
        if each is last and not same:
            said = command.decision
            yield replace(each, granted=command.granted, decision=said, decided_by=command.by, decided_at=at)
        else:
            yield each


def _still_open() -> Refusal:
    return Refusal(
        code="recusal-open",
        zh="对这名执法人员的回避申请正在审查，决定之后才能再次提出",
        en="a request that this officer stand aside is being looked at; ask again once it is decided",
        status=409,
    )


def _none_open(officer: str) -> Refusal:
    return Refusal(
        code="recusal-unknown",
        zh=f"没有待决定的对 {officer} 的回避申请；请刷新后查看",
        en=f"there is no open request that {officer} stand aside; reload and look again",
        status=404,
    )


def _own() -> Refusal:
    return Refusal(
        code="second-person-needed",
        zh="被申请回避的人不能自己决定；请由审批人或部门负责人决定",
        en="who is asked to stand aside does not decide it; who approved the visit, or the head, does",
        status=409,
    )
