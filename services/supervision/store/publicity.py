"""Publicity (公示) in PostgreSQL: the publications a unit of work is about, read and written set-wise.

A publication is locked through the object of its task. Its own clocks name it as their owner.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from uuid_utils import uuid7

from chassis import setwise
from chassis.audit.leaf import Leaf, row_leaf
from chassis.database import Connection
from chassis.loaded import Entries
from chassis.reads import Asking
from chassis.setwise import LIST
from chassis.writes import Writes
from contracts.proved import PUBLIC_EDITION, PUBLICATION, PUBLICATION_CHANGE
from kernel.inspection import InspectionResult
from supervision.domain.publicity.publication import Publication, PublicContent, PublicityChange, PublicityDoubt
from supervision.domain.publicity.rules import PublicityRules
from supervision.domain.publicity.shown import shown_to_all
from supervision.domain.publicity.words import PublicationState
from supervision.domain.register import Holder
from supervision.store.needs import Needs, Pair

_CONTENT = {
    **dict.fromkeys(("matter_code", "matter_name", "subject_name", "object_name"), "text"),
    "inspected_on": "date",
    "result_class": "text",
}
_HOLDER = {"id_type": "id_type", "id_no": "id_no", "subject_kind": "kind", "holder_name": "name"}
_PLAIN = {
    "publication_no": "uuid",
    **dict.fromkeys(("source_system", "inspection_no"), "text"),
    "task_id": "uuid",
    **dict.fromkeys(("object_no", "region", "department", "purpose"), "text"),
    "inspectors": LIST,
    "result": "text",
    "formed_on": "date",
    **dict.fromkeys(("edition", "state"), "text"),
    "version": "int",
    "publicised_on": "date",
    "shown_by": "text",
}
_DOUBTS = ("doubt", "withdrawal")
_PUBLICATION = {**_PLAIN, **dict.fromkeys(_HOLDER, "text"), **_CONTENT, **dict.fromkeys(_DOUBTS, "jsonb")}
_CHANGE = {
    "publication_no": "uuid",
    "version": "int",
    **dict.fromkeys(("act", "by"), "text"),
    "at": "timestamptz",
    **dict.fromkeys(("cause", "reason"), "text"),
    **_CONTENT,
}
_NAMES = "publication_no, task_id, source_system, inspection_no, department"
_FOUND = f"""
WITH RECURSIVE meant AS (
    SELECT {_NAMES} FROM publication WHERE publication_no = ANY($1::uuid[])
    UNION SELECT {_NAMES} FROM publication WHERE task_id = ANY($2::uuid[])
    UNION SELECT {_NAMES} FROM publication JOIN unnest($3::text[], $4::text[]) AS contested (source_system, inspection_no)
           USING (source_system, inspection_no)),
goes_on AS (
    SELECT publication_no, department, 0 AS mergers FROM meant
    UNION ALL SELECT g.publication_no, d.merged_into, g.mergers + 1
      FROM goes_on g JOIN department d ON d.code = g.department WHERE d.merged_into <> '' AND g.mergers < 20)
SELECT DISTINCT ON (m.publication_no) m.*, g.department AS keeper
  FROM meant m JOIN goes_on g USING (publication_no) ORDER BY m.publication_no, g.mergers DESC
"""  # noqa: S608 - built from a constant
_OF_IDS = setwise.select("publication", {"publication_no": "uuid"})
_KEEP = setwise.upsert("publication", _PUBLICATION, ("publication_no",))
_ADD_CHANGES = setwise.insert("publication_change", _CHANGE)
_ADD_EDITIONS = setwise.insert("public_edition", {"publication_no": "uuid", "version": "int", "content": "bytea"})
_spelled = msgspec.json.Encoder(order="sorted").encode


class LoadedPublications:
    """ports.Publications. What was not loaded raises KeyError."""

    def __init__(self, rules: PublicityRules) -> None:
        self.rules = rules
        self._rows = Entries[str, Publication]()
        self._of_task: dict[str, str] = {}
        self._of_inspection: dict[Pair, str] = {}
        self._keepers: dict[str, str] = {}
        self._notes: list[PublicityChange] = []

    def new_id(self) -> str:
        """A UUIDv7."""
        return str(uuid7())

    def get(self, publication_no: str) -> Publication | None:
        """The publication, or None."""
        return self._rows.at(publication_no)

    def of_task(self, task_id: str) -> Publication | None:
        """That of a task, or None."""
        number = self._of_task[task_id]
        return self._rows.at(number) if number else None

    def of_inspection(self, source_system: str, inspection_no: str) -> Publication | None:
        """That of an inspection, or None."""
        number = self._of_inspection[source_system, inspection_no]
        return self._rows.at(number) if number else None

    def keeper(self, publication: Publication) -> str:
        """The department that decides what is shown."""
        return self._keepers[publication.publication_no]

    def save(self, publication: Publication) -> None:
        """Keep a new or changed one."""
        self._rows.put(publication.publication_no, publication)

    def note(self, change: PublicityChange) -> None:
        """Keep the trace of what was done."""
        self._notes.append(change)

    async def find(self, connection: Connection, needs: Needs) -> None:
        """Which publications are meant, by number, by task, or as owners of clocks; their tasks are needed with them."""
        numbers = needs.publications | (needs.tasks if needs.deadlines else set())
        self._rows.expect(numbers)
        self._of_task.update(dict.fromkeys(needs.overtaken, ""))
        self._of_inspection.update(dict.fromkeys(needs.contested, ""))
        if not numbers | needs.overtaken and not needs.contested:
            return
        contested = setwise.transposed(needs.contested) or [[], []]
        for row in await connection.fetch(_FOUND, sorted(numbers), sorted(needs.overtaken), *contested):
            number, task_id = str(row["publication_no"]), str(row["task_id"])
            needs.publications.add(number)
            needs.tasks.add(task_id)
            self._of_task[task_id] = self._of_inspection[row["source_system"], row["inspection_no"]] = number
            self._keepers[number] = row["keeper"]

    async def read(self, reads: Asking, needs: Needs) -> None:
        """Read them; the objects of their tasks are locked."""
        self._rows.expect(needs.publications)
        for row in await reads.fetch(_OF_IDS, sorted(needs.publications)) if needs.publications else ():
            publication = _publication(row)
            self._rows.found(publication.publication_no, publication)

    def write(self, writes: Writes) -> list[Leaf]:
        """Write what changed, the traces, and what everybody reads from now on; answers the rows to be proved."""
        changed = [publication for _, publication in sorted(self._rows.changed.items())]
        shown = [publication for publication in changed if publication.publicised_on]
        changes = [_change_row(change) for change in self._notes]
        editions = [(each.publication_no, each.version, _spelled(shown_to_all(each))) for each in shown]
        writes.put_rows(_KEEP, [_row(each) for each in changed])
        writes.put_rows(_ADD_CHANGES, changes)
        writes.put_rows(_ADD_EDITIONS, editions)
        return [
            *(row_leaf(PUBLICATION, _row(each)) for each in shown),
            *(row_leaf(PUBLICATION_CHANGE, change) for change in changes),
            *(row_leaf(PUBLIC_EDITION, edition) for edition in editions),
        ]


def _row(publication: Publication) -> Sequence[Any]:
    said = {name: getattr(publication, name) for name in (*_PLAIN, *_DOUBTS)}
    said |= {column: getattr(publication.holder, field) for column, field in _HOLDER.items()}
    said |= {name: getattr(publication.content, name) for name in _CONTENT}
    said["inspectors"] = ",".join(publication.inspectors)
    said |= {name: msgspec.json.encode(said[name]).decode() if said[name] else None for name in _DOUBTS}
    return [said[name] for name in _PUBLICATION]


def _publication(row: Any) -> Publication:
    said = {name: row[name] for name in _PLAIN}
    said |= {"publication_no": str(row["publication_no"]), "task_id": str(row["task_id"])}
    said |= {name: msgspec.json.decode(row[name], type=PublicityDoubt) if row[name] else None for name in _DOUBTS}
    return Publication(
        **said
        | {
            "inspectors": tuple(row["inspectors"]),
            "result": InspectionResult(row["result"]),
            "state": PublicationState(row["state"]),
            "holder": Holder(**{field: row[column] for column, field in _HOLDER.items()}),
            "content": PublicContent(**{name: row[name] for name in _CONTENT}),
        }
    )


def _change_row(change: PublicityChange) -> Sequence[Any]:
    said = {name: getattr(change, name) for name in _CHANGE if name not in _CONTENT}
    said |= {name: getattr(change.content, name) for name in _CONTENT}
    return [said[name] or "" if name == "cause" else said[name] for name in _CHANGE]
