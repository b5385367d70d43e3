"""Fixing over HTTP (定格接口), and by itself when its time has come: counted over all departments, kept once."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from chassis.access.acting import Acting
from chassis.access.principal import ITSELF, on_behalf_of
from chassis.pages import Reading
from chassis.unit_of_work import UnitOfWork
from console import handlers, queries
from console.domain.assessment import WRITTEN_MONTH, ScoreRules, rules_of
from console.domain.fixing import Counted, Fixing, FixMonth
from kernel.refusal import Refusal

Month = Annotated[str, Path(pattern=f"^{WRITTEN_MONTH}$", description="月份 / month, 2026-11")]


class FixBody(BaseModel):
    """定格."""

    model_config = ConfigDict(extra="forbid")

    by: Acting = Field(description="定格人编码 / who fixes it")
    reason: str = Field("", description="原因，可不填 / why, may be left out")


class Fixer:
    """Fixes months. ``unit``: over fixed months; ``reading``: the read model; ``editions``: the rules of the score."""

    def __init__(self, unit: UnitOfWork[Any], reading: Reading, editions: Sequence[ScoreRules]) -> None:
        self._unit = unit
        self._reading = reading
        self._editions = editions

    async def fix(self, month: date, by: str, reason: str) -> Fixing:
        """Fix a month now. Refuses ``month-fixed``, and what ``domain.fixing.fixed`` does."""
        return await self._unit.run(handlers.fix_month, await self._command(month, by=by, reason=reason.strip()))

    async def fix_due(self, months: Sequence[date]) -> Sequence[Fixing | Refusal]:
        """Fix months whose time has come."""
        return await self._unit.run_each(handlers.fix_due_month, [await self._command(month) for month in months])

    async def _command(self, month: date, **who: str) -> FixMonth:
        return FixMonth(counted=await self._counted(month), rules=rules_of(self._editions, month), **who)

    async def _counted(self, month: date) -> Counted:
        """Whoever fixes it, a month is counted over every department."""
        with on_behalf_of(ITSELF):
            async with self._reading() as connection:
                return await queries.counted(connection, month)


def router(fixer: Fixer) -> APIRouter:
    """The route."""
    routes = APIRouter(prefix="/api/v1", tags=["console 控制台"])

    @routes.post("/board/report/{month}:fix", status_code=201, summary="定格一个月的考核数字 / fix a month's figures")
    async def fix(month: Month, body: FixBody) -> dict[str, Any]:
        """Once for each month that is over; what is corrected later stands beside it. 409 when it is fixed already."""
        fixing = await fixer.fix(date.fromisoformat(f"{month}-01"), body.by, body.reason)
        return {"month": month, "standing": "FIXED", "fixed": fixing.document()}

    return routes
