"""An office for tests: a service that writes, chains and signs; and somebody who owns its database."""

from dataclasses import dataclass, field
from typing import Any

from chassis.audit.findings import Bad, Report
from chassis.audit.heads import Head
from chassis.audit.sequencer import Sequencer
from chassis.audit.verify import verify
from chassis.clock import StackClock
from chassis.database import Connection, Pool
from chassis.identity import IdentityKeys
from chassis.transaction import Transactions
from tests.integration.chassis.road import decided
from tests.keys import signer, trusted

KEYS = IdentityKeys("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")


@dataclass
class Office:
    """A service that writes, chains and signs; and somebody who owns its database."""

    pool: Pool
    owner: Connection
    sequencer: Sequencer = field(init=False)

    def __post_init__(self) -> None:
        pool = self.pool
        seal, key = KEYS.digest, signer("approval")
        self.transactions = Transactions(lambda: pool, StackClock(), "approval", "640202", lambda: None, key, seal)
        self.sequencer = Sequencer("approval", pool, self.transactions, seal, key)

    async def say(self, count: int = 1) -> None:
        for number in range(1, count + 1):
            async with self.transactions.begin() as tx:
                tx.publish(decided(version=2 * number - 1))
                tx.publish(decided(version=2 * number))

    async def work(self) -> None:
        """Three blocks, signed."""
        for _ in range(3):
            await self.say(3)
            await self.sequencer.chain_all()
        await self.sequencer.seal_head()

    async def verified(self, witnessed: list[Head] | None = None, **options: Any) -> Report:
        return await verify(self.owner, "approval", trusted=trusted(), witnessed=witnessed or [], **options)

    async def bad(self, witnessed: list[Head] | None = None, **options: Any) -> tuple[str, str, str]:
        found = (await self.verified(witnessed, **options)).bad
        assert isinstance(found, Bad)
        return found.table, found.key, found.what.value

    async def count(self, table: str) -> int:
        return int(await self.owner.fetchval(f"SELECT count(*) FROM {table}"))  # noqa: S608 - a table of the test

    async def heads(self) -> list[Head]:
        """As the other services kept them."""
        return [Head.of("approval", row) for row in await self.owner.fetch("SELECT * FROM audit_head ORDER BY no")]

    async def keys(self, table: str, key: str) -> list[str]:
        order = "at, id" if table == "audit_entry" else "logged_at, event_id"
        chained = await self.owner.fetch(f"SELECT {key} AS key FROM {table} ORDER BY {order}")  # noqa: S608 - constants
        return [str(row["key"]) for row in chained]
