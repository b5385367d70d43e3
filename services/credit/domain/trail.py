"""Query log (查询日志): who was told of which subject, and for how long that is kept.

Looking somebody up leaves a trace before the answer goes out; the trace is never changed, and it is not kept for ever
either: it says something about whoever asked.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from credit.domain.publicity import Retention
from kernel.masking import masked, presentable
from kernel.subject import IdType, SubjectKey

_REFERENCE = re.compile(r"P[0-9A-F]{40}")


class QueryChannel(StrEnum):
    """Where somebody asked (查询渠道)."""

    PUBLIC = "PUBLIC"  # 公开查询
    INTERNAL = "INTERNAL"  # 内部查询


@dataclass(frozen=True, kw_only=True)
class SubjectQuery:
    """主体查询: one answer about one subject; of a natural person ``subject`` is the reference."""

    channel: QueryChannel
    subject: SubjectKey
    asked_by: str
    """查询人: as the caller names itself; empty = it did not."""
    found: bool
    """False: the answer was that there is nothing."""


def traceable(key: SubjectKey) -> SubjectKey:
    """A number somebody asked with, as the log may keep it: of a person the reference, anything else of one masked."""
    if key.id_type == IdType.RESIDENT and not _REFERENCE.fullmatch(key.id_no):
        return SubjectKey(key.id_type, masked(key.id_no))
    return SubjectKey(key.id_type, presentable(key.id_no))


@dataclass(frozen=True, kw_only=True)
class ForgetQueries:
    """清除到期查询日志 of one day, if it is past its term."""

    day: date
    retention: Retention
