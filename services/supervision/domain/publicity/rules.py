"""Rules of publicity (公示规则): which inspections are publicised, within which time, under which class of result.

Data in dated editions (publicity.toml). An inspection is judged by the edition of the day it was made; before the
first begins nothing is publicised, so that replayed history is not. Source: 石大政办发〔2021〕58号 (谁抽查、谁公示).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kernel.inspection import InspectionResult
from kernel.limit import Limit
from kernel.refusal import Fault, Refusal
from supervision.domain.publicity.words import PublicityMode


@dataclass(frozen=True, kw_only=True)
class ResultClass:
    """抽查结果类型: how a result is named to the public, and which results of ours it may stand for."""

    code: str
    zh: str
    en: str
    results: frozenset[InspectionResult]


@dataclass(frozen=True, kw_only=True)
class PublicityEdition:
    """公示规则的一个版本 from a day on; ``confirmed`` False: nobody competent confirmed it."""

    version: str
    effective_from: date
    purposes: frozenset[str]
    """任务类别 whose inspections are publicised."""
    items: frozenset[str]
    """监管事项 it is limited to; empty: every one."""
    ad_hoc: bool
    """True: also inspections without a task of their own (临时任务)."""
    provisional: bool
    """True: also objects no decision has named (对象未登记)."""
    mode: PublicityMode
    limit: Limit
    """公示时限, from the day of the inspection."""
    withdraw_limit: Limit
    """更正、撤下时限, from the moment the result is known to be changed or annulled."""
    source: str
    confirmed: bool
    classes: Mapping[str, ResultClass]
    usual: Mapping[InspectionResult, str]
    """结果类型 when nobody names one."""

    def covers(self, purpose: str, item: str, *, ad_hoc: bool, provisional: bool) -> bool:
        """True when such an inspection must be publicised (应公示)."""
        if (ad_hoc and not self.ad_hoc) or (provisional and not self.provisional):
            return False
        return purpose in self.purposes and (not self.items or item in self.items)

    def class_for(self, said: str, result: InspectionResult) -> str:
        """The class a result is publicised under: the one said, else the usual one.

        Refuses ``result-class-unknown``, and ``result-class-contradicts`` when it may not stand for this result (422).
        """
        if not said:
            return self.usual[result]
        self.require_known(said)
        if result not in self.classes[said].results:
            allowed = "、".join(code for code, each in self.classes.items() if result in each.results)
            zh = f"检查结果为 {result}，不能公示为 {said}；可用: {allowed}"
            en = f"the inspection ended {result}; it cannot be publicised as {said}; use one of {allowed}"
            raise _class_refused("result-class-contradicts", zh, en)
        return said

    def require_known(self, said: str) -> None:
        """A class of this edition; else ``result-class-unknown`` (422)."""
        if said not in self.classes:
            zh = f"公示规则 {self.version} 没有结果类型 {said[:64]}；可用: {'、'.join(self.classes)}"
            en = f"edition {self.version} has no class of result {said[:64]}; use one of {', '.join(self.classes)}"
            raise _class_refused("result-class-unknown", zh, en)


@dataclass(frozen=True)
class PublicityRules:
    """公示规则 in all its editions, at least one, the earliest first."""

    editions: tuple[PublicityEdition, ...]

    def on(self, day: date) -> PublicityEdition | None:
        """The edition for inspections of a day; None before the first begins."""
        return next((each for each in reversed(self.editions) if each.effective_from <= day), None)

    def named(self, version: str) -> PublicityEdition:
        """The edition of this name; one that is no longer in the file is that of the newest."""
        return next((each for each in self.editions if each.version == version), self.editions[-1])


def _class_refused(code: str, zh: str, en: str) -> Refusal:
    return Refusal(code=code, zh=zh, en=en, faults=(Fault(pointer="/result_class", zh=zh, en=en),))
