"""The catalogue: versions in force, links in force, and every fault of a file at once."""

from datetime import date
from typing import Any

import pytest

from kernel.decision import DecisionKind
from kernel.refusal import Refusal
from supervision.domain.catalogue import Catalogue, Checklist, ChecklistLine, Facts, Trigger
from supervision.handlers import register_inspector
from tests.fakes.supervised import a_checklist, a_link, a_version
from tests.unit.supervision.conftest import Office

DAY = date(2026, 6, 1)


def faults_of(refused: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [fault.pointer for fault in refused.value.faults]


def facts(kind: DecisionKind, day: date, item_code: str = "1006") -> Facts:
    return Facts(kind=kind, item_code=item_code, region="640202", decided_on=day)


def test_a_version_counts_from_its_first_day_to_the_day_before_its_end() -> None:
    catalogue = Catalogue((a_version(effective_from=date(2026, 1, 1), effective_to=date(2027, 1, 1)),))
    in_force = [catalogue.in_force(day) is not None for day in (date(2025, 12, 31), date(2026, 1, 1))]
    ended = [catalogue.in_force(day) is not None for day in (date(2026, 12, 31), date(2027, 1, 1))]
    assert (in_force, ended) == ([False, True], [True, False])


def test_of_two_versions_in_force_the_one_that_began_later_counts_whatever_the_order_of_loading() -> None:
    old, new = a_version(version="old"), a_version(version="new", effective_from=date(2026, 1, 1))
    for versions in ((old, new), (new, old)):
        counting = Catalogue(versions).in_force(DAY)
        assert counting is not None
        assert counting.version == "new"


def test_of_two_versions_that_began_on_one_day_the_one_loaded_last_counts() -> None:
    counting = Catalogue((a_version(version="first"), a_version(version="second"))).in_force(DAY)
    assert counting is not None
    assert counting.version == "second"


@pytest.mark.parametrize(
    ("day", "kind", "triggered"),
    [
        (date(2025, 12, 31), DecisionKind.NEW, []),
        (date(2026, 1, 1), DecisionKind.NEW, ["FOOD"]),
        (date(2026, 6, 30), DecisionKind.NEW, ["FOOD"]),
        (date(2026, 7, 1), DecisionKind.NEW, []),
        (date(2026, 6, 1), DecisionKind.RENEW, []),
    ],
)
def test_a_link_is_triggered_by_its_kinds_on_its_own_days(day: date, kind: DecisionKind, triggered: list[str]) -> None:
    link = a_link(triggers=frozenset({Trigger.NEW}), effective_from=date(2026, 1, 1), effective_to=date(2026, 7, 1))
    assert [found.code for found in Catalogue((a_version(link),)).links("2010-1", facts(kind, day))] == triggered


def test_one_item_may_lead_to_several_departments_and_several_items_to_one() -> None:
    fire = a_link("FIRE", department="DEMO-FIRE")
    other = a_link("FOOD-2", item_code="1007")
    catalogue = Catalogue((a_version(a_link(), fire, other),))
    assert [link.code for link in catalogue.links("2010-1", facts(DecisionKind.NEW, DAY))] == ["FOOD", "FIRE"]
    assert [link.code for link in catalogue.links("2010-1", facts(DecisionKind.NEW, DAY, "1007"))] == ["FOOD-2"]


def test_all_faults_of_a_version_are_named_at_once_where_they_stand() -> None:
    with pytest.raises(Refusal) as refused:
        a_version(
            a_link(checklist="NONE"),
            a_link(triggers=frozenset()),
            a_link("X", item_code="", effective_to=date(1999, 1, 1)),
            version="bad version",
            effective_to=date(1990, 1, 1),
            checklists=(a_checklist(lines=0), a_checklist()),
        )
    assert refused.value.code == "invalid-content"
    assert sorted(faults_of(refused)) == [
        "/checklists/0/lines",
        "/checklists/1/code",
        "/effective_to",
        "/links/0/checklist",
        "/links/1/code",
        "/links/1/triggers",
        "/links/2/effective_to",
        "/links/2/item_code",
        "/version",
    ]


def test_two_codes_for_the_same_supervision_are_a_fault_unless_their_days_differ() -> None:
    with pytest.raises(Refusal) as refused:
        a_version(a_link(), a_link("AGAIN"))
    assert faults_of(refused) == ["/links/1"]
    a_version(a_link(effective_to=date(2020, 1, 1)), a_link("AGAIN", effective_from=date(2020, 1, 1)))


@pytest.mark.parametrize("text", ["", " ", "坏\x00字", "长" * 1001])
def test_the_text_of_a_line_is_text_a_database_can_keep(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        a_version(checklists=(Checklist(code="FOOD-44", name="表", lines=(ChecklistLine(code="1", text=text),)),))
    assert faults_of(refused) == ["/checklists/0/lines/0/text"]


def test_an_inspector_who_changes_department_is_kept_with_the_newest_one(office: Office) -> None:
    known = office.database.inspectors["orange-1"]
    assert office.does(register_inspector, known).duplicate
    moved = type(known)(code=known.code, name=known.name, department="DEMO-FIRE")
    receipt = office.does(register_inspector, moved)
    assert (receipt.created, receipt.duplicate) == (False, False)
    assert office.database.inspectors["orange-1"].department == "DEMO-FIRE"


USCC = "11440113MB2C92966P"
TASK_CODE = USCC + "4" + "000131024000"


def test_the_codes_of_a_real_item_are_accepted() -> None:
    a_version(
        a_link(
            approval_catalog_code="000131024000",
            approval_task_code=TASK_CODE,
            approval_handle_item_code=TASK_CODE + "01",
            approval_department_uscc=USCC,
            supervise_item_code="01234567890123",
            supervise_item_check_icode=USCC + "4" + "000631024000",
            department_uscc=USCC,
        )
    )


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"approval_catalog_code": "000131024001"}, "approval_task_code"),
        ({"approval_department_uscc": "91440101MA5C44W11J"}, "approval_task_code"),
        ({"approval_handle_item_code": "91440101MA5C44W11J400013102400001"}, "approval_handle_item_code"),
        ({"approval_catalog_code": "00013102400X", "approval_task_code": ""}, "approval_catalog_code"),
        ({"approval_task_code": TASK_CODE.replace("P4", "P6")}, "approval_task_code"),
        ({"supervise_item_code": "0123456789012"}, "supervise_item_code"),
        (
            {"department_uscc": "91440101MA5C44W11J", "supervise_item_check_icode": USCC + "41"},
            "supervise_item_check_icode",
        ),
        ({"supervise_item_check_icode": USCC + "91"}, "supervise_item_check_icode"),
        ({"department_uscc": "91440101MA5C44W11K"}, "department_uscc"),
        ({"officers": 1}, "officers"),
        ({"liaison": "王 五"}, "liaison"),
        ({"legal_basis": "长" * 4001}, "legal_basis"),
    ],
)
def test_codes_that_are_wrong_or_contradict_each_other_are_faults(changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Refusal) as refused:
        a_version(a_link(**{"approval_task_code": TASK_CODE, **changes}))
    assert faults_of(refused) == [f"/links/0/{pointer}"]
