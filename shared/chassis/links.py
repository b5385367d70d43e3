"""Links (纵向链路): how the levels below are heard, told where their streams are gathered.

The server knows when a source last spoke (it does every second) and how much of it is still to come. What a link brought
too late, when the streams below kept it no longer, nothing tells afterwards, for numbers are those of the stream below.
But every service below numbers the heads of its audit chain, one a minute whether anything happens or not, and tells them
as events: a number that is missing is a minute whose events did not come.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.metrics import Gauge, Reading
from chassis.signing.trusted import PublicKey
from contracts.topology import stream_of
from contracts.uplink import domain_of, uplinked

SILENCE = Gauge(
    "shenguan.link.silence", "s", "下级多久没有声音 / since a source below spoke; -1: not yet, or nobody knows"
)
BEHIND = Gauge(
    "shenguan.link.lag", "{event}", "下级还要来的 / events of a source below still to come, when it last spoke"
)
MISSED = Gauge("shenguan.link.missed", "{head}", "没有来的链头 / heads of a level below that never came, a minute each")
GAUGES = (SILENCE, BEHIND, MISSED)

_COUNTED_EVERY = 60.0
"""Seconds: a head comes once a minute."""
_UNKNOWN = -1.0
_HEADS = text("""
SELECT min(no) AS first, max(no) AS last, count(DISTINCT no) AS there FROM witnessed_head
 WHERE service = :service AND no >= :floor AND key_id = ANY(:keys)
""")


class Source(NamedTuple):
    """What the server says of one source of a stream (来源)."""

    silence: float
    """Seconds since it last spoke; -1: not since this server reads it."""
    lag: int


Sources = Callable[[str], Awaitable[Mapping[str, Source]]]
"""Stream → its sources by JetStream domain; none when the server does not answer."""


class Links:
    """The links of one deployment to the regions below; without any there is nothing to tell."""

    def __init__(self, regions: Sequence[str], sources: Sources, keys: Callable[[], Sequence[PublicKey]]) -> None:
        self._regions = regions
        self._sources = sources
        self._keys = keys
        self._missed: list[Reading] = []
        self._counted_at = float("-inf")
        self._whole_to: dict[tuple[str, str], int] = {}
        """(service, region) → the head up to which none is missing, so that what was counted once is left alone."""

    async def read(self, connection: AsyncConnection) -> list[Reading]:
        """The readings of now, by region and stream."""
        told: list[Reading] = []
        for stream in uplinked() if self._regions else ():
            sources = await self._sources(stream)
            for region in self._regions:
                source = sources.get(domain_of(region), Source(_UNKNOWN, 0))
                told.append(SILENCE.shows(source.silence, region=region, stream=stream))
                told.append(BEHIND.shows(source.lag, region=region, stream=stream))
        if self._regions and monotonic() - self._counted_at > _COUNTED_EVERY:
            self._missed, self._counted_at = await self._count(connection), monotonic()
        return told + self._missed

    async def _count(self, connection: AsyncConnection) -> list[Reading]:
        """Between the first and the last head that came, by the region whose keys signed them."""
        keys: dict[tuple[str, str], list[str]] = {}
        for key in self._keys():
            if key.region in self._regions:
                keys.setdefault((key.service, key.region), []).append(key.key_id)
        told = []
        for (service, region), ids in keys.items():
            asked = {"service": service, "keys": ids, "floor": self._whole_to.get((service, region), 0)}
            row = (await connection.execute(_HEADS, asked)).one()
            if row.there:
                missing = row.last - row.first + 1 - row.there
                if not missing:
                    self._whole_to[service, region] = row.last
                told.append(MISSED.shows(missing, region=region, stream=stream_of(service)))
        return told
