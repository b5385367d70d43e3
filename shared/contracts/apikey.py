"""What approval tells of API keys (接口密钥): enough for every service to check one alone, never the secret itself."""

from datetime import date
from typing import ClassVar

from contracts.event import Event, Subject
from kernel.subject import IdType, SubjectKind

SOURCE = "apikeys"
"""来源系统 of these events: no case and no bureau system is behind them."""


class ApiKeyChanged(Event, frozen=True, kw_only=True):
    """接口密钥已变更: made (version 1) or revoked (version 2). A reader ignores an older ``version``."""

    fact: ClassVar[str] = "approval.apikey.changed"

    key_id: str
    version: int
    digest: str
    """SHA-256 of the secret, 64 hexadecimal digits."""
    scopes: tuple[str, ...]
    """接口范围: method and path, ``POST /api/v1/cases``."""
    source_systems: tuple[str, ...]
    """来源系统 it may send for."""
    regions: tuple[str, ...]
    departments: tuple[str, ...]
    expires_on: date
    """The last day it is good for, in China."""
    revoked: bool

    @property
    def aggregate(self) -> str:
        """The key."""
        return f"APIKEY:{self.key_id}"

    @property
    def holder(self) -> Subject:
        """Nobody is licensed here: the key decides the partition."""
        return Subject(id_type=IdType.OTHER, id_no=self.key_id, kind=SubjectKind.ORGANISATION)


EVENTS: tuple[type[Event], ...] = (ApiKeyChanged,)
