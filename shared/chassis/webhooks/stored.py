"""Stored secrets (回调密钥存取) in PostgreSQL, and the good ones of a source for whoever checks a signature."""

from collections.abc import Callable, Sequence

from chassis.database import Pool
from chassis.resealing import SealedColumn
from chassis.transaction import Transaction
from chassis.webhooks.keeping import SOURCE, AddSecret, RetireSecret, WebhookSecret
from kernel.sealed import Place

SECRETS = SealedColumn(table="webhook_secret", column="sealed", key={"source_system": "text", "number": "int"})
"""For services that take webhooks."""
_OF_SOURCE = "SELECT * FROM webhook_secret WHERE source_system = $1 ORDER BY number"
_GOOD = "SELECT number, sealed FROM webhook_secret WHERE source_system = $1 AND retired_at IS NULL ORDER BY number"
_KEEP = """
INSERT INTO webhook_secret (source_system, number, sealed, added_by, added_at, retired_by, retired_at, retired_why)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (source_system, number) DO UPDATE SET retired_by = excluded.retired_by,
       retired_at = excluded.retired_at, retired_why = excluded.retired_why
"""


class SqlSecrets:
    """``keeping.SecretWork`` inside the transaction it is given; one command at a time."""

    def __init__(self, tx: Transaction, seal: Callable[[str, Place], bytes]) -> None:
        self._tx = tx
        self._seal = seal
        self.now = tx.now
        self._known: list[WebhookSecret] = []
        self._changed: list[WebhookSecret] = []

    async def load(self, messages: Sequence[AddSecret | RetireSecret]) -> None:
        """Lock and read the secrets of the source: two administrators at once do not make three good ones."""
        (command,) = messages
        if not SOURCE.fullmatch(command.source_system):
            return  # no database can be asked for it; the handler refuses it
        await self._tx.lock([f"webhook:{command.source_system}"])
        rows = await self._tx.connection.fetch(_OF_SOURCE, command.source_system)
        self._known = [WebhookSecret(**row) for row in rows]

    async def flush(self) -> None:
        """Write what changed."""
        for one in self._changed:
            retired = (one.retired_by, one.retired_at, one.retired_why)
            kept = (one.source_system, one.number, one.sealed, one.added_by, one.added_at, *retired)
            await self._tx.connection.execute(_KEEP, *kept)

    def secrets(self) -> Sequence[WebhookSecret]:
        """Every secret of the source, the oldest first."""
        return self._known

    def sealed(self, secret: str, source_system: str, number: int) -> bytes:
        """The secret as it is kept in its own place alone."""
        return self._seal(secret, SECRETS.place((source_system, str(number))))

    def keep(self, secret: WebhookSecret) -> None:
        """Keep a new or retired one."""
        self._changed.append(secret)


async def good_secrets(pool: Callable[[], Pool], source_system: str) -> list[tuple[bytes, Place]]:
    """The sealed secrets of a source that are good now, each with where it belongs."""
    rows = await pool().fetch(_GOOD, source_system)
    return [(row["sealed"], SECRETS.place((source_system, str(row["number"])))) for row in rows]
