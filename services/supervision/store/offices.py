"""Offices (部门岗位): who holds the posts of a department, from the directory; the superior is the superior's head."""

from collections.abc import Iterable

from chassis.reads import Asking
from supervision.domain.watch import Office

_OFFICES = """
SELECT d.code, d.liaison, d.head, coalesce(s.head, '') AS superior
FROM unnest($1::text[]) AS asked (code) JOIN department d USING (code) LEFT JOIN department s ON s.code = d.superior
"""


class LoadedOffices:
    """ports.Offices. A department the directory does not know has its posts' inboxes; one not loaded: KeyError."""

    def __init__(self) -> None:
        self._known: dict[str, Office] = {}

    def of(self, department: str) -> Office:
        """Who holds the posts of a department, as far as known."""
        return self._known[department]

    async def read(self, reads: Asking, departments: Iterable[str]) -> None:
        """Read the posts of these departments."""
        asked = sorted(set(departments))
        self._known |= {code: Office(department=code) for code in asked}
        for row in await reads.fetch(_OFFICES, asked) if asked else ():
            posts = {name: row[name] for name in ("liaison", "head", "superior")}
            self._known[row["code"]] = Office(department=row["code"], **posts)
