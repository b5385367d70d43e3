"""Which approval items make an object belong to a matter, and to an entry several departments share."""

from datetime import date

from supervision.domain.catalogue import Trigger
from supervision.domain.plans import EntryDepartment, Matter, ObjectScope, Target, entry_scope, matter_scope
from tests.fakes.plans import FIRE, FOOD, an_entry
from tests.fakes.supervised import a_link, a_version

TODAY = date(2026, 4, 1)
FOOD_MATTER = Matter(code=FOOD, name="食品经营检查", department="DEMO-FOOD")
FIRE_MATTER = Matter(code=FIRE, name="消防检查", department="DEMO-FIRE")
MATTERS = {FOOD: FOOD_MATTER, FIRE: FIRE_MATTER}
CATALOGUE = a_version(
    a_link("F1", item_code="1006", supervise_item_code=FOOD),
    a_link("F2", item_code="1007", supervise_item_code=FOOD),
    a_link("X1", item_code="1006", department="DEMO-FIRE", check_kind="FIRE", supervise_item_code=FIRE),
)


def groups(scope: ObjectScope) -> list[set[str]]:
    return [set(group) for group in scope.groups]


def test_objects_of_a_matter_hold_an_item_the_catalogue_links_to_it() -> None:
    assert groups(matter_scope(FOOD_MATTER, CATALOGUE, TODAY)) == [{"1006", "1007"}]


def test_a_link_of_another_department_or_code_does_not_count() -> None:
    elsewhere = Matter(code=FOOD, name="食品经营检查", department="DEMO-FIRE")
    assert matter_scope(elsewhere, CATALOGUE, TODAY).empty


def test_a_link_counts_in_its_period_alone_and_not_for_licences_that_end() -> None:
    over = a_link("F1", supervise_item_code=FOOD, effective_to=date(2026, 4, 1))
    ending = a_link("F2", item_code="1007", supervise_item_code=FOOD, triggers=frozenset({Trigger.CANCEL}))
    promised = a_link("F3", item_code="1008", supervise_item_code=FOOD, triggers=frozenset({Trigger.COMMITMENT}))
    assert groups(matter_scope(FOOD_MATTER, a_version(over, ending, promised), TODAY)) == [{"1008"}]
    assert groups(matter_scope(FOOD_MATTER, a_version(over), date(2026, 3, 31))) == [{"1006"}]


def test_without_a_catalogue_in_force_a_matter_has_no_objects() -> None:
    assert matter_scope(FOOD_MATTER, None, TODAY).empty


def test_departments_that_check_together_meet_at_objects_all_of_them_supervise() -> None:
    joint = an_entry(
        matters=(FOOD, FIRE),
        departments=(EntryDepartment(department="DEMO-FOOD"), EntryDepartment(department="DEMO-FIRE")),
    )
    assert groups(entry_scope(joint, MATTERS, CATALOGUE, TODAY)) == [{"1006", "1007"}, {"1006"}]


def test_a_targeted_entry_keeps_to_its_items_and_regions() -> None:
    aimed = an_entry(matters=(FOOD,), target=Target(regions=("640202",), items=("1007",)))
    scope = entry_scope(aimed, MATTERS, CATALOGUE, TODAY)
    assert groups(scope) == [{"1006", "1007"}, {"1007"}]
    assert scope.regions == ("640202",)
    assert aimed.targeted
    assert not an_entry().targeted
