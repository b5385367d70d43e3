"""The stores of a unit of work on dictionaries (假仓库): what tests/fakes/supervision.py puts together."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from supervision.domain.catalogue import Catalogue, VersionRecord
from supervision.domain.credit import SubjectGrade
from supervision.domain.decision import AppliedDecision
from supervision.domain.directory import Department, Person
from supervision.domain.feedback import Feedback
from supervision.domain.history import TaskChange
from supervision.domain.inspection import Inspection
from supervision.domain.inspector import Inspector
from supervision.domain.register import RegisteredObject
from supervision.domain.task import Task
from supervision.store import CelConditions


class FakeObjects:
    def __init__(self, rows: Mapping[tuple[str, str], RegisteredObject]) -> None:
        self.rows = dict(rows)

    def get(self, source_system: str, object_no: str) -> RegisteredObject | None:
        return self.rows.get((source_system, object_no))

    def held_by(self, id_type: str, id_no: str) -> Sequence[RegisteredObject]:
        theirs = [e for e in self.rows.values() if (e.holder.id_type, e.holder.id_no) == (id_type, id_no)]
        return sorted(theirs, key=lambda entry: (entry.source_system, entry.object_no))

    def save(self, entry: RegisteredObject) -> None:
        self.rows[entry.source_system, entry.object_no] = entry


class FakeTasks:
    def __init__(self, rows: Mapping[str, Task], new_id: Callable[[], str]) -> None:
        self.rows = dict(rows)
        self.new_id = new_id
        self.notes: list[TaskChange] = []

    def get(self, task_id: str) -> Task | None:
        return self.rows.get(task_id)

    def open_on(self, source_system: str, object_no: str) -> Sequence[Task]:
        key = (source_system, object_no)
        return self._those(lambda task: (task.source_system, task.object_no) == key and task.state.open)

    def open_with(self, person: str) -> Sequence[Task]:
        return self._those(lambda task: task.state.open and person in task.people)

    def open_in(self, department: str) -> Sequence[Task]:
        return self._those(lambda task: task.state.open and task.department == department)

    def made_by(self, source_system: str, case_id: str) -> Sequence[Task]:
        key = (source_system, case_id)
        return self._those(lambda task: (task.source_system, task.case_id) == key)

    def save(self, task: Task) -> None:
        self.rows[task.task_id] = task

    def note(self, change: TaskChange) -> None:
        self.notes.append(change)

    def _those(self, wanted: Any) -> list[Task]:
        return sorted(filter(wanted, self.rows.values()), key=lambda task: task.age)


class FakeDecisions:
    def __init__(self, rows: Mapping[tuple[str, str, int], AppliedDecision]) -> None:
        self.rows = dict(rows)

    def get(self, source_system: str, case_id: str, revision: int) -> AppliedDecision | None:
        return self.rows.get((source_system, case_id, revision))

    def on(self, source_system: str, object_no: str) -> Sequence[AppliedDecision]:
        key = (source_system, object_no)
        return [decision for decision in self.rows.values() if (decision.source_system, decision.object_no) == key]

    def save(self, decision: AppliedDecision) -> None:
        self.rows[decision.source_system, decision.case_id, decision.revision] = decision


class FakeInspections:
    def __init__(self, rows: Mapping[tuple[str, str], Inspection]) -> None:
        self.rows = dict(rows)

    def get(self, source_system: str, inspection_no: str) -> Inspection | None:
        return self.rows.get((source_system, inspection_no))

    def save(self, inspection: Inspection) -> None:
        self.rows[inspection.source_system, inspection.report.inspection_no] = inspection


class FakeInspectors:
    def __init__(self, rows: Mapping[str, Inspector]) -> None:
        self.rows = dict(rows)

    def known(self, codes: Sequence[str]) -> Mapping[str, Inspector]:
        return {code: self.rows[code] for code in codes if code in self.rows}

    def save(self, inspector: Inspector) -> None:
        self.rows[inspector.code] = inspector


class FakeGrades:
    def __init__(self, rows: Mapping[tuple[str, str], SubjectGrade]) -> None:
        self.rows = dict(rows)

    def get(self, id_type: str, id_no: str) -> SubjectGrade | None:
        return self.rows.get((id_type, id_no))

    def save(self, grade: SubjectGrade) -> None:
        self.rows[grade.id_type, grade.id_no] = grade


class FakeFeedback:
    def __init__(self, rows: Mapping[str, Feedback]) -> None:
        self.rows = dict(rows)

    def new_id(self) -> str:
        return str(UUID(int=10_000 + len(self.rows)))

    def get(self, feedback_id: str) -> Feedback | None:
        return self.rows.get(feedback_id)

    def of(self, task_id: str) -> Sequence[Feedback]:
        return [feedback for feedback in self.rows.values() if feedback.task_id == task_id]

    def save(self, feedback: Feedback) -> None:
        self.rows[feedback.feedback_id] = feedback


class FakeDirectory:
    def __init__(self, departments: Mapping[str, Department], people: Mapping[str, Person]) -> None:
        self.departments, self.people = dict(departments), dict(people)

    def department(self, code: str) -> Department | None:
        return self.departments.get(code)

    def save_department(self, department: Department) -> None:
        self.departments[department.code] = department

    def person(self, code: str) -> Person | None:
        return self.people.get(code)

    def save_person(self, person: Person) -> None:
        self.people[person.code] = person


class FakeCatalogues:
    """Published versions in the order they were published, then the others."""

    def __init__(self, records: Sequence[VersionRecord]) -> None:
        self.records = {record.version: record for record in records}
        self.conditions = CelConditions()

    @property
    def current(self) -> Catalogue:
        versions = [version for record in self.records.values() if (version := record.matching)]
        return Catalogue(tuple(versions), self.conditions)

    def record(self, version: str) -> VersionRecord | None:
        return self.records.get(version)

    def save(self, record: VersionRecord) -> None:
        known = self.records.get(record.version)
        if known and known.published_at is None:
            del self.records[record.version]
        self.records[record.version] = record
