"""Fakes of repair, objection and withdrawal: procedures, their clocks, notices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from uuid import uuid4

from credit.domain.objection import Objection
from credit.domain.procedure import Procedure, open_one
from credit.domain.repair import Repair
from credit.domain.withdrawal import Withdrawal
from credit.store.needs import Needs
from kernel.deadline import Deadline
from kernel.notice import Notice

P = TypeVar("P", bound=Procedure)


@dataclass
class FakeProcedures(Generic[P]):
    """ports.Procedures."""

    rows: dict[str, P] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set, compare=False)
    _read: set[str] = field(default_factory=set, compare=False)

    def get(self, procedure_id: str) -> P | None:
        found = self.rows.get(procedure_id)
        if (found is None and procedure_id not in self._asked) or (found and found.record_id not in self._read):
            raise KeyError(procedure_id)
        return found

    def of(self, record_id: str) -> Sequence[P]:
        if record_id not in self._read:
            raise KeyError(record_id)
        return sorted((p for p in self.rows.values() if p.record_id == record_id), key=lambda each: each.number)

    def keep(self, procedure: P) -> None:
        others = [p for p in self.of(procedure.record_id) if p.procedure_id != procedure.procedure_id]
        if procedure.open and open_one(others):
            raise ValueError(f"two are open: {procedure.record_id}")
        self.rows[procedure.procedure_id] = procedure

    def records_of(self, ids: Iterable[str]) -> set[str]:
        wanted = set(ids)
        self._asked |= wanted
        return {p.record_id for p in self.rows.values() if p.procedure_id in wanted}

    def forget(self) -> None:
        """Another work begins: nothing was asked for or read yet."""
        self._asked, self._read = set(), set()

    def read(self, records: Iterable[str]) -> None:
        self._read |= set(records)


@dataclass
class FakeDeadlines:
    """ports.Deadlines."""

    rows: dict[str, Deadline] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    def new_id(self) -> str:
        return str(uuid4())

    def get(self, deadline_id: str) -> Deadline | None:
        return self.rows.get(deadline_id)

    def of(self, owner: str) -> Sequence[Deadline]:
        theirs = (deadline for deadline in self.rows.values() if deadline.owner == owner)
        return sorted(theirs, key=lambda deadline: (deadline.started_at, deadline.deadline_id))

    def save(self, deadline: Deadline) -> None:
        self.rows[deadline.deadline_id] = deadline

    def recomputed(self, deadline: Deadline, why: str) -> object | None:
        self.save(deadline)
        self.log.append(why)
        return why


@dataclass
class FakeRedress:
    """What is committed of procedures and their clocks."""

    repairs: FakeProcedures[Repair] = field(default_factory=FakeProcedures)
    objections: FakeProcedures[Objection] = field(default_factory=FakeProcedures)
    withdrawals: FakeProcedures[Withdrawal] = field(default_factory=FakeProcedures)
    deadlines: FakeDeadlines = field(default_factory=FakeDeadlines)

    @property
    def procedures(self) -> list[Procedure]:
        return [*self.repairs.rows.values(), *self.objections.rows.values(), *self.withdrawals.rows.values()]

    def load(self, needs: Needs) -> set[str]:
        """The records the procedures asked for are about; all of theirs may be asked for now."""
        for procedures in (self.repairs, self.objections, self.withdrawals):
            procedures.forget()
        repairs, objections, records = set(needs.repairs), set(needs.objections), set(needs.procedures)
        for each in needs.deadlines:
            deadline = self.deadlines.get(each)
            if deadline:
                kind, _, name = deadline.owner.partition(":")
                {"repair": repairs, "objection": objections}.get(kind, records).add(name)
        records |= self.repairs.records_of(repairs) | self.objections.records_of(objections)
        for procedures in (self.repairs, self.objections, self.withdrawals):
            procedures.read(records)
        return records


class FakeNotices:
    """ports.Notices."""

    def __init__(self, known: list[Notice]) -> None:
        self._known = known
        self._told: list[Notice] = []

    def tell(self, notice: Notice) -> None:
        self._told.append(notice)

    def flush(self) -> None:
        keys = {(n.person, n.kind, n.fact) for n in self._known}
        self._known += [n for n in self._told if (n.person, n.kind, n.fact) not in keys]
