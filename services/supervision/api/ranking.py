"""The ranking over HTTP (风险排序接口): objects by likelihood of a critical finding, each with its reasons.

A targeted draw (定向抽查) takes the first of it, as many as its entry of the plan says. The card is fitted in a thread and kept per day, until
there are more facts before that day.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from chassis.pages import Asked, Page, PageAsked, Reading, page
from chassis.problems import not_found
from chassis.unit_of_work import UnitOfWork
from kernel.clock import Clock, china_day
from supervision import handlers
from supervision.domain.plans.commands import AskMatter, AskPlan
from supervision.domain.ranking import (
    RankCard,
    RankedObject,
    RankingRules,
    RankReason,
    Snapshot,
    card_for,
    rank,
    reason_words,
)
from supervision.domain.ranking.history import Target
from supervision.ports import StoredWork
from supervision.queries import ranking

_WRITTEN = re.compile(r"(19|20|21)\d\d-\d\d-\d\d")


def _iso_day(said: Any) -> Any:
    """Only ``2026-01-31``, 1900 to 2199: ten digits are no timestamp."""
    if isinstance(said, str) and not _WRITTEN.fullmatch(said):
        raise PydanticCustomError("date_parsing", "a day of 1900 to 2199 is written 2026-01-31")
    return said


Day = Annotated[date, BeforeValidator(_iso_day)]
_KEPT = 8
"""Days whose card and snapshot are kept."""


class RanksAsked(PageAsked):
    """Which ranking (风险排序查询): objects of a matter (抽查事项), holders of an approval item, or all."""

    at: Day
    matter: Asked | None = None
    item: Asked | None = None
    department: Asked | None = None


class RanksPage(Page):
    """一页排序, with the card it comes from."""

    card: dict[str, Any]


@dataclass(frozen=True)
class _Fitted:
    basis: tuple[int, ...]
    card: RankCard
    snapshot: Snapshot


class Rankings:
    """Cards and snapshots of the days asked for lately; one is fitted at a time."""

    def __init__(self, unit: UnitOfWork[StoredWork], reading: Reading, rules: RankingRules, clock: Clock) -> None:
        self._unit, self._reading, self._rules, self._clock = unit, reading, rules, clock
        self._kept: dict[date, _Fitted] = {}
        self._one_at_a_time = asyncio.Lock()

    async def items_of(self, matter: str | None, item: str | None) -> frozenset[str] | None:
        """The approval items to hold one of; None for all. Refuses a matter nobody registered."""
        if matter is None:
            return None if item is None else frozenset({item})
        _, scope = await self._unit.run(handlers.scope_of_matter, AskMatter(matter))
        return scope.groups[0] if item is None else scope.groups[0] & {item}

    async def ranked(
        self, at: date, items: frozenset[str] | None = None, department: str | None = None
    ) -> tuple[RankCard, list[RankedObject]]:
        """Card and order of a day."""
        fitted = await self._fitted(at)
        async with self._reading() as connection:
            targets = await ranking.ranked_targets(connection, at, items, department)
        return fitted.card, await asyncio.to_thread(rank, fitted.card, fitted.snapshot, targets)

    async def aimed_order(self, plan_no: str, entry: str) -> list[Target] | None:
        """Today's order a targeted draw (定向抽查) takes the first of; None when its entry takes none of the ranking."""
        scope = (await self._unit.run(handlers.aimed_entries, AskPlan(plan_no))).get(entry)
        if scope is None:
            return None
        items = frozenset().union(*scope.groups) if scope.groups else frozenset[str]()
        _, order = await self.ranked(china_day(self._clock.now()), items)
        return [each.target for each in order]

    async def _fitted(self, at: date) -> _Fitted:
        edition = self._rules.in_force(at)
        async with self._one_at_a_time:
            async with self._reading() as connection:
                basis = await ranking.ranking_basis(connection, at)
                kept = self._kept.get(at)
                if kept is not None and kept.basis == basis:
                    return kept
                history = await ranking.ranking_history(connection, at, edition.lookback_days)
            card = await asyncio.to_thread(card_for, history, at, edition)
            snapshot = await asyncio.to_thread(history.before, at, edition.scale)
            self._kept.pop(at, None)
            self._kept[at] = _Fitted(basis, card, snapshot)
            if len(self._kept) > _KEPT:
                del self._kept[next(iter(self._kept))]
            return self._kept[at]


def router(rankings: Rankings, reading: Reading, page_limit: int) -> APIRouter:
    """The routes; they stand before ``objects/{…}``, whose number may hold slashes."""
    routes = APIRouter()

    @routes.get("/ranks", summary="风险排序 / objects by likelihood of a critical finding")
    async def ranks(asked: Annotated[RanksAsked, Query()]) -> RanksPage:
        """As known the day before ``at``; equal scores go by the number of the object."""
        limit, after = asked.within(page_limit), max(asked.after(int) or 0, 0)
        items = await rankings.items_of(asked.matter, asked.item)
        card, order = await rankings.ranked(asked.at, items, asked.department)
        shown = await _shown(reading, card, order[after : after + limit + 1])
        cut = page(shown, ["rank"], limit)
        return RanksPage(items=cut.items, next=cut.next, card=_card(card))

    @routes.get("/objects/{source_system}/{object_no:path}/rank", summary="一个对象的名次与理由 / rank of an object")
    async def one_rank(source_system: Asked, object_no: Asked, at: Day) -> dict[str, Any]:
        """Its place among all objects of that day, its score, and every reason with its points."""
        card, order = await rankings.ranked(at)
        mine = [each for each in order if each.target == (source_system, object_no)]
        if not mine:
            raise not_found(
                f"{at} 前在管的监管对象 {source_system}:{object_no}",
                f"object {source_system}:{object_no} under supervision before {at}",
            )
        return (await _shown(reading, card, mine))[0] | {"of": len(order), "card": _card(card)}

    return routes


async def _shown(reading: Reading, card: RankCard, order: Sequence[RankedObject]) -> list[dict[str, Any]]:
    async with reading() as connection:
        names = await ranking.object_names(connection, [each.target for each in order])
    return [
        {
            "rank": each.rank,
            "source_system": each.target[0],
            "object_no": each.target[1],
            "name": names.get(each.target, ""),
            "score": each.score,
            "chance": round(card.chance(each.score), 4),
            "reasons": [_reason(reason, card) for reason in each.reasons],
        }
        for each in order
    ]


def _reason(reason: RankReason, card: RankCard) -> dict[str, Any]:
    zh, en = reason_words(reason, card.edges)
    return {
        "feature": reason.trait.feature,
        "value": reason.trait.value,
        "points": reason.points,
        "zh": zh,
        "en": en,
    }


def _card(card: RankCard) -> dict[str, Any]:
    return {
        "version": card.version,
        "own": card.own,
        "checks": card.checks,
        "critical": card.critical,
        "doubling": card.doubling,
    }
