"""SqlWork (工作单元): ports.Work on one PostgreSQL transaction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from chassis import setwise
from chassis.calendar import CalendarCache
from chassis.keys.held import HeldKeys
from chassis.loaded_time import LoadedTime
from chassis.notices.posting import Told
from chassis.transaction import Transaction
from contracts.event import Event
from kernel.calendar import Calendar, CalendarYear
from kernel.subject import IdType
from supervision.domain.alerts import AlertRules
from supervision.domain.complaint_rules import ComplaintRules
from supervision.domain.plans.rules import PlanRules
from supervision.domain.process import ProcessRules
from supervision.domain.publicity.rules import PublicityRules
from supervision.domain.register import RegisteredObject
from supervision.domain.risk import RiskTable
from supervision.domain.task import Task
from supervision.domain.visits import VisitRules
from supervision.store import catalogues, rows, task_rows
from supervision.store.alerts import LoadedAlerts
from supervision.store.catalogues import CatalogueCache
from supervision.store.complaints import LoadedComplaints
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

_PAIR_OF_OBJECT = {"source_system": "text", "object_no": "text"}
_PAIR_OF_INSPECTION = {"source_system": "text", "inspection_no": "text"}
_OBJECTS = setwise.select("supervised_object", _PAIR_OF_OBJECT)
_OPEN_TASKS = setwise.select("task", _PAIR_OF_OBJECT) + " WHERE state NOT IN ('CLOSED', 'CANCELLED')"
_CASE_TASKS = setwise.select("task", {"source_system": "text", "case_id": "text"}, "link_code <> '' AND draw_no = ''")
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
_A_FEW_OF = """
SELECT o.source_system, o.object_no FROM unnest($1::text[]) AS w (id_no), LATERAL (
    SELECT source_system, object_no FROM supervised_object WHERE id_no = w.id_no AND id_type = '001'
     ORDER BY source_system, object_no LIMIT 2) AS o
"""
"""Enough to tell one object of a subject from several."""
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
        complaint_rules: ComplaintRules | None = None,
    ) -> None:
        self._tx = tx
        self._reads = tx.reads
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
        self.complaints = LoadedComplaints(complaint_rules or ComplaintRules())
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
        self.objects.holders, theirs = await self.risks.regraded(self._reads, needs.graded)
        self.objects.holders |= {(IdType.USCC.value, id_no) for id_no in needs.complained}
        needs.risks |= theirs
        await self.risks.read(self._tx.connection, needs.risks)
        await self._reads.together(
            self._read_grades(needs.grades),
            self._read_objects(needs),
            self._read_tasks(needs),
            self._time.read_calendar(self._reads),
            self.publications.read(self._reads, needs),
            self._read_decisions(needs),
            self._read_inspections(needs.inspections),
            self._read_inspectors(needs.inspectors),
            self._read_catalogues(needs),
            self.directory.read(self._reads, needs),
            self.conflicts.read(self._reads, needs.inspectors, needs.conflicts),
            self.plans.read(self._reads, needs, self.offices),
            self.evidence.read(self._reads, needs.evidence),
            self.feedback.read(self._reads, needs),
        )
        await self.draws.read(self._tx, needs.draws, self.plans, self.catalogues)
        await self._read_what_follows(needs)

    async def flush(self) -> None:
        """Write all that changed. Closed tasks go before new ones: one object has one open task per link at a time."""
        writes = self._tx.writes
        writes.put_rows(_KEEP_INSPECTORS, map(rows.inspector_row, self.inspectors.changed.values()))
        await catalogues.keep(self._tx.connection, list(self.catalogues.changed.values()))
        writes.put_rows(_KEEP_OBJECTS, map(rows.object_row, self.objects.changed.values()))
        writes.put_rows(_CHANGE_TASKS, map(task_rows.changes_row, self.tasks.altered()))
        writes.put_rows(_ADD_TASKS, map(task_rows.task_row, self.tasks.added()))
        writes.put_rows(_ADD_CHANGES, map(task_rows.change_row, self.tasks.notes))
        self.complaints.write(writes)
        await self._time.write(self._tx)
        writes.put_rows(_ADD_DECISIONS, map(rows.decision_row, self.decisions.added()))
        inspections = self.inspections.added()
        writes.put_rows(_ADD_INSPECTIONS, map(rows.inspection_row, inspections))
        writes.put_rows(_ADD_FINDINGS, [finding for each in inspections for finding in rows.finding_rows(each)])
        writes.put_rows(_KEEP_GRADES, map(rows.grade_row, self.grades.changed.values()))
        self.risks.write(writes)
        self.visits.write(writes)
        self._tx.leaves += self.publications.write(writes)
        self.directory.write(writes)
        self.feedback.write(writes)
        self.alerts.write(writes, self.now)
        self.conflicts.write(writes)
        self.plans.write(self._tx)
        self.draws.write(writes)
        self.held_keys.write()
        await self.evidence.write(self._tx)
        self.signatures.write(writes)

    async def _find_tasks(self, needs: Needs) -> None:
        if needs.left or needs.merged:
            held = await self._reads.fetch(_OPEN_OF, list(needs.left), list(needs.merged))
            needs.objects.update((row["source_system"], row["object_no"]) for row in held)
        for row in await self._fetch(_A_FEW_OF, _alone(needs.complained)):
            needs.objects.add((row["source_system"], row["object_no"]))
        for row in await self._fetch(_TASKS, _alone(needs.tasks)):
            needs.objects.add((row["source_system"], row["object_no"]))
            numbers = needs.numbers.get(str(row["task_id"]), ())
            needs.inspections.update((row["source_system"], number) for number in numbers)

    async def _read_objects(self, needs: Needs) -> None:
        """Objects, then the grades of holders no message names."""
        self.objects.expect(needs.objects | needs.risks)
        for row in await self._fetch(_OBJECTS, needs.objects | needs.risks):
            entry = rows.object_of(row)
            self.objects.found((entry.source_system, entry.object_no), entry)
        classified = (each.holder for key in needs.risks if (each := self.objects.get(*key)))
        await self._read_grades({(holder.id_type, holder.id_no) for holder in classified} - needs.grades)

    async def _read_grades(self, subjects: set[Pair]) -> None:
        self.grades.expect(subjects)
        for row in await self._fetch(_GRADES, subjects):
            self.grades.found((row["id_type"], row["id_no"]), rows.grade_of(row))

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

    async def _read_decisions(self, needs: Needs) -> None:
        self.decisions.expect(needs.decisions)
        self.decisions.histories |= needs.histories
        known = [*await self._fetch(_DECISIONS, needs.decisions), *await self._fetch(_HISTORIES, needs.histories)]
        for row in known:
            self.decisions.found((row["source_system"], row["case_id"], row["revision"]), rows.decision_of(row))

    async def _read_inspectors(self, codes: set[str]) -> None:
        self.inspectors.expect(codes)
        for row in await self._fetch(_INSPECTORS, _alone(codes)):
            self.inspectors.found(row["code"], rows.inspector_of(row))

    async def _read_catalogues(self, needs: Needs) -> None:
        versions = needs.versions | needs.shown
        self.catalogues.expect(versions)
        for record in await catalogues.records(self._reads, versions):
            self.catalogues.found(record.version, record)
        if needs.catalogue:
            self.catalogues.read(await self._cache.current(self._reads))

    async def _read_what_follows(self, needs: Needs) -> None:
        """Deadlines of the tasks; and, locked in one statement, the tallies of alerts and the visits to enterprises."""
        tasks = self.tasks.values()
        held: list[Task | RegisteredObject] = [*self.objects.values(), *tasks]
        locks = await self.visits.ask(self._reads, needs, held, self.today)
        departments: set[str] = set()
        if needs.counting or self.alerts.rules.begun(needs.counted_on) or self.visits.recording(needs):
            departments = {task.department for task in tasks} | {each.department for each in self.inspectors.values()}
            regions = {self.region} | needs.regions | {each.region for each in held}
            holders = {(each.holder.id_type, each.holder.id_no) for each in held}
            locks += self.alerts.ask(departments | regions, holders)
        departments |= {task.department for task in tasks} if needs.offices else set()
        await self._tx.lock(locks)
        owners = [*self.tasks.ids(), *needs.publications]
        complaints = needs.complaints | {task.complaint_id for task in tasks if task.complaint_id}
        await self._reads.together(
            self.deadlines.read(self._reads, owners=owners, ids=needs.deadlines),
            self.complaints.read(self._reads, complaints, needs.complaint_numbers),
            self.offices.read(self._reads, departments),
            self.alerts.read_tallies(self._reads),
            self.alerts.read_visits(self._reads),
            self.visits.read(self._reads, needs.codes),
        )

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
        return await self._reads.fetch(query, *columns) if columns else ()


def _alone(keys: Iterable[str]) -> list[tuple[str]]:
    return [(key,) for key in keys]
