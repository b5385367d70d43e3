"""The objects of a subject, among those of hundreds of others in one batch."""

import pytest

from supervision.domain.register import Holder, RegisteredObject
from supervision.store.loaded import LoadedObjects


def registered(number: str, holder: str, version: int = 1) -> RegisteredObject:
    return RegisteredObject(
        source_system="test",
        object_no=number,
        holder=Holder(id_type="099", id_no=holder, kind="ORGANISATION"),
        name="",
        address="",
        region="640202",
        object_version=version,
        provisional=False,
        case_id="",
    )


def read(*entries: RegisteredObject) -> LoadedObjects:
    objects = LoadedObjects()
    objects.holders |= {("099", "A"), ("099", "B")}
    objects.expect((each.source_system, each.object_no) for each in entries)
    for each in entries:
        objects.found((each.source_system, each.object_no), each)
    return objects


def numbers(objects: LoadedObjects, holder: str) -> list[tuple[str, int]]:
    return [(each.object_no, each.object_version) for each in objects.held_by("099", holder)]


def test_they_come_in_the_order_of_their_numbers_and_as_they_are_now() -> None:
    objects = read(registered("2", "A"), registered("1", "A"), registered("3", "B"))
    objects.save(registered("2", "A", version=2))
    assert (numbers(objects, "A"), numbers(objects, "B")) == ([("1", 1), ("2", 2)], [("3", 1)])


def test_one_that_went_to_another_subject_is_the_others_alone() -> None:
    objects = read(registered("1", "A"), registered("2", "A"))
    objects.save(registered("1", "B", version=2))
    assert (numbers(objects, "A"), numbers(objects, "B")) == ([("2", 1)], [("1", 2)])


def test_of_a_subject_whose_objects_were_not_all_read_nothing_is_told() -> None:
    with pytest.raises(KeyError):
        read(registered("1", "C")).held_by("099", "C")
