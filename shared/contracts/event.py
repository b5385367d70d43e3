"""Event (事件): a fact one service tells the others, past tense, versioned.

The body is JSON of the struct; everything about the journey (id, time, trace) stands in CloudEvents headers,
see chassis/envelope.py. Unknown fields are ignored by readers, so producers may add.
"""

from datetime import datetime
from typing import Annotated, ClassVar

import msgspec

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
"""An instant (时刻): aware; one without a zone is refused."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all events.

    ``fact`` is ``<service>.<aggregate>.<fact>``: it makes the CloudEvents type ``cn.shenguan.<fact>.v1``
    and the NATS subject ``shenguan.<fact>.v1.{区划6}.{partition}``.
    ``source_system`` names the bureau system the story began in; figures can be counted per source.
    """

    fact: ClassVar[str]
    generation: ClassVar[int] = 1
    """版本: 2 once the event broke what v1 promised; ``upcast.py`` then reads the earlier ones."""

    source_system: str
    """来源系统, e.g. ``chicago``."""
    region: str
    """区划代码, 6 digits, GB/T 2260."""

    @property
    def aggregate(self) -> str:
        """Id of the aggregate the fact is about (CloudEvents ``subject``)."""
        raise NotImplementedError

    @property
    def case(self) -> str:
        """The approval case the story began with (CloudEvents ``correlationid``), or empty."""
        return ""

    @property
    def holder(self) -> "Subject":
        """The subject (主体) that decides the partition."""
        raise NotImplementedError


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """主体 as it travels: for a person ``id_no`` is the keyed reference and ``name`` is empty."""

    id_type: str
    """证件类型: 001 统一社会信用代码, 111 居民身份证, 099 其他."""
    id_no: str
    kind: str
    """ORGANISATION 组织 or PERSON 自然人."""
    name: str = ""


class Object(msgspec.Struct, frozen=True, kw_only=True):
    """监管对象: the thing supervised, e.g. one licensed shop. Its number is unique within (source_system)."""

    object_no: str
    name: str = ""
    address: str = ""


def speaker(event: type[Event]) -> str:
    """The service that publishes an event: the first word of its name."""
    return event.fact.partition(".")[0]


def cloud_type(event: type[Event]) -> str:
    """CloudEvents ``type`` of an event class, e.g. ``cn.shenguan.approval.case.decided.v1``."""
    return f"cn.shenguan.{event.fact}.v{event.generation}"
