"""Catalogue of constraints (信用约束目录) over HTTP."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from credit.domain.constraints import Constraints


def add_routes(routes: APIRouter, constraints: Constraints) -> None:
    """Put the route of the catalogue on ``routes``."""

    @routes.get(
        "/measures", tags=["惩戒措施 measures"], summary="名单、限制申请与惩戒措施目录 / lists, bars and measures"
    )
    async def measures() -> dict[str, Any]:
        """清单外不得惩戒: what is not here is not done. ``confirmed`` false: nobody competent has confirmed that row."""
        return asdict(constraints)
