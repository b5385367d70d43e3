"""Law-enforcement certificate (行政执法证件): who shows none that is valid on the day may not inspect.

Source: 行政处罚法 (2021) art. 42, 55 (执法人员应当具有行政执法资格, 应当主动出示执法证件).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kernel.refusal import Fault
from supervision.domain.content import name_faults


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """执法证件. Both days belong to its term (有效期起、有效期至); a bound nobody stated does not limit it."""

    no: str
    valid_from: date | None = None
    valid_to: date | None = None

    def covers(self, day: date) -> bool:
        """True when it is valid on ``day``."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)

    def faults(self) -> Iterator[Fault]:
        """What is wrong with it as somebody wrote it."""
        if not self.no:
            yield Fault(
                pointer="/certificate_no",
                zh="填写了有效期而没有执法证件编号，请补上编号或删除有效期",
                en="a term without a certificate number; give the number or leave the term out",
            )
        yield from name_faults("/certificate_no", self.no, longest=64, required=False)
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            yield Fault(
                pointer="/certificate_to",
                zh="有效期至早于有效期起，请更正",
                en="the term ends before it begins; correct it",
            )


def stated(no: str, valid_from: date | None, valid_to: date | None) -> Certificate | None:
    """A certificate as a register names it, or None when nothing is known (旧数据)."""
    if not no and valid_from is None and valid_to is None:
        return None
    return Certificate(no=no, valid_from=valid_from, valid_to=valid_to)
