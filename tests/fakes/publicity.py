"""The fake of what supervision keeps of publicity, and the rules as shipped."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from supervision.domain.directory import Department
from supervision.domain.publicity.publication import Publication, PublicityChange
from supervision.domain.publicity.rules import PublicityRules
from supervision.settings import SupervisionSettings

PUBLICITY = SupervisionSettings().publicity_rules()
SHIPPED = SupervisionSettings().publicity_file.read_text(encoding="utf-8")


@dataclass
class PublicityFile:
    """What was flushed."""

    rules: PublicityRules = PUBLICITY
    rows: dict[str, Publication] = field(default_factory=dict)
    changes: list[PublicityChange] = field(default_factory=list)
    ids: int = 0


class FakePublications:
    def __init__(self, file: PublicityFile, departments: Mapping[str, Department]) -> None:
        self._file = file
        self._departments = departments
        self.rules = file.rules
        self.rows = dict(file.rows)
        self.notes: list[PublicityChange] = []

    def new_id(self) -> str:
        self._file.ids += 1
        return str(UUID(int=30_000 + self._file.ids))

    def get(self, publication_no: str) -> Publication | None:
        return self.rows.get(publication_no)

    def of_task(self, task_id: str) -> Publication | None:
        return next((each for each in self.rows.values() if each.task_id == task_id), None)

    def of_inspection(self, source_system: str, inspection_no: str) -> Publication | None:
        wanted = (source_system, inspection_no)
        return next((each for each in self.rows.values() if (each.source_system, each.inspection_no) == wanted), None)

    def keeper(self, publication: Publication) -> str:
        code = publication.department
        while (known := self._departments.get(code)) and known.merged_into:
            code = known.merged_into
        return code

    def save(self, publication: Publication) -> None:
        inspection = (publication.source_system, publication.inspection_no)
        others = [each for each in self.rows.values() if each.publication_no != publication.publication_no]
        if any((each.source_system, each.inspection_no) == inspection for each in others):
            raise AssertionError("an inspection has one publication")
        self.rows[publication.publication_no] = publication

    def note(self, change: PublicityChange) -> None:
        known = {(each.publication_no, each.version) for each in [*self._file.changes, *self.notes]}
        if (change.publication_no, change.version) in known:
            raise AssertionError("every version has one trace")
        self.notes.append(change)

    def commit(self) -> None:
        self._file.rows = self.rows
        self._file.changes += self.notes
        self.notes = []


def early(**changes: Any) -> PublicityRules:
    """The rules as shipped, in force since 2000; ``changes`` to their edition."""
    (edition,) = PUBLICITY.editions
    return PublicityRules((replace(edition, **{"effective_from": date(2000, 1, 1)} | changes),))
