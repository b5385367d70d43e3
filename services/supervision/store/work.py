"""SqlWork (工作单元): ports.Work on one PostgreSQL transaction."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from chassis import setwise
from chassis.calendar import CalendarCache
from chassis.keys.held import HeldKeys
from chassis.loaded_time import LoadedTime
from chassis.notices.posting import Told
from chassis.transaction import Transaction
from contracts.event import Event
from kernel.calendar import Calendar, CalendarYear
from supervision.domain.alerts import AlertRules
from supervision.domain.plans.rules import PlanRules
from supervision.domain.process import ProcessRules
from supervision.domain.publicity.rules import PublicityRules
from supervision.domain.risk import RiskTable
from supervision.domain.visits import VisitRules
from supervision.store import catalogues, rows, task_rows
from supervision.store.alerts import LoadedAlerts
from supervision.store.catalogues import CatalogueCache
from supervision.store.directory import LoadedDirectory
from supervision.store.draws import DrawDesk, LoadedDraws
from supervision.store.evidence import LoadedEvidence, LoadedSignatures
from supervision.store.feedback import LoadedFeedback
from supervision.store.loaded import (
    LoadedCatalogues,
    LoadedDecisions,
    LoadedGrades,
    LoadedInspections,
    LoadedInspectors,
    LoadedObjects,
    LoadedTasks,
)
from supervision.store.needs import Needs, Pair, needs_of
from supervision.store.officers import LoadedConflicts
from supervision.store.offices import LoadedOffices
from supervision.store.plans import LoadedPlans
from supervision.store.publicity import LoadedPublications
from supervision.store.risk import LoadedRisks
from supervision.store.visits import LoadedVisits

V = TypeVar("V")

_PAIR_OF_OBJECT = {"source_system": "text", "object_no": "text"}
_PAIR_OF_INSPECTION = {"source_system": "text", "inspection_no": "text"}
_OBJECTS = setwise.select("supervised_object", _PAIR_OF_OBJECT)
_OPEN_TASKS = setwise.select("task", _PAIR_OF_OBJECT) + " WHERE state NOT IN ('CLOSED', 'CANCELLED')"
_CASE_TASKS = setwise.select("task", {"source_system": "text", "case_id": "text"}) + " WHERE link_code <> ''"
_TASKS = setwise.select("task", {"task_id": "uuid"})
_DECISIONS = setwise.select("applied_decision", {"source_system": "text", "case_id": "text", "revision": "int"})
_HISTORIES = setwise.select("applied_decision", _PAIR_OF_OBJECT)
_INSPECTIONS = setwise.select("inspection", _PAIR_OF_INSPECTION)
_FINDINGS = setwise.select("finding", _PAIR_OF_INSPECTION) + " ORDER BY line_code"
_INSPECTORS = setwise.select("inspector", {"code": "text"})
_GRADES = setwise.select("subject_grade", {"id_type": "text", "id_no": "text"})

_KEEP_OBJECTS = setwise.upsert("supervised_object", rows.OBJECT, ("source_system", "object_no"))
_OPEN_OF = """
SELECT DISTINCT source_system, object_no FROM task WHERE state NOT IN ('CLOSED', 'CANCELLED')
   AND (department = ANY($2) OR claimed_by = ANY($1) OR liaison = ANY($1) OR responsible_officer = ANY($1) OR crew && $1)
"""
_CHANGE_TASKS = setwise.update("task", task_rows.CHANGES, "task_id")
_ADD_TASKS = setwise.insert("task", task_rows.TASK)
_ADD_CHANGES = setwise.insert("task_change", task_rows.CHANGE)
_ADD_DECISIONS = setwise.insert("applied_decision", rows.DECISION)
_ADD_INSPECTIONS = setwise.insert("inspection", rows.INSPECTION)
_ADD_FINDINGS = setwise.insert("finding", rows.FINDING)
_KEEP_INSPECTORS = setwise.upsert("inspector", rows.INSPECTOR, ("code",))
_KEEP_GRADES = setwise.upsert("subject_grade", rows.GRADE, ("id_type", "id_no"))


class SqlWork:
    """One transaction. ``region``: 区划代码 of this deployment; ``cache`` and ``calendar``: one per process."""

    def __init__(
        self,
        tx: Transaction,
        cache: CatalogueCache,
        region: str,
        *,
        rules: ProcessRules,
        calendar: CalendarCache,
        risk_table: RiskTable,
        publicity: PublicityRules,
        plan_rules: PlanRules,
        draws: DrawDesk,
        alert_rules: AlertRules | None = None,
        visit_rules: VisitRules | None = None,
    ) -> None:
        self._tx = tx
        self._cache = cache
        self.region = region
        self.rules = rules
        self.objects = LoadedObjects()
        self._time = LoadedTime(calendar)
        self.deadlines = self._time.deadlines
        self.tasks = LoadedTasks(made=self.deadlines.made)
        self.decisions = LoadedDecisions()
        self.inspections = LoadedInspections()
        self.inspectors = LoadedInspectors()
        self.catalogues = LoadedCatalogues(cache.conditions)
        self.grades = LoadedGrades()
        self.directory = LoadedDirectory()
        self.feedback = LoadedFeedback()
        self.alerts = LoadedAlerts(alert_rules or AlertRules())
        self.offices = LoadedOffices()
        self.risks = LoadedRisks(risk_table)
        self.visits = LoadedVisits(visit_rules or VisitRules())
        self.publications = LoadedPublications(publicity)
        self.plans = LoadedPlans(plan_rules)
        self.draws = LoadedDraws(draws)
        self.conflicts = LoadedConflicts()
        self.evidence = LoadedEvidence()
        self.signatures = LoadedSignatures()
        self.held_keys = HeldKeys(tx)

    @property
    def now(self) -> datetime:
        """The stack's instant, aware, UTC."""
        return self._tx.now

    @property
    def today(self) -> date:
        """Its day in China."""
        return self._tx.today

    @property
    def notices(self) -> Told:
        """What persons are told when this commits."""
        return self._tx.notices

    @property
    def calendar(self) -> Calendar:
        """工作日历."""
        return self._time.calendar

    def keep_year(self, year: CalendarYear) -> None:
        """Keep a newer version of a year."""
        self._time.keep_year(year)

    def publish(self, event: Event) -> None:
        """Tell the others when this commits."""
        self._tx.publish(event)

    async def load(self, messages: Sequence[Any]) -> None:
        """Lock the objects of the messages and read all their handlers may ask for.

        The object of a task never changes, so it is read before the lock; the task itself after it.
        """
        needs = needs_of(messages)
        needs.tasks |= await self._time.owners_of(self._tx, needs.deadlines)
        await self.publications.find(self._tx.connection, needs)
        await self._find_tasks(needs)
        await self._tx.lock(needs.locks())
        needs.risks |= await self.risks.objects_of(self._tx.connection, needs.graded)
        await self.risks.read(self._tx.connection, needs.risks)
        await self._read_objects(needs)
        await self._read_tasks(needs)
        await self._time.read(self._tx, [*self.tasks.ids(), *needs.publications], needs.deadlines)
        await self.publications.read(self._tx.connection, needs)
        await self._read_records(needs)
        versions = needs.versions | needs.shown
        self.catalogues.expect(versions)
        for record in await catalogues.records(self._tx.connection, versions):
            self.catalogues.found(record.version, record)
        await self.directory.read(self._tx, needs)
        await self.conflicts.read(self._tx.connection, needs.inspectors, needs.conflicts)
        await self.plans.read(self._tx.connection, needs, self.offices)
        await self.evidence.read(self._tx.connection, needs.evidence)
        await self.feedback.read(self._tx, needs)
        if needs.catalogue:
            self.catalogues.read(await self._cache.current(self._tx.connection))
        await self.draws.read(self._tx, needs.draws, self.plans, self.catalogues)
        if needs.counting or self.alerts.rules.begun(needs.counted_on) or self.visits.recording(needs):
            await self._read_alerts(needs)
        await self.visits.read(self._tx, needs, [*self.objects.values(), *self.tasks.values()])

    async def flush(self) -> None:
        """Write all that changed. Closed tasks go before new ones: one object has one open task per link at a time."""
        await self._write(_KEEP_INSPECTORS, self.inspectors.changed.values(), rows.inspector_row)
        await catalogues.keep(self._tx.connection, list(self.catalogues.changed.values()))
        await self._write(_KEEP_OBJECTS, self.objects.changed.values(), rows.object_row)
        await self._write(_CHANGE_TASKS, self.tasks.altered(), task_rows.changes_row)
        await self._write(_ADD_TASKS, self.tasks.added(), task_rows.task_row)
        await self._write(_ADD_CHANGES, self.tasks.notes, task_rows.change_row)
        await self._time.write(self._tx)
        await self._write(_ADD_DECISIONS, self.decisions.added(), rows.decision_row)
        inspections = self.inspections.added()
        await self._write(_ADD_INSPECTIONS, inspections, rows.inspection_row)
        await self._write(_ADD_FINDINGS, [f for i in inspections for f in rows.finding_rows(i)], tuple)
        await self._write(_KEEP_GRADES, self.grades.changed.values(), rows.grade_row)
        await self.risks.write(self._tx.connection)
        await self.visits.write(self._tx.connection)
        self._tx.leaves += await self.publications.write(self._tx.connection)
        await self.directory.write(self._tx)
        await self.feedback.write(self._tx)
        await self.alerts.flush(self._tx.connection, self.now)
        await self.conflicts.write(self._tx.connection)
        await self.plans.write(self._tx)
        await self.draws.write(self._tx.connection)
        await self.held_keys.flush()
        await self.evidence.write(self._tx.connection)
        await self.signatures.write(self._tx.connection)

    async def _find_tasks(self, needs: Needs) -> None:
        if needs.left or needs.merged:
            held = await self._tx.connection.fetch(_OPEN_OF, list(needs.left), list(needs.merged))
            needs.objects.update((row["source_system"], row["object_no"]) for row in held)
        for row in await self._fetch(_TASKS, _alone(needs.tasks)):
            needs.objects.add((row["source_system"], row["object_no"]))
            numbers = needs.numbers.get(str(row["task_id"]), ())
            needs.inspections.update((row["source_system"], number) for number in numbers)

    async def _read_objects(self, needs: Needs) -> None:
        self.objects.expect(needs.objects | needs.risks)
        self.objects.holders |= needs.graded
        for row in await self._fetch(_OBJECTS, needs.objects | needs.risks):
            entry = rows.object_of(row)
            self.objects.found((entry.source_system, entry.object_no), entry)

    async def _read_tasks(self, needs: Needs) -> None:
        self.tasks.expect(needs.tasks)
        self.tasks.of_object.update({key: {} for key in needs.objects})
        self.tasks.with_persons |= needs.left
        self.tasks.in_departments |= needs.merged
        self.tasks.of_case.update({case: {} for case in needs.cases})
        found = [
            *await self._fetch(_OPEN_TASKS, needs.objects),
            *await self._fetch(_CASE_TASKS, needs.cases),
            *await self._fetch(_TASKS, _alone(needs.tasks)),
        ]
        for row in found:
            task = task_rows.task_of(row)
            self.tasks.found(task.task_id, task)

    async def _read_records(self, needs: Needs) -> None:
        self.decisions.expect(needs.decisions)
        self.decisions.histories |= needs.histories
        known = [*await self._fetch(_DECISIONS, needs.decisions), *await self._fetch(_HISTORIES, needs.histories)]
        for row in known:
            self.decisions.found((row["source_system"], row["case_id"], row["revision"]), rows.decision_of(row))
        await self._read_inspections(needs.inspections)
        self.inspectors.expect(needs.inspectors)
        for row in await self._fetch(_INSPECTORS, _alone(needs.inspectors)):
            self.inspectors.found(row["code"], rows.inspector_of(row))
        classified = (entry.holder for key in needs.risks if (entry := self.objects.get(*key)))
        subjects = needs.grades | {(holder.id_type, holder.id_no) for holder in classified}
        self.grades.expect(subjects)
        for row in await self._fetch(_GRADES, subjects):
            self.grades.found((row["id_type"], row["id_no"]), rows.grade_of(row))

    async def _read_alerts(self, needs: Needs) -> None:
        tasks, objects = self.tasks.values(), self.objects.values()
        departments = {task.department for task in tasks} | {found.department for found in self.inspectors.values()}
        regions = {self.region} | needs.regions | {entry.region for entry in objects} | {task.region for task in tasks}
        holders = [*(entry.holder for entry in objects), *(task.holder for task in tasks)]
        await self.offices.read(self._tx.connection, departments)
        await self.alerts.read(self._tx, departments | regions, {(h.id_type, h.id_no) for h in holders})

    async def _read_inspections(self, wanted: set[Pair]) -> None:
        self.inspections.expect(wanted)
        known = await self._fetch(_INSPECTIONS, wanted)
        findings: defaultdict[Pair, list[Any]] = defaultdict(list)
        for row in await self._fetch(_FINDINGS, wanted if known else ()):
            findings[row["source_system"], row["inspection_no"]].append(row)
        for row in known:
            key = (row["source_system"], row["inspection_no"])
            self.inspections.found(key, rows.inspection_of(row, findings[key]))

    async def _fetch(self, query: str, keys: Iterable[Sequence[Any]]) -> Sequence[Any]:
        columns = setwise.transposed(keys)
        return await self._tx.connection.fetch(query, *columns) if columns else ()

    async def _write(self, statement: str, values: Iterable[V], row: Callable[[V], Sequence[Any]]) -> None:
        columns = setwise.transposed([row(value) for value in values])
        if columns:
            await self._tx.connection.execute(statement, *columns)


def _alone(keys: Iterable[str]) -> list[tuple[str]]:
    return [(key,) for key in keys]
