"""Reach of a condition (条件可达性): whether any decision a link may see can meet it.

A search, not a proof: the facts are tried with every value the condition itself names, at its bounds, and one it does
not name. A condition that calculates (functions other than contains, startsWith, endsWith) is taken as reachable.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import product
from math import prod

from kernel.decision import DecisionKind
from kernel.subject import IdType, SubjectKind
from supervision.domain.catalogue.condition import VARIABLES, Condition, Facts
from supervision.domain.catalogue.link import Link

_LITERAL = re.compile(r'"([^"\\]*)"|\'([^\'\\]*)\'')
_CALL = re.compile(r"([A-Za-z_]\w*)\s*\(")
_SIMPLE = frozenset({"contains", "startsWith", "endsWith", "in"})
_REGION = re.compile(r"[0-9]{6}")
_MOST = 20_000
_LAST_DAY = date(2099, 12, 31)


def reachable(link: Link, period: tuple[date, date | None], condition: Condition) -> bool:
    """True unless no decision within ``period`` that triggers the link can meet its condition."""
    text = link.condition
    bare = _LITERAL.sub("''", text)
    if "\\" in text or "+" in bare or not set(_CALL.findall(bare)) <= _SIMPLE:
        return True
    literals = [one or other for one, other in _LITERAL.findall(text)]
    used = [name for name in VARIABLES if re.search(rf"\b{re.escape(name)}\b", bare)]
    candidates = _candidates(literals, period)
    free = [name for name in used if name in candidates]
    if prod(len(candidates[name]) for name in free) > _MOST:
        return True
    for kind, commitment in _occasions(link):
        known = Facts(
            kind=kind, item_code=link.item_code, region="000000", decided_on=period[0], commitment=commitment
        ).variables
        for values in product(*(candidates[name] for name in free)):
            if condition({**known, **dict(zip(free, values, strict=True))}):
                return True
    return False


def _occasions(link: Link) -> Iterator[tuple[DecisionKind, bool]]:
    for kind in DecisionKind:
        for commitment in (False, True):
            if link.occasions(kind, commitment=commitment) and not (commitment and kind.ends_licence):
                yield kind, commitment


def _candidates(literals: Sequence[str], period: tuple[date, date | None]) -> Mapping[str, Sequence[str]]:
    """What may stand in each variable; kind, commitment, item and 存量 are not free."""
    texts = ["", "示例", *literals, "".join(literals)]
    return {
        "decision.region": ["000000", *(r for said in literals if _REGION.fullmatch(r := said.ljust(6, "0")))],
        "decision.decided_on": list(_days(literals, period)),
        "subject.kind": [kind.value for kind in SubjectKind],
        "subject.id_type": [kind.value for kind in IdType],
        "object.name": texts,
        "object.address": texts,
    }


def _days(literals: Sequence[str], period: tuple[date, date | None]) -> Iterator[str]:
    first, end = period
    last = end - timedelta(days=1) if end else max(_LAST_DAY, first)
    yield from (first.isoformat(), last.isoformat())
    for said in literals:
        try:
            day = date.fromisoformat(said)
        except ValueError:
            continue
        for near in (-1, 0, 1):
            if first <= (other := day + timedelta(days=near)) <= last:
                yield other.isoformat()


def common(one: tuple[date, date | None], other: tuple[date, date | None]) -> tuple[date, date | None]:
    """The days two periods share; empty when its end is not after its beginning."""
    ends = [end for end in (one[1], other[1]) if end]
    return max(one[0], other[0]), min(ends, default=None)
