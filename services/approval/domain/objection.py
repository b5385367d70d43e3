"""Objection held (异议留存): what credit told of objections to a record, so that the gate knows which are pending.

Facts arrive in any order and twice: each is kept for itself, nothing is overwritten, and what is pending follows from
all of them. A decision that came before its objection stays a decision.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class ObjectionFact(StrEnum):
    """What happened to an objection (异议进展)."""

    LODGED = "LODGED"  # 已提出
    DECIDED = "DECIDED"  # 已处理
    REVIEW_REQUESTED = "REVIEW_REQUESTED"  # 已申请复核
    REVIEWED = "REVIEWED"  # 已复核, 最终


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionTold:
    """异议留存: one fact about one objection to one record."""

    record_id: str
    objection_id: str
    fact: ObjectionFact


def under_objection(told: Iterable[ObjectionTold]) -> frozenset[str]:
    """The records of which an objection is pending (异议处理中): lodged and not decided, or its review not decided."""
    facts: dict[tuple[str, str], set[ObjectionFact]] = {}
    for each in told:
        facts.setdefault((each.record_id, each.objection_id), set()).add(each.fact)
    return frozenset(record_id for (record_id, _), known in facts.items() if _pending(known))


def _pending(known: set[ObjectionFact]) -> bool:
    if ObjectionFact.REVIEWED in known:
        return False
    lodged = ObjectionFact.LODGED in known and ObjectionFact.DECIDED not in known
    return lodged or ObjectionFact.REVIEW_REQUESTED in known
