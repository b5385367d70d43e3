"""Paging (分页): opaque cursors, the same in every list of this service."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import Query
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from kernel.refusal import Fault, malformed

Reading = Callable[[], AbstractAsyncContextManager[AsyncConnection]]
T = TypeVar("T")

Cursor = Annotated[str, Query(max_length=500, description="上一页返回的 next / `next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=500, description="每页条数 / rows per page")]

Words = Annotated[
    str,
    Query(
        alias="q",
        max_length=100,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="编码或名称的一部分，几个词以空格分开 / parts of code or name",
    ),
]

Place = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Code = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[^\x00-\x1f]*$")]
"""What a cursor may hold: a place in a sequence, or a code; a forged one is refused before a database sees it."""


class Page(BaseModel):
    """A page: ``next`` is the cursor of the following one, null on the last."""

    items: list[dict[str, Any]]
    next: str | None


def page(items: Sequence[dict[str, Any]], places: Sequence[Any], limit: int) -> Page:
    """The first ``limit`` items; more were fetched when there is a following page."""
    more = len(items) > limit
    following = urlsafe_b64encode(msgspec.json.encode(places[limit - 1])).decode() if more else None
    return Page(items=list(items[:limit]), next=following)


def opened(cursor: str, shape: type[T]) -> T | None:
    """The place a cursor stands for, None for the first page. Refuses ``invalid-content``."""
    if not cursor:
        return None
    try:
        return msgspec.json.decode(urlsafe_b64decode(cursor), type=shape)
    except (ValueError, UnicodeError) as error:
        zh, en = "请使用上一页返回的 next", "use the `next` of the page before"
        raise malformed([Fault(pointer="/cursor", zh=zh, en=en)]) from error
