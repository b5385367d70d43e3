"""A draft that is opened and saved stays as it is; what is changed, added or taken out is, and nothing else."""

from collections.abc import Iterable, Sequence
from typing import Any

from starlette.datastructures import FormData

from console.web.forms import Typed
from console.web.plan_edit import fields_of, merged, numbers_of


def entry(code: str, **changes: Any) -> dict[str, Any]:
    """With what the form does not show: floors, targets, days, a department's own numbers."""
    return {
        "code": code,
        "name": f"检查 {code}",
        "matters": ["M1", "M2"],
        "departments": [
            {"department": "XFJY", "officers_per_object": 2, "max_objects": 30},
            {"department": "SCJG", "officers_per_object": 2, "max_objects": 50},
        ],
        "ratios": {"A": "0.01", "D": "0.5"},
        "floors": {"min_objects": {"D": 3}, "min_total": 5, "min_ratio": "0.03"},
        "frequency": {"times_per_year": 2, "at_least_every_months": 18},
        "target": {"regions": ["640202"], "items": ["food"], "top": 4},
        "starts_on": "2026-03-01",
        "ends_on": "2026-12-31",
        "check_days": "0.5",
    } | changes


PLAN: dict[str, Any] = {
    "plan_no": "P-1",
    "version": 1,
    "state": "DRAFT",
    "year": 2026,
    "title": "年度抽查",
    "lead_department": "SCJG",
    "region": "640202",
    "reason": "",
    "drafted_at": "2026-01-05T00:00:00Z",
    "entries": [entry("E1"), entry("E2")],
}


def saved(change: Iterable[tuple[str, str | None]] = (), entries: list[str] | None = None) -> dict[str, Any]:
    """What is sent when these fields were typed over."""
    over = dict(change)
    fields = [(name, said) for name, said in fields_of(PLAN) if name not in over]
    fields += [(name, said) for name, said in over.items() if said is not None]
    return merged(PLAN, form(fields), entries or numbers_of(PLAN))


def form(fields: Sequence[tuple[str, str]]) -> Typed:
    return Typed(FormData([(name, said) for name, said in fields]))


def as_text(whole: Any) -> Any:
    """Numbers as a form sends them."""
    if isinstance(whole, dict):
        return {name: as_text(said) for name, said in whole.items()}
    return [as_text(each) for each in whole] if isinstance(whole, list) else str(whole)


def test_what_is_saved_as_it_was_opened_is_what_it_was() -> None:
    content = {name: said for name, said in PLAN.items() if name not in {"version", "state", "drafted_at"}}
    assert as_text(saved()) == as_text(content)


def test_a_change_touches_nothing_else() -> None:
    first, second = saved([("name:1", "餐饮检查"), ("ratio-D:1", None), ("times:1", "3"), ("officers:1", "4")])[
        "entries"
    ]
    assert (first["name"], first["ratios"]) == ("餐饮检查", {"A": "0.01"})
    assert first["frequency"] == {"times_per_year": "3", "at_least_every_months": 18}
    assert [each["officers_per_object"] for each in first["departments"]] == ["4", "4"]
    assert [each["max_objects"] for each in first["departments"]] == [30, 50]
    assert as_text(second) == as_text(entry("E2"))


def test_a_number_all_have_in_common_left_empty_is_left_to_the_rules() -> None:
    first, _ = saved([("officers:1", "")])["entries"]
    assert first["departments"] == [
        {"department": "XFJY", "max_objects": 30},
        {"department": "SCJG", "max_objects": 50},
    ]


def test_departments_leave_and_come_and_the_one_that_led_goes_on() -> None:
    fields = [(name, said) for name, said in fields_of(PLAN) if name != "departments:1"]
    chosen = [("departments:1", "WJW"), ("departments:1", "XFJY")]
    first, _ = merged(PLAN, form(fields + chosen), numbers_of(PLAN))["entries"]
    assert [each["department"] for each in first["departments"]] == ["XFJY", "WJW"]


def test_an_entry_taken_out_is_gone_and_a_further_one_has_nothing_of_it() -> None:
    more = [("code:3", "E9"), ("name:3", "新增"), ("matters:3", "M3"), ("from:3", "2026-05-01"), ("to:3", "2026-06-01")]
    first, added = saved(more, ["1", "3"])["entries"]
    assert first["code"] == "E1"
    assert added == {
        "code": "E9",
        "name": "新增",
        "starts_on": "2026-05-01",
        "ends_on": "2026-06-01",
        "matters": ["M3"],
        "departments": [{"department": "SCJG"}],
        "ratios": {},
        "frequency": {"times_per_year": "1"},
    }
