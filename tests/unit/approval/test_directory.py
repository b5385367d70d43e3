"""The directory: what an entry must say, and how its changes are counted and told."""

from datetime import date

import pytest

from approval import handlers
from approval.domain.directory import ListDepartment, ListPerson
from contracts.directory import DirectoryChanged
from kernel.refusal import Refusal
from tests.fakes.approval import CODE, FakeDatabase, a_colleague, a_department, done


def pointers(database: FakeDatabase, command: ListDepartment | ListPerson) -> list[str]:
    with pytest.raises(Refusal) as refused:
        if isinstance(command, ListDepartment):
            done(database, handlers.list_department, command)
        else:
            done(database, handlers.list_person, command)
    assert refused.value.code == "invalid-content"
    return [fault.pointer for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (a_department(""), ["/code"]),
        (a_department("部门", name=""), ["/code", "/name"]),
        (a_department(uscc=CODE[:-1] + "K"), ["/uscc"]),
        (a_department(superior="DEMO-FOOD"), ["/superior"]),
        (a_department(merged_into="DEMO-FOOD"), ["/merged_into"]),
        (a_department(head="p\x00"), ["/head"]),
        (a_colleague(""), ["/code"]),
        (a_colleague(successor="p-1", deputy="p-1"), ["/successor", "/deputy"]),
        (a_colleague(department="NOWHERE"), ["/department"]),
        (a_colleague(left_on=date(2026, 3, 3)), ["/left_on"]),
    ],
)
def test_every_fault_of_an_entry_is_told_at_its_place(command: ListDepartment | ListPerson, told: list[str]) -> None:
    database = FakeDatabase()
    done(database, handlers.list_department, a_department())
    assert pointers(database, command) == told


def test_a_person_may_leave_today_and_not_tomorrow() -> None:
    database = FakeDatabase()
    done(database, handlers.list_department, a_department())
    left = a_colleague(left_on=date(2026, 3, 2), successor="p-2")
    assert done(database, handlers.list_person, left).version == 1


def test_a_merger_that_leads_back_is_refused() -> None:
    database = FakeDatabase()
    for code, into in (("A", "B"), ("B", "C")):
        done(database, handlers.list_department, a_department(code, merged_into=into))
    assert pointers(database, a_department("C", merged_into="A")) == ["/merged_into"]
    assert done(database, handlers.list_department, a_department("C", merged_into="D")).version == 1


def test_the_name_of_a_person_stays_here() -> None:
    database = FakeDatabase()
    done(database, handlers.list_department, a_department())
    done(database, handlers.list_person, a_colleague(deputy="p-9"))
    told = database.said[-1]
    assert isinstance(told, DirectoryChanged)
    assert told.person is not None
    assert (told.code, told.version, told.person.deputy, told.department) == ("p-1", 1, "p-9", None)
    assert "李四" not in repr(told)


def test_what_changed_nothing_is_not_told_again() -> None:
    database = FakeDatabase()
    for _ in range(2):
        receipt = done(database, handlers.list_department, a_department())
    assert (receipt.version, receipt.duplicate, len(database.said)) == (1, True, 1)
