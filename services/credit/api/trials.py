"""Trials (推演) over HTTP: what another scorecard would do to everybody. It changes nothing."""

import asyncio
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from credit.api.alone import Alone
from credit.api.written_rules import OPENAPI_BODY, canonical_of
from credit.domain.rules_document import read_edition
from credit.domain.what_if import WhatIf
from credit.ports import Snapshots

_SCOPE_ZH = "只试算评分规则；记录的分类与公示期按形成时的规则，保持不变"
_SCOPE_EN = "the scorecard alone is tried; class and periods of records stay as the rules of their day made them"


def add_routes(routes: APIRouter, snapshots: Snapshots) -> None:
    """Put the routes of trials on ``routes``."""
    alone = Alone("评分推演", "a trial of rules")

    @routes.post(
        "/rules:what-if",
        tags=["规则 rules"],
        summary="评分推演 / what other rules would do",
        openapi_extra=OPENAPI_BODY,
    )
    async def what_if(
        request: Request, as_of: Annotated[date | None, Query(description="省略为今天 / today")] = None
    ) -> dict[str, Any]:
        """Migration of grades, changes of scores, who changes most: the document's scorecard beside the one in force."""
        body, kind = await request.body(), request.headers.get("content-type", "")
        version, content = await asyncio.to_thread(canonical_of, body, kind)
        with alone.inside():
            async with snapshots.open() as snapshot:
                day = as_of or snapshot.today
                now = (await snapshot.rules()).on(day)
                trial = WhatIf(now, read_edition(content), day)
                async for page in snapshot.subjects():
                    await asyncio.to_thread(trial.add, page)
        told = {"rules_now": now.version, "rules_then": version, "as_of": day}
        return told | {"scope_zh": _SCOPE_ZH, "scope_en": _SCOPE_EN} | asdict(trial.finished())
