"""Analyses of the catalogue over HTTP (目录分析接口): lint, gaps, difference, impact, what-if. They change nothing."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel, ConfigDict, Field

from chassis.pages import Asked, Reading
from chassis.unit_of_work import UnitOfWork
from supervision import handlers, queries
from supervision.api.comparison import comparison_document
from supervision.domain.catalogue import Catalogue, CatalogueVersion, Conditions
from supervision.domain.catalogue.commands import LookAtVersion
from supervision.domain.catalogue.diff import compared
from supervision.domain.catalogue.document import link_document
from supervision.domain.catalogue.gaps import Triggered, unlinked
from supervision.domain.catalogue.impact import Effect, impact
from supervision.domain.catalogue.lint import lint
from supervision.domain.catalogue.past import PastDecision
from supervision.domain.catalogue.what_if import WhatIf
from supervision.ports import StoredWork

PATH = "/catalogue-versions"
_MOST_TASKS = 1000


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ItemForm(_Form):
    """An approval item of a list (审批事项)."""

    item_code: str = Field(max_length=200)
    name: str = Field("", max_length=1000)


class ItemsForm(_Form):
    """The list of all approval items (事项清单)."""

    items: list[ItemForm] = Field(max_length=100_000)

    @property
    def names(self) -> dict[str, str]:
        """Item → name."""
        return {item.item_code: item.name for item in self.items}


class PeriodAsked(_Form):
    """Which days (期间): [from, to); without one end, from the beginning or to the end."""

    first: date | None = Field(None, alias="from")
    end: date | None = Field(None, alias="to", description="不含 / exclusive")


class DiffAsked(_Form):
    """Which two versions (两个版本)."""

    before: Asked = Field(alias="from")
    after: Asked = Field(alias="to")


class Analyses:
    """What the routes share: looking a version up, and letting past decisions run by."""

    def __init__(self, unit: UnitOfWork[StoredWork], reading: Reading) -> None:
        self._unit = unit
        self.reading = reading

    async def version(self, name: str) -> tuple[CatalogueVersion, Catalogue]:
        """A version in any state, and the published ones. Refuses ``not-found``."""
        return await self._unit.run(handlers.look_at_version, LookAtVersion(version=name))

    async def over(self, asked: PeriodAsked, add: Callable[[Iterable[PastDecision]], None]) -> None:
        """Show every decision of a period, beside the event loop."""
        async with self.reading() as connection:
            async for portion in queries.past_decisions(connection, asked.first, asked.end):
                await asyncio.to_thread(add, portion)


def router(unit: UnitOfWork[StoredWork], reading: Reading, conditions: Conditions) -> APIRouter:
    """The routes of analyses."""
    routes = APIRouter()
    analyses = Analyses(unit, reading)
    _differences(routes, analyses)
    _lints(routes, analyses, conditions)
    _gaps(routes, analyses)
    _what_ifs(routes, analyses)
    return routes


def _differences(routes: APIRouter, analyses: Analyses) -> None:
    @routes.get(f"{PATH}/diff", summary="版本差异 / difference of two versions")
    async def diff(asked: Annotated[DiffAsked, Query()]) -> dict[str, Any]:
        """Links and checklists added, removed and changed, field by field."""
        before, _ = await analyses.version(asked.before)
        after, _ = await analyses.version(asked.after)
        found = compared(before, after)
        links = {name: [link_document(link) for link in getattr(found, name)] for name in ("added", "removed")}
        return {"from": asked.before, "to": asked.after} | asdict(found) | links

    @routes.get(f"{PATH}/{{version}}/impact", summary="影响清单 / open tasks it would change")
    async def of_open_tasks(version: Asked) -> dict[str, Any]:
        """Links with open tasks and what the version means for them; the first tasks concerned by name."""
        draft, catalogue = await analyses.version(version)
        async with analyses.reading() as connection:
            found = impact(draft, catalogue, await queries.open_tasks_of_links(connection))
            touched = [one for one in found if one.effect is not Effect.UNCHANGED]
            pairs = [(one.catalogue_version, one.link_code) for one in touched]
            tasks = await queries.open_tasks_made_by(connection, pairs, _MOST_TASKS) if pairs else []
        return {
            "version": version,
            "open_tasks": sum(one.open_tasks for one in found),
            "affected_tasks": sum(one.open_tasks for one in touched),
            "links": [asdict(one) for one in found],
            "tasks": tasks,
        }


def _lints(routes: APIRouter, analyses: Analyses, conditions: Conditions) -> None:
    async def doubts(version: str, items: dict[str, str] | None) -> dict[str, Any]:
        content, _ = await analyses.version(version)
        found = await asyncio.to_thread(lint, content, conditions, items)
        return {"version": version, "findings": [asdict(doubt) for doubt in found]}

    @routes.get(f"{PATH}/{{version}}/lint", summary="目录检查 / lint")
    async def of_version(version: Asked) -> dict[str, Any]:
        """What the version may say and still be a mistake."""
        return await doubts(version, None)

    @routes.post(f"{PATH}/{{version}}/lint", summary="按事项清单检查 / lint against a list of items")
    async def against_items(version: Asked, form: ItemsForm) -> dict[str, Any]:
        """The same, rows whose item is not in the list included."""
        return await doubts(version, form.names)


def _gaps(routes: APIRouter, analyses: Analyses) -> None:
    async def gaps(version: str, asked: PeriodAsked, listed: dict[str, str]) -> dict[str, Any]:
        content, catalogue = await analyses.version(version)
        triggered = Triggered(content, catalogue)
        async with analyses.reading() as connection:
            decided = await queries.items_decided(connection)
        await analyses.over(asked, triggered.add)
        return {
            "version": version,
            "from": asked.first,
            "to": asked.end,
            "unlinked_items": [asdict(item) for item in unlinked(content, decided, listed)],
            "never_triggered": [asdict(link) for link in triggered.silent()],
        }

    @routes.get(f"{PATH}/{{version}}/gaps", summary="目录缺口 / gaps")
    async def of_decisions(version: Asked, asked: Annotated[PeriodAsked, Query()]) -> dict[str, Any]:
        """Decided items without a link, and links no decision of the period set off."""
        return await gaps(version, asked, {})

    @routes.post(f"{PATH}/{{version}}/gaps", summary="按事项清单找缺口 / gaps against a list of items")
    async def of_items(
        version: Asked, asked: Annotated[PeriodAsked, Query()], form: Annotated[ItemsForm, Body()]
    ) -> dict[str, Any]:
        """The same, items of the list without a link included."""
        return await gaps(version, asked, form.names)


def _what_ifs(routes: APIRouter, analyses: Analyses) -> None:
    @routes.get(f"{PATH}/{{version}}/what-if", summary="推演 / what-if")
    async def what_if(version: Asked, asked: Annotated[PeriodAsked, Query()]) -> dict[str, Any]:
        """The decisions of a period matched with this version instead: tasks, officer-days, visits."""
        draft, catalogue = await analyses.version(version)
        trial = WhatIf(draft, catalogue)
        await analyses.over(asked, trial.add)
        period = {"version": version, "from": asked.first, "to": asked.end}
        return period | comparison_document(trial.finished())
