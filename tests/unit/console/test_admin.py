"""What the pages of dictionaries, calendar and joint visits make of what was typed."""

from starlette.datastructures import FormData

from console.web.admin import changes
from console.web.dictionaries import DICTIONARIES
from console.web.forms import Typed
from console.web.visit_plan import joint


def typed(*pairs: tuple[str, str]) -> Typed:
    return Typed(FormData(list(pairs)))


def test_an_entry_says_what_was_filled_in_and_nothing_else() -> None:
    item = DICTIONARIES["items"].typed(typed(("item_code", " 1006 "), ("name", "小餐饮"), ("department", "")))
    assert item == {"item_code": "1006", "name": "小餐饮", "public_safety": False}
    officer = DICTIONARIES["inspectors"].typed(typed(("code", "A-1"), ("matters", "M1，M2、M3,")))
    assert officer == {"code": "A-1", "matters": ["M1", "M2", "M3"]}


def test_the_form_holds_what_was_typed_before_what_is_kept() -> None:
    which = DICTIONARIES["items"]
    kept = {"item_code": "1006", "name": "旧", "department": "A", "public_safety": True}
    assert which.shown(kept, None) == {"item_code": "1006", "name": "旧", "department": "A", "public_safety": "yes"}
    assert which.shown(kept, typed(("item_code", "1006"), ("name", "新")))["name"] == "新"
    assert set(which.shown(None, None).values()) == {""}


def test_a_notice_is_told_by_the_days_it_changes() -> None:
    known = {"working": ["2031-10-11"], "free": ["2031-10-01", "2031-10-02"]}
    told = {"working": [], "free": ["2031-10-02", "2031-10-03"]}
    assert changes(known, told) == [("2031-10-01", "USUAL"), ("2031-10-03", "FREE"), ("2031-10-11", "USUAL")]


def test_a_joint_visit_has_a_crew_for_each_department() -> None:
    form = typed(
        *(("source_system", "county"), ("object_no", "O-1"), ("planned_on", "2031-01-06")),
        *(("department", "A"), ("officers:A", "A-1"), ("officers:A", "A-2"), ("department", "B")),
    )
    assert joint(form)["crews"] == [
        {"department": "A", "officers": ["A-1", "A-2"]},
        {"department": "B", "officers": []},
    ]
