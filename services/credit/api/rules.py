"""Rules (信用规则) over HTTP."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from credit.domain.rulebook import Rulebook


def add_routes(routes: APIRouter, rulebook: Rulebook) -> None:
    """Put the routes of rules on ``routes``."""

    @routes.get("/rules", tags=["规则 rules"], summary="分类、公示期与评分规则 / classification, periods, scorecards")
    async def rules() -> dict[str, Any]:
        """Every edition with its sources; ``confirmed`` false: nobody competent has confirmed that number."""
        return asdict(rulebook)
