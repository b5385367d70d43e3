"""Pages and keys (分页与主体标识) as addresses and queries carry them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any

import msgspec
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from kernel.refusal import Fault, Refusal, malformed
from kernel.subject import IdType, number_fault, tidy_number
from kernel.text import text_fault

Reading = Callable[[], AbstractAsyncContextManager[AsyncConnection]]
Place = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
NO_NUL = r"^[^\x00]*$"
Clean = Annotated[str, msgspec.Meta(pattern=NO_NUL)]


class Page(BaseModel):
    """A page (分页): ``next`` is the cursor of the following one, null on the last."""

    items: list[dict[str, Any]]
    next: str | None


class Asked(BaseModel):
    """What every list is asked with."""

    model_config = ConfigDict(extra="forbid")

    cursor: str = Field("", max_length=1000, description="上一页返回的 next / `next` of the page before")
    limit: int = Field(50, ge=1, le=500)


def page(items: list[dict[str, Any]], ends: list[Any], limit: int) -> Page:
    """The first ``limit`` items; ``ends`` is the place of each."""
    more = len(items) > limit
    following = urlsafe_b64encode(msgspec.json.encode(ends[limit - 1])).decode() if more else None
    return Page(items=items[:limit], next=following)


def opened(cursor: str, shape: Any) -> Any:
    """The place a cursor means, None for the first page. Refuses ``invalid-content``."""
    if not cursor:
        return None
    try:
        return msgspec.json.decode(urlsafe_b64decode(cursor), type=shape)
    except ValueError as error:
        zh, en = "请使用上一页返回的 next", "use the `next` of the page before"
        raise malformed([Fault(pointer="cursor", zh=zh, en=en)]) from error


def check_key(id_type: str, id_no: str) -> None:
    """Let a key pass that may stand in an address. Refuses ``invalid-content``, ``number-in-address``."""
    faults = [text_fault("id_type", id_type, longest=20), text_fault("id_no", id_no, longest=200)]
    if found := [fault for fault in faults if fault]:
        raise malformed(found)
    if id_type == IdType.RESIDENT and number_fault("id_no", id_type, tidy_number(id_no)) is None:
        raise Refusal(
            code="number-in-address",
            zh="地址中不得出现居民身份证号码，请改用事件或列表中的主体引用查询",
            en="A resident identity number must not stand in an address; ask by the subject reference of events and lists",
        )
