"""Pages (分页): lists are cut by key; ``next`` is the cursor of the following page, null on the last."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any, TypeVar

import msgspec
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncConnection

from kernel.refusal import Fault, malformed

Reading = Callable[[], AbstractAsyncContextManager[AsyncConnection]]
Asked = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""A value to look for: anything PostgreSQL can compare with."""
_USUAL = 50

S = TypeVar("S")


class Page(BaseModel):
    """一页."""

    items: list[dict[str, Any]]
    next: str | None


class PageAsked(BaseModel):
    """Which page."""

    model_config = ConfigDict(extra="forbid")

    cursor: str = Field("", max_length=1000, description="上一页返回的 next / `next` of the page before")
    limit: int = Field(_USUAL, ge=1, description="每页条数 / rows of a page")

    def within(self, page_limit: int) -> int:
        """The rows to answer with, at most ``page_limit``."""
        return min(self.limit, page_limit)

    def after(self, shape: type[S]) -> S | None:
        """The key the page before ended with. Refuses ``invalid-content`` for a cursor nobody gave out."""
        if not self.cursor:
            return None
        try:
            return msgspec.json.decode(_readable(urlsafe_b64decode(self.cursor)), type=shape)
        except ValueError as error:
            fault = Fault(pointer="/cursor", zh="请使用上一页返回的 next", en="use the `next` of the page before")
            raise malformed([fault]) from error


def _readable(cursor: bytes) -> bytes:
    """A cursor as it was given out: with nothing PostgreSQL cannot compare with."""
    if b"\\u0000" in cursor:
        raise ValueError("NUL")
    return cursor


def page(items: list[dict[str, Any]], key: Sequence[str], limit: int) -> Page:
    """A page of ``limit`` rows, of which one more was asked for; ``key``: the columns the list is ordered by."""
    following = None
    if len(items) > limit:
        last = items[limit - 1]
        end = last[key[0]] if len(key) == 1 else [last[name] for name in key]
        following = urlsafe_b64encode(msgspec.json.encode(end)).decode()
    return Page(items=items[:limit], next=following)
