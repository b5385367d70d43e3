"""The directory (通讯录) in PostgreSQL: the entries a unit of work asks for, and those it learned."""

from collections.abc import Sequence
from typing import Any

from chassis import setwise
from chassis.loaded import Entries
from chassis.reads import Asking
from chassis.writes import Writes
from supervision.domain.directory import Department, Person
from supervision.store.needs import Needs

_DEPARTMENT = {
    **dict.fromkeys(("code", "name", "uscc", "head", "liaison", "superior", "merged_into"), "text"),
    "version": "int",
}
_PERSON = {"code": "text", "department": "text", "left_on": "date", "successor": "text", "deputy": "text"}
_PERSON |= {"version": "int"}
_DEPARTMENTS = setwise.select("department", {"code": "text"})
_PEOPLE = setwise.select("person", {"code": "text"})
_EVERY_DEPARTMENT = "SELECT * FROM department"
_EVERY_PERSON = "SELECT * FROM person"
_KEEP_DEPARTMENTS = setwise.upsert("department", _DEPARTMENT, ("code",))
_KEEP_PEOPLE = setwise.upsert("person", _PERSON, ("code",))


class LoadedDirectory:
    """ports.Directory."""

    def __init__(self) -> None:
        self._departments = Entries[str, Department]()
        self._people = Entries[str, Person]()
        self._whole = False

    def department(self, code: str) -> Department | None:
        """The department, or None."""
        if self._whole:
            self._departments.expect([code])
        return self._departments.at(code)

    def save_department(self, department: Department) -> None:
        """Keep a newer one."""
        self._departments.put(department.code, department)

    def person(self, code: str) -> Person | None:
        """The person, or None."""
        if self._whole:
            self._people.expect([code])
        return self._people.at(code)

    def save_person(self, person: Person) -> None:
        """Keep a newer one."""
        self._people.put(person.code, person)

    async def read(self, reads: Asking, needs: Needs) -> None:
        """Read the entries that are needed; all of them when work is handed over, which is seldom."""
        if needs.left or needs.merged:
            await self._read_whole(reads)
            return
        self._departments.expect(needs.departments)
        self._people.expect(needs.people)
        if needs.departments:
            for row in await reads.fetch(_DEPARTMENTS, list(needs.departments)):
                self._departments.found(row["code"], Department(**row))
        if needs.people:
            for row in await reads.fetch(_PEOPLE, list(needs.people)):
                self._people.found(row["code"], Person(**row))

    async def _read_whole(self, reads: Asking) -> None:
        self._whole = True
        for row in await reads.fetch(_EVERY_DEPARTMENT):
            self._departments.found(row["code"], Department(**row))
        for row in await reads.fetch(_EVERY_PERSON):
            self._people.found(row["code"], Person(**row))

    def write(self, writes: Writes) -> None:
        """Write what was learned, in the order of the codes."""
        for statement, columns, changed in (
            (_KEEP_DEPARTMENTS, _DEPARTMENT, self._departments.changed),
            (_KEEP_PEOPLE, _PERSON, self._people.changed),
        ):
            rows: list[Sequence[Any]] = [
                [getattr(entry, name) for name in columns] for _, entry in sorted(changed.items())
            ]
            writes.put_rows(statement, rows)
