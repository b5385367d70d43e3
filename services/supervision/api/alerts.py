"""Alerts over HTTP (预警接口): what was raised, and how far each count has come."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from chassis.pages import Asked, Page, PageAsked, Reading, page
from kernel.alert import AlertRule
from supervision import queries
from supervision.domain.alerts import AlertRules


class AlertsAsked(PageAsked):
    """Which alerts (预警查询); ``key``: department or county."""

    rule: AlertRule | None = None
    key: Asked | None = None
    period: Asked | None = None


def router(reading: Reading, page_limit: int, rules: AlertRules) -> APIRouter:
    """The routes of alerts."""
    routes = APIRouter()

    @routes.get("/alerts", summary="预警 / alerts")
    async def alerts(asked: Annotated[AlertsAsked, Query()]) -> Page:
        """Alerts in the order of department or county, rule, period and number."""
        limit, which = asked.within(page_limit), asked.model_dump(exclude={"cursor", "limit"})
        async with reading() as connection:
            items = await queries.alerts(connection, which, asked.after(tuple[str, str, str, int]), limit + 1)
        return page(items, ["key", "rule", "period", "number"], limit)

    @routes.get("/alert-rules", summary="预警规则 / alert rules")
    async def alert_rules() -> dict[str, list[dict[str, Any]]]:
        """The rules in every edition, with source and whether somebody competent confirmed them."""
        return {"items": [vars(edition) for edition in rules.editions]}

    return routes
