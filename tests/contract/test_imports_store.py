"""One suite for both works of imports: what is kept of a batch, portion by portion, and what an undo takes back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

import pytest

from approval import handlers, queries
from approval.domain.import_batch import ImportBatch, ImportState, RunImport, UndoImport, UndoReport, Untaken
from approval.domain.intake import ImportCases, RowRefused
from approval.domain.progress import CaseStep, StepKind
from approval.store import SqlImports
from chassis.calendar import CalendarCache
from chassis.database import reading_engine
from contracts.approval import CaseCorrected
from contracts.event import Event
from kernel.decision import DecisionKind
from kernel.refusal import Fault, Refusal
from tests.contract.test_approval_store import SqlStore, sql_store, tell
from tests.fakes.approval import IDENTITY, NOW, PERSON_NO, RULES, FakeDatabase, FakeWork, a_person, a_statement
from tests.fakes.imports import BATCH, CLERK, FakeBatches, FakeImports, a_check, a_file

__all__ = ["sql_store"]
UNREADABLE = RowRefused(row=3, code="invalid-content", faults=(Fault(pointer="/kind", zh="坏", en="bad"),))


class Desk(Protocol):
    async def do(self, handle: Any, message: Any) -> Any: ...
    async def said(self) -> list[Event]: ...
    async def note(self, step: CaseStep) -> None: ...


class FakeDesk:
    def __init__(self) -> None:
        self.database, self.kept = FakeDatabase(), FakeBatches()

    async def do(self, handle: Any, message: Any) -> Any:
        work = FakeImports(self.database, self.kept)
        await work.load([message])
        answer = handle(work, message)
        await work.flush()
        return answer

    async def said(self) -> list[Event]:
        return list(self.database.said)

    async def note(self, step: CaseStep) -> None:
        work = FakeWork(self.database)
        work.progress.note(step)
        work.flush_now()


class SqlDesk:
    def __init__(self, store: SqlStore) -> None:
        self.store = store

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[SqlImports]:
        async with self.store._transactions.begin() as tx:
            yield SqlImports(tx, IDENTITY, "640202", RULES, CalendarCache())

    async def do(self, handle: Any, message: Any) -> Any:
        async with self.begin() as work:
            await work.load([message])
            answer = handle(work, message)
            await work.flush()
        return answer

    async def said(self) -> list[Event]:
        return await self.store.said()

    async def note(self, step: CaseStep) -> None:
        await tell(self.store, lambda work, said: work.progress.note(said), step)


@pytest.fixture(params=["fake", pytest.param("sql", marks=pytest.mark.servers)])
def desk(request: pytest.FixtureRequest) -> Desk:
    return FakeDesk() if request.param == "fake" else SqlDesk(request.getfixturevalue("sql_store"))


def a_portion(after: int = 0, *, last: bool = True, by: str = CLERK, **cases: Any) -> RunImport:
    plain: dict[str, Any] = {"rows": (), "partial": True}
    given = ImportCases(**plain | cases)
    size = len(given.rows) + len(given.unreadable)
    return RunImport(batch=BATCH, by=by, after=after, size=size, last=last, now=NOW, cases=given)


def an_undo(**changes: Any) -> UndoImport:
    plain: dict[str, Any] = {"batch": BATCH, "by": "SPJ-02", "reason": "文件选错了"}
    return UndoImport(**plain | changes)


async def imported(desk: Desk, *statements: Any) -> ImportBatch:
    await desk.do(handlers.take_file, a_file(rows=len(statements)))
    await desk.do(handlers.note_check, a_check())
    rows = tuple(enumerate(statements, start=2))
    done: ImportBatch = await desk.do(handlers.run_import, a_portion(rows=rows))
    return done


async def test_a_file_is_imported_in_portions_and_the_figures_add_up(desk: Desk) -> None:
    await desk.do(handlers.take_file, a_file(rows=4))
    await desk.do(handlers.note_check, a_check(refused=(UNREADABLE,)))
    first = a_portion(rows=((2, a_statement("A")),), unreadable=(UNREADABLE,), last=False)
    on_the_way: ImportBatch = await desk.do(handlers.run_import, first)
    assert (on_the_way.state, on_the_way.taken, on_the_way.written) == (ImportState.RUNNING, 2, 1)
    second = a_portion(2, rows=((4, a_statement("A")), (5, a_statement("B", object_no="O2"))))
    done: ImportBatch = await desk.do(handlers.run_import, second)
    assert (done.state, done.taken, done.written, done.duplicates) == (ImportState.DONE, 4, 2, 1)
    assert done.refused == (UNREADABLE,)
    assert done.columns == {"case_id": "办件号"}


async def test_the_same_portion_twice_is_refused_and_may_be_asked_again(desk: Desk) -> None:
    await desk.do(handlers.take_file, a_file())
    await desk.do(handlers.note_check, a_check())
    portion = a_portion(rows=((2, a_statement("A")),), last=False)
    await desk.do(handlers.run_import, portion)
    with pytest.raises(Refusal) as caught:
        await desk.do(handlers.run_import, portion)
    assert (caught.value.code, caught.value.retryable) == ("import-moved-on", True)


async def test_nothing_is_imported_unchecked_or_by_somebody_else_or_with_faults_nobody_accepted(desk: Desk) -> None:
    await desk.do(handlers.take_file, a_file())
    codes = []
    for command in (a_portion(), a_portion(by="SPJ-09")):
        with pytest.raises(Refusal) as caught:
            await desk.do(handlers.run_import, command)
        codes.append(caught.value.code)
    await desk.do(handlers.note_check, a_check(refused=(UNREADABLE,)))
    with pytest.raises(Refusal) as caught:
        await desk.do(handlers.run_import, a_portion(partial=False))
    assert [*codes, caught.value.code] == ["import-unchecked", "not-yours", "import-refused"]
    assert await desk.said() == []


async def test_an_undo_corrects_what_nobody_acted_on_and_names_what_stays(desk: Desk) -> None:
    person = a_statement("PERSON", subject=a_person(), object_no="O9")
    ends = a_statement("END", kind=DecisionKind.CANCEL, object_no="O3")
    old = a_statement("OLD", existing=True, object_no="O4")
    seen = a_statement("SEEN", object_no="O5")
    joined = a_statement("JOIN", object_no="O6")
    await imported(desk, person, ends, old, seen, joined)
    task = "019b0000-0000-7000-8000-00000000000a"
    for case, kind in (("SEEN", StepKind.PUSHED), ("SEEN", StepKind.INSPECTED), ("JOIN", StepKind.JOINED)):
        await desk.note(CaseStep(source_system="unit", case_id=case, task_id=task, kind=kind, at=NOW))
    shown: UndoReport = await desk.do(handlers.undo_import, an_undo(preview=True))
    before = len(await desk.said())
    report: UndoReport = await desk.do(handlers.undo_import, an_undo())
    assert shown.taken_back == report.taken_back == 1
    assert report.stay == {Untaken.ENDING: [3], Untaken.EXISTING: [4], Untaken.INSPECTED: [5], Untaken.JOINED: [6]}
    assert (report.batch.state, report.batch.undone, report.batch.undone_by) == (ImportState.UNDONE, 1, "SPJ-02")
    (correction,) = (await desk.said())[before:]
    assert isinstance(correction, CaseCorrected)
    assert (correction.case_id, correction.existing, correction.revision) == ("PERSON", True, 2)
    assert correction.subject.id_no == IDENTITY.reference("111", PERSON_NO)
    with pytest.raises(Refusal) as caught:
        await desk.do(handlers.undo_import, an_undo())
    assert caught.value.code == "import-not-there"


async def test_an_undo_needs_a_reason(desk: Desk) -> None:
    await imported(desk, a_statement("A"))
    with pytest.raises(Refusal) as caught:
        await desk.do(handlers.undo_import, an_undo(reason="错"))
    assert caught.value.faults[0].pointer == "/reason"


@pytest.mark.servers
async def test_a_file_is_kept_for_its_time_and_known_again(sql_store: SqlStore, postgres_url: str) -> None:
    desk = SqlDesk(sql_store)
    await imported(desk, a_statement("A"))
    await desk.do(handlers.take_file, a_file("019b0000-0000-7000-8000-000000000002", rows=1))
    await sql_store.pool.execute("UPDATE import_content SET kept_until = '2000-01-01Z' WHERE batch = $1", BATCH)
    later = "019b0000-0000-7000-8000-000000000003"
    await desk.do(handlers.take_file, a_file(later, rows=1))
    name = await sql_store.pool.fetchval("SELECT current_database()")
    engine = reading_engine(f"{postgres_url.rsplit('/', 1)[0]}/{name}")
    async with engine.connect() as connection:
        listed = await queries.import_batches(connection, None, 10)
        assert [(row["batch"][-1], row["state"]) for row in listed] == [
            ("3", "UPLOADED"),
            ("2", "UPLOADED"),
            ("1", "DONE"),
        ]
        assert [row["batch"][-1] for row in await queries.import_batches(connection, listed[0]["batch"], 1)] == ["2"]
        (same,) = await queries.same_file(connection, later, "ab")
        assert (same["batch"], same["written"]) == (BATCH, 1)
        kept = [await queries.import_batch(connection, row["batch"]) for row in listed]
        assert [each and each["sealed"] for each in kept] == [b"sealed", b"sealed", None]
        assert await queries.import_batch(connection, "none") is None
    await engine.dispose()
