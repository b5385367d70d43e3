"""The item directory and the credit grades held."""

from dataclasses import replace

import pytest

from approval.domain.commands import ListItem
from approval.domain.item import Item
from approval.handlers import list_item, on_grade_changed
from contracts.approval import ItemListed
from kernel.credit import Grade
from kernel.masking import masked_name
from kernel.refusal import Refusal
from kernel.subject import SubjectKey
from tests.fakes.approval import CODE, FOOD, FakeDatabase, a_grade, done

SUBJECT = SubjectKey("001", CODE)


def test_a_new_item_is_listed_and_a_known_one_replaced() -> None:
    database = FakeDatabase()
    assert done(database, list_item, ListItem(Item(item_code="2001", name="烟草零售"))).created
    renamed = Item(item_code=FOOD.item_code, name="食品经营许可（新）", department="区审批局")
    assert not done(database, list_item, ListItem(renamed)).created
    assert database.items[FOOD.item_code] == replace(renamed, version=2)


def test_an_entry_is_told_when_it_is_new_or_really_changed_and_else_not() -> None:
    database = FakeDatabase()
    flagged = Item(item_code="2001", name="药品", public_safety=True)
    for item in (flagged, flagged, replace(flagged, public_safety=False), flagged):
        done(database, list_item, ListItem(item))
    told = [
        (event.item_code, event.version, event.public_safety)
        for event in database.said
        if isinstance(event, ItemListed)
    ]
    assert told == [("2001", 1, True), ("2001", 2, False), ("2001", 3, True)]


def test_an_item_without_code_and_name_is_refused_with_both_faults() -> None:
    with pytest.raises(Refusal) as caught:
        done(FakeDatabase(), list_item, ListItem(Item(item_code="", name="", department="\x00")))
    assert [fault.pointer for fault in caught.value.faults] == ["/item_code", "/name", "/department"]


def test_the_newest_grade_is_held_whatever_the_order() -> None:
    database = FakeDatabase()
    for version, grade in ((1, Grade.A), (3, Grade.C), (2, Grade.B), (3, Grade.D)):
        done(database, on_grade_changed, a_grade(version, grade))
    assert (database.grades[SUBJECT].version, database.grades[SUBJECT].grade) == (3, Grade.C)


def test_a_name_is_masked_to_its_first_character() -> None:
    assert [masked_name(name) for name in ("", "张", "张三丰")] == ["", "张", "张**"]
