"""Limit (时限值): how long somebody has, in the unit the rule is written in.

工作日 and 日 are different units: 行政许可法 (2019) art. 82 counts workdays, 行政处罚法 (2021) art. 85 only for limits of
two, three, five and seven days. So the unit belongs to every limit and is never guessed.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from kernel.refusal import Refusal

_LARGEST = 9999
_WRITTEN = re.compile(r"(\d{1,4})\s*(h|wd|d|m)", re.IGNORECASE | re.ASCII)


class Unit(StrEnum):
    """What a limit counts (时限单位)."""

    HOUR = "HOUR"  # 小时
    WORKDAY = "WORKDAY"  # 工作日
    DAY = "DAY"  # 日(自然日)
    MONTH = "MONTH"  # 月


_LETTERS = {Unit.HOUR: "h", Unit.WORKDAY: "wd", Unit.DAY: "d", Unit.MONTH: "m"}
_CHINESE = {Unit.HOUR: "小时", Unit.WORKDAY: "个工作日", Unit.DAY: "日", Unit.MONTH: "个月"}
_LONGEST = {Unit.HOUR: _LARGEST, Unit.WORKDAY: 2500, Unit.DAY: 3660, Unit.MONTH: 120}
"""Ten years of each unit: no rule gives longer, and every day of a limit is counted one by one."""
_UNITS = {letters: unit for unit, letters in _LETTERS.items()}


@dataclass(frozen=True)
class Limit:
    """So many of one unit (时限值), written 24h, 2wd, 10d or 2m.

    Raises:
        Refusal: ``limit-not-valid`` when ``n`` is not 1 to 9999.
    """

    n: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 1 <= self.n <= _LARGEST:
            raise _not_valid(str(self.n))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the written form.

        Raises:
            Refusal: ``limit-not-valid`` with the forms that are understood.
        """
        written = _WRITTEN.fullmatch(text.strip())
        if written is None:
            raise _not_valid(text)
        return cls(int(written[1]), _UNITS[written[2].lower()])

    @classmethod
    def asked(cls, text: str) -> Self:
        """Read what somebody asks for now; what was kept before is read with ``parse``.

        Raises:
            Refusal: ``limit-not-valid``; ``limit-too-long`` for more than ten years.
        """
        limit = cls.parse(text)
        if limit.too_long:
            raise Refusal(
                code="limit-too-long",
                zh=f"时限“{limit.zh}”超过十年，请核对数值和单位；{limit.longest.zh}为限",
                en=f"The limit {limit} is longer than ten years; check number and unit, {limit.longest} is the most",
            )
        return limit

    @property
    def too_long(self) -> bool:
        """True beyond ten years (时限过长)."""
        return self.n > self.longest.n

    @property
    def longest(self) -> Self:
        """The longest anybody may ask for in this unit."""
        return type(self)(_LONGEST[self.unit], self.unit)

    def __str__(self) -> str:
        return f"{self.n}{_LETTERS[self.unit]}"

    @property
    def zh(self) -> str:
        """As people write it (2个工作日)."""
        return f"{self.n}{_CHINESE[self.unit]}"


def _not_valid(text: str) -> Refusal:
    return Refusal(
        code="limit-not-valid",
        zh=f"时限“{text}”无法识别，请写作 24h(小时)、2wd(工作日)、10d(自然日) 或 2m(月)，数值 1 至 {_LARGEST}",
        en=f"The limit '{text}' is not understood; write 24h (hours), 2wd (workdays), 10d (days) or 2m (months), "
        f"1 to {_LARGEST}",
    )
