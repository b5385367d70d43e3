"""Time-ordered ids (时间序标识): UUIDv7 (RFC 9562, 5.7), whose first 48 bits are milliseconds since 1970.

Whoever knows such an id knows its month, which the inbox is cut by; and ids of one moment lie together on disk.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

_NAMESPACE = UUID("6f6d5c0e-7f0b-5d8a-9a52-3d6f2b0f7c11")
_LAST = (1 << 48) - 1
_LATEST = 253_370_764_800_000
"""The year 9999 in milliseconds."""
_REST = (1 << 80) - 1
_FORM_BITS = (0xF << 76) | (0x3 << 62)
_FORM = (0x7 << 76) | (0x2 << 62)
"""Version 7, variant of RFC 9562."""


def first_id(at: datetime, beside: timedelta = timedelta()) -> UUID:
    """What no id of ``at`` (aware) plus ``beside`` or later is below; before 1970 the lowest there is."""
    milliseconds = _milliseconds(at) + beside // timedelta(milliseconds=1)
    return UUID(int=min(max(milliseconds, 0), _LAST) << 80)


def delivery_id(consumer: str, stream: str, sequence: int, stored_at: datetime) -> UUID:
    """The id of a message as one consumer receives it (投递标识), the same however often it is delivered.

    ``stored_at``: when the stream took it in. A stream made anew counts from 1 again and repeats no id.
    """
    digest = uuid5(_NAMESPACE, f"{consumer}:{stream}:{sequence}:{stored_at.isoformat()}").int
    return UUID(int=(_milliseconds(stored_at) << 80) | (digest & _REST & ~_FORM_BITS) | _FORM)


def made_at(made: UUID) -> datetime:
    """The moment a time-ordered id was made; of what is none some moment, never an error."""
    return datetime.fromtimestamp(min(made.int >> 80, _LATEST) / 1000, UTC)


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
