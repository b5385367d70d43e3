"""Role grants (角色授权) in PostgreSQL. They are few and seldom changed: one lock for all of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from approval.domain.content import askable
from approval.domain.role_grant import ConfirmGrant, EndGrant, GrantRole, GrantState, RoleGrant
from chassis.transaction import Transaction
from kernel.clock import china_day
from kernel.role import Role

_COLUMNS = (
    *("grant_id", "person", "role", "region", "department", "starts_on", "ends_on", "state", "granted_by"),
    *("granted_at", "confirmed_by", "confirmed_at", "ended_by", "ended_at", "ended_why"),
)
_CHANGED = ("ends_on", "state", "confirmed_by", "confirmed_at", "ended_by", "ended_at", "ended_why")
_OF_PERSON = f"SELECT {', '.join(_COLUMNS)} FROM role_grant WHERE person = $1 ORDER BY granted_at, grant_id"  # noqa: S608 - constants
_PERSON_OF = "SELECT person FROM role_grant WHERE grant_id = $1"
_IN_OFFICE = "SELECT true FROM person WHERE code = $1 AND (left_on IS NULL OR left_on > $2)"
_KEEP = (
    f"INSERT INTO role_grant ({', '.join(_COLUMNS)})"  # noqa: S608 - constants
    f" VALUES ({', '.join(f'${n}' for n in range(1, len(_COLUMNS) + 1))})"
    f" ON CONFLICT (grant_id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _CHANGED)}"
)


class SqlGrants:
    """``handlers.role_grants.GrantWork`` inside the transaction it is given; one command at a time."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self.now = tx.now
        self.day = china_day(datetime.now(UTC))
        self._grants: dict[str, RoleGrant] = {}
        self._changed: dict[str, RoleGrant] = {}
        self._in_office: set[str] = set()

    async def load(self, messages: Sequence[GrantRole | ConfirmGrant | EndGrant]) -> None:
        """Lock the grants, read those of the person the command is about."""
        (command,) = messages
        connection = self._tx.connection
        await self._tx.lock(["role-grants"])
        if isinstance(command, GrantRole):
            person = command.person if askable(command.person) else ""
        else:
            person = await connection.fetchval(_PERSON_OF, command.grant_id) or ""
        if await connection.fetchval(_IN_OFFICE, person, self.day):
            self._in_office.add(person)
        self._grants = {row["grant_id"]: grant_of(row) for row in await connection.fetch(_OF_PERSON, person)}

    async def flush(self) -> None:
        """Write what changed."""
        for grant in self._changed.values():
            await self._tx.connection.execute(_KEEP, *(getattr(grant, name) for name in _COLUMNS))

    def in_office(self, person: str) -> bool:
        """True when the directory knows the person and it has not left."""
        return person in self._in_office

    def grants_of(self, person: str) -> Sequence[RoleGrant]:
        """Every grant of a person."""
        return [grant for grant in self._grants.values() if grant.person == person]

    def grant(self, grant_id: str) -> RoleGrant | None:
        """The grant, or None."""
        return self._grants.get(grant_id)

    def keep(self, grant: RoleGrant) -> None:
        """Keep a new or changed one."""
        self._grants[grant.grant_id] = self._changed[grant.grant_id] = grant


def grant_of(row: Any) -> RoleGrant:
    """A grant as it was kept."""
    return RoleGrant(**{**dict(row), "role": Role(row["role"]), "state": GrantState(row["state"])})
