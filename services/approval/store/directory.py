"""The directory (通讯录) in PostgreSQL. It is small and seldom changed: one lock, and the departments are read whole."""

from collections.abc import Iterable, Sequence
from typing import Any

from approval.domain.content import askable
from approval.domain.directory import Department, ListDepartment, ListPerson, Person
from chassis.transaction import Transaction

_DEPARTMENTS = "SELECT code, name, uscc, head, liaison, superior, merged_into, version FROM department"
_PEOPLE = "SELECT code, name, department, left_on, successor, deputy, version FROM person WHERE code = ANY($1)"
_KEEP_DEPARTMENTS = """
INSERT INTO department (code, name, uscc, head, liaison, superior, merged_into, version)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[])
ON CONFLICT (code) DO UPDATE SET name = excluded.name, uscc = excluded.uscc, head = excluded.head,
       liaison = excluded.liaison, superior = excluded.superior, merged_into = excluded.merged_into,
       version = excluded.version
"""
_KEEP_PEOPLE = """
INSERT INTO person (code, name, department, left_on, successor, deputy, version)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::text[], $6::text[], $7::int[])
ON CONFLICT (code) DO UPDATE SET name = excluded.name, department = excluded.department, left_on = excluded.left_on,
       successor = excluded.successor, deputy = excluded.deputy, version = excluded.version
"""


class StoredDirectory:
    """``ports.Directory`` on a transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._departments: dict[str, Department] = {}
        self._people: dict[str, Person] = {}
        self._new_departments: dict[str, Department] = {}
        self._new_people: dict[str, Person] = {}

    async def load(self, messages: Sequence[Any]) -> None:
        """Lock and read the directory when a message changes it."""
        listed = [m for m in messages if isinstance(m, ListDepartment | ListPerson)]
        if not listed:
            return
        await self._tx.lock(["directory"])
        rows = await self._tx.connection.fetch(_DEPARTMENTS)
        self._departments = {row["code"]: Department(**row) for row in rows}
        codes = {m.person.code for m in listed if isinstance(m, ListPerson)}
        people = await self._tx.connection.fetch(_PEOPLE, [code for code in codes if askable(code)])
        self._people = {row["code"]: Person(**row) for row in people}

    def write(self) -> None:
        """Write what changed."""
        if self._new_departments:
            rows = [
                (d.code, d.name, d.uscc, d.head, d.liaison, d.superior, d.merged_into, d.version)
                for d in self._new_departments.values()
            ]
            self._tx.writes.put(_KEEP_DEPARTMENTS, *_columns(rows))
        if self._new_people:
            people = [
                (p.code, p.name, p.department, p.left_on, p.successor, p.deputy, p.version)
                for p in self._new_people.values()
            ]
            self._tx.writes.put(_KEEP_PEOPLE, *_columns(people))

    def department(self, code: str) -> Department | None:
        """The department, or None."""
        return self._departments.get(code)

    def keep_department(self, department: Department) -> None:
        """Keep a new or changed one."""
        self._departments[department.code] = self._new_departments[department.code] = department

    def person(self, code: str) -> Person | None:
        """The person, or None."""
        return self._people.get(code)

    def keep_person(self, person: Person) -> None:
        """Keep a new or changed one."""
        self._people[person.code] = self._new_people[person.code] = person


def _columns(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*sorted(rows, key=lambda row: row[0]), strict=True)]
