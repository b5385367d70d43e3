"""Publicity (信用公示): what goes with a public answer, and how long it is kept who asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from credit.domain.record import months_after
from kernel.refusal import Refusal

_LONGEST = 100


@dataclass(frozen=True, kw_only=True)
class Guidance:
    """告知: what somebody whose record is shown can do, in both languages."""

    zh: str
    en: str
    source: str
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class Retention:
    """保存期限 of the query log, in whole years from the day of the question, that day not counted."""

    keep_years: int
    source: str
    confirmed: bool

    def first_kept_on(self, today: date) -> date:
        """The earliest day whose questions are still kept; never later than the term allows."""
        return months_after(today, -12 * self.keep_years)


@dataclass(frozen=True, kw_only=True)
class Publicity:
    """公示规则: how to have a record repaired, how to object, and how long the query log is kept."""

    repair: Guidance
    objection: Guidance
    query_log: Retention


def publicity(document: Mapping[str, Any]) -> Publicity:
    """The rules from their document. Refuses ``invalid-publicity-rules``."""
    try:
        rules = Publicity(
            repair=Guidance(**document["repair"]),
            objection=Guidance(**document["objection"]),
            query_log=Retention(**document["query_log"]),
        )
        _check(rules)
    except (KeyError, TypeError, ValueError) as error:
        raise Refusal(
            code="invalid-publicity-rules",
            zh=f"公示规则有误，请改正后重新启动: {error}",
            en=f"the rules of publicity are not valid; correct them and start again: {error}",
        ) from error
    return rules


def _check(rules: Publicity) -> None:
    told = (rules.repair, rules.objection)
    if not all(text.strip() for each in told for text in (each.zh, each.en)):
        raise ValueError("repair and objection say what to do in zh and en")
    if not all(str(each.source or "").strip() for each in (*told, rules.query_log)):
        raise ValueError("each has its source")
    if type(rules.query_log.keep_years) is not int or not 1 <= rules.query_log.keep_years <= _LONGEST:
        raise ValueError(f"query_log.keep_years is a whole number of years, 1 to {_LONGEST}")
