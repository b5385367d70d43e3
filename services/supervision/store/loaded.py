"""Loaded state (已加载状态) of supervision: what the handlers of one unit of work share."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from uuid_utils import uuid7

from chassis.loaded import Entries
from supervision.domain.catalogue import Catalogue, Conditions, VersionRecord
from supervision.domain.credit import SubjectGrade
from supervision.domain.decision import AppliedDecision
from supervision.domain.history import TaskChange
from supervision.domain.inspection import Inspection
from supervision.domain.inspector import Inspector
from supervision.domain.register import RegisteredObject
from supervision.domain.task import Task
from supervision.store.needs import Pair


class LoadedObjects(Entries[Pair, RegisteredObject]):
    """ports.Objects."""

    def __init__(self) -> None:
        super().__init__()
        self.holders: set[Pair] = set()
        """Subjects whose objects were all read."""
        self._met: dict[Pair, set[Pair]] = defaultdict(set)
        """Subject → the objects it was met with: a batch asks for hundreds of subjects."""

    def found(self, key: Pair, value: RegisteredObject) -> None:
        """A row read from the database."""
        super().found(key, value)
        self._met[_holder(value)].add(key)

    def put(self, key: Pair, value: RegisteredObject) -> None:
        """Keep a new or changed value for flush."""
        super().put(key, value)
        self._met[_holder(value)].add(key)

    def get(self, source_system: str, object_no: str) -> RegisteredObject | None:
        """The entry, or None."""
        return self.at((source_system, object_no))

    def held_by(self, id_type: str, id_no: str) -> Sequence[RegisteredObject]:
        """The objects of a subject in the order of their numbers."""
        if (id_type, id_no) not in self.holders:
            raise KeyError((id_type, id_no))
        met = [self.at(key) for key in sorted(self._met[id_type, id_no])]
        return [entry for entry in met if entry and _holder(entry) == (id_type, id_no)]

    def save(self, entry: RegisteredObject) -> None:
        """Keep a new or changed entry."""
        self.put((entry.source_system, entry.object_no), entry)


def _holder(entry: RegisteredObject) -> Pair:
    return entry.holder.id_type, entry.holder.id_no


class LoadedTasks(Entries[str, Task]):
    """ports.Tasks, with the two ways tasks are asked for besides their id."""

    def __init__(self, made: Callable[[str], None] = lambda _task: None) -> None:
        super().__init__()
        self._made = made
        # Ids in the order they were met, of objects and cases whose tasks were all asked for; of others nothing is known.
        self.of_object: dict[Pair, dict[str, None]] = {}
        self.of_case: dict[Pair, dict[str, None]] = {}
        # Persons and departments whose open tasks were all read.
        self.with_persons: set[str] = set()
        self.in_departments: set[str] = set()
        self.notes: list[TaskChange] = []

    def note(self, change: TaskChange) -> None:
        """Keep the trace of a change."""
        self.notes.append(change)

    def new_id(self) -> str:
        """A UUIDv7; a task to come has no deadlines yet."""
        task_id = str(uuid7())
        self._made(task_id)
        return task_id

    def get(self, task_id: str) -> Task | None:
        """The task, or None."""
        return self.at(task_id)

    def open_on(self, source_system: str, object_no: str) -> Sequence[Task]:
        """Open tasks of an object, oldest first."""
        return [task for task in self._sorted(self.of_object[source_system, object_no]) if task.state.open]

    def open_with(self, person: str) -> Sequence[Task]:
        """Open tasks on which a person stands in any part, oldest first."""
        if person not in self.with_persons:
            raise KeyError(person)
        return [task for task in self._sorted(self.ids()) if task.state.open and person in task.people]

    def open_in(self, department: str) -> Sequence[Task]:
        """Open tasks of a department, oldest first."""
        if department not in self.in_departments:
            raise KeyError(department)
        return [task for task in self._sorted(self.ids()) if task.state.open and task.department == department]

    def made_by(self, source_system: str, case_id: str) -> Sequence[Task]:
        """Every task the revisions of a case made, oldest first."""
        return self._sorted(self.of_case[source_system, case_id])

    def ids(self) -> list[str]:
        """Every task read so far."""
        return [task_id for task_id, task in self._rows.items() if task]

    def found(self, key: str, value: Task) -> None:
        """A row read from the database."""
        super().found(key, value)
        self._index(value)

    def save(self, task: Task) -> None:
        """Keep a new or changed task."""
        self.put(task.task_id, task)
        self._index(task)

    def _index(self, task: Task) -> None:
        for ids in (
            self.of_object.get((task.source_system, task.object_no)),
            self.of_case.get((task.source_system, task.case_id)),
        ):
            if ids is not None:
                ids[task.task_id] = None

    def _sorted(self, ids: Iterable[str]) -> list[Task]:
        return sorted((task for task in map(self.at, ids) if task), key=lambda task: task.age)


class LoadedDecisions(Entries[tuple[str, str, int], AppliedDecision]):
    """ports.Decisions."""

    def __init__(self) -> None:
        super().__init__()
        self.histories: set[Pair] = set()
        """Objects whose decisions were all read."""

    def get(self, source_system: str, case_id: str, revision: int) -> AppliedDecision | None:
        """What came of a decision, or None."""
        return self.at((source_system, case_id, revision))

    def on(self, source_system: str, object_no: str) -> Sequence[AppliedDecision]:
        """Every decision on an object."""
        key = (source_system, object_no)
        if key not in self.histories:
            raise KeyError(key)
        return [decision for decision in self.values() if (decision.source_system, decision.object_no) == key]

    def save(self, decision: AppliedDecision) -> None:
        """Keep a new one."""
        self.put((decision.source_system, decision.case_id, decision.revision), decision)


class LoadedInspections(Entries[Pair, Inspection]):
    """ports.Inspections."""

    def get(self, source_system: str, inspection_no: str) -> Inspection | None:
        """The record, or None."""
        return self.at((source_system, inspection_no))

    def save(self, inspection: Inspection) -> None:
        """Keep a new one."""
        self.put((inspection.source_system, inspection.report.inspection_no), inspection)


class LoadedInspectors(Entries[str, Inspector]):
    """ports.Inspectors."""

    def known(self, codes: Sequence[str]) -> Mapping[str, Inspector]:
        """Those of these codes that are registered."""
        return {code: found for code in codes if (found := self.at(code))}

    def save(self, inspector: Inspector) -> None:
        """Keep a new or changed one."""
        self.put(inspector.code, inspector)


class LoadedGrades(Entries[Pair, SubjectGrade]):
    """ports.Grades."""

    def get(self, id_type: str, id_no: str) -> SubjectGrade | None:
        """What credit last said of a subject, or None."""
        return self.at((id_type, id_no))

    def save(self, grade: SubjectGrade) -> None:
        """Keep a newer one."""
        self.put((grade.id_type, grade.id_no), grade)


class LoadedCatalogues(Entries[str, VersionRecord]):
    """ports.Catalogues."""

    def __init__(self, conditions: Conditions) -> None:
        super().__init__()
        self._current: Catalogue | None = None
        self._conditions = conditions

    def read(self, catalogue: Catalogue) -> None:
        """Every published version the database has."""
        self._current = catalogue

    @property
    def current(self) -> Catalogue:
        """Every published version."""
        if self._current is None:
            raise KeyError("the catalogue was not loaded")
        return self._current

    @property
    def conditions(self) -> Conditions:
        """Compiles the conditions of links."""
        return self._conditions

    def record(self, version: str) -> VersionRecord | None:
        """The record of a version, or None."""
        return self.at(version)

    def save(self, record: VersionRecord) -> None:
        """Keep a new or changed record."""
        self.put(record.version, record)
