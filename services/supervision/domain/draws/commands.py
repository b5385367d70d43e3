"""Commands of a draw (抽取命令): prepare and announce, run, cancel. Each raises ``invalid-content`` with all its faults."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kernel.refusal import Fault, Refusal
from supervision.domain.command import Command, reason_faults
from supervision.domain.content import code_faults, name_faults

_LONGEST = 1000
_LONGEST_FORM = 100
_FEWEST_DIGITS = 4


@dataclass(frozen=True, kw_only=True)
class DrawCommand(Command):
    """What somebody does with a draw (经办人)."""

    draw_no: str

    def faults(self) -> list[Fault]:
        """Its number is a code."""
        return code_faults("/draw_no", self.draw_no)


@dataclass(frozen=True, kw_only=True)
class PublicValue:
    """公开数: a number nobody here can choose, known to all from a moment on, e.g. the balls of a state lottery.

    ``form`` leaves no choice in how it is written: each ``#`` is a digit, everything else stands as it is.
    """

    source: str
    form: str
    at: datetime

    def faults(self) -> list[Fault]:
        """What is wrong with it."""
        faults = [
            *name_faults("/public_value/source", self.source, longest=_LONGEST),
            *name_faults("/public_value/form", self.form, longest=_LONGEST_FORM),
        ]
        if self.form.count("#") < _FEWEST_DIGITS:
            zh = f"写法中每个 # 是一位数字，至少 {_FEWEST_DIGITS} 位，如 ## ## ## ## ## ##"
            en = f"each # of the form is a digit, {_FEWEST_DIGITS} at least, e.g. ## ## ## ## ## ##"
            faults.append(Fault(pointer="/public_value/form", zh=zh, en=en))
        if self.at.tzinfo is None:
            zh, en = "时刻须带时区，如 2026-03-02T21:30:00+08:00", "the moment needs its offset, e.g. +08:00"
            faults.append(Fault(pointer="/public_value/at", zh=zh, en=en))
        return faults

    def fits(self, value: str) -> bool:
        """True when a value is written in the announced form."""
        return re.fullmatch(re.escape(self.form).replace(r"\#", "[0-9]"), value) is not None


@dataclass(frozen=True, kw_only=True)
class PrepareDraw(DrawCommand):
    """准备抽取: freeze the pool of an entry of a filed plan, and announce it with the value that will decide."""

    plan_no: str
    entry: str
    public_value: PublicValue
    ranked: Sequence[tuple[str, str]] | None = None
    """The ranking of today (风险排序), the first goes first; None when the entry takes none of it."""

    def faults(self) -> list[Fault]:
        """Plan and entry are codes, the public value can be checked."""
        return [
            *super().faults(),
            *code_faults("/plan_no", self.plan_no),
            *code_faults("/entry", self.entry),
            *self.public_value.faults(),
        ]


@dataclass(frozen=True, kw_only=True)
class RunDraw(DrawCommand):
    """抽取, with the value as it became public and where it can be looked up; ``witness`` (监督人) is another person."""

    value: str
    looked_up: str = ""
    witness: str

    def faults(self) -> list[Fault]:
        """A value is given, a witness named."""
        return [
            *super().faults(),
            *name_faults("/value", self.value, longest=_LONGEST_FORM),
            *name_faults("/looked_up", self.looked_up, longest=_LONGEST, required=False),
            *code_faults("/witness", self.witness),
        ]


@dataclass(frozen=True, kw_only=True)
class CancelDraw(DrawCommand):
    """取消抽取, with a reason for all to see; once the value is public a witness is needed."""

    reason: str
    witness: str = ""

    def faults(self) -> list[Fault]:
        """A reason is given."""
        witness = code_faults("/witness", self.witness) if self.witness else []
        return [*super().faults(), *reason_faults(self.reason), *witness]


def no_such_draw(draw_no: str) -> Refusal:
    """没有该抽取: 404 ``not-found``."""
    return Refusal(
        code="not-found",
        zh=f"没有抽取 {draw_no[:64]}，请核对编号",
        en=f"there is no draw {draw_no[:64]}; check the number",
        status=404,
    )
