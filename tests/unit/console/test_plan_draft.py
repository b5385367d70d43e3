"""A plan typed part by part is sent whole: the lead department first, what is left empty left to the rules."""

import re

import pytest
from starlette.datastructures import FormData

from console.web.forms import Typed
from console.web.plan_draft import plan_of
from console.web.rendering import templates
from console.web.view import View
from kernel.risk import RiskClass


def test_each_entry_is_sent_with_its_own_fields() -> None:
    typed = Typed(
        FormData(
            [
                ("plan_no", "P-1"),
                ("year", "2026"),
                ("title", "年度抽查"),
                ("lead_department", "SCJG"),
                ("code:1", "E1"),
                ("name:1", "食品"),
                ("matters:1", "M1"),
                ("matters:1", "M2"),
                ("departments:1", "XFJY"),
                ("departments:1", "SCJG"),
                ("from:1", "2026-03-01"),
                ("to:1", "2026-12-31"),
                ("officers:1", "2"),
                ("ratio-D:1", "0.5"),
                ("code:3", "E3"),
                ("name:3", "药品"),
                ("times:3", "2"),
            ]
        )
    )
    plan = plan_of(typed, ["1", "3"])
    first, second = plan.pop("entries")
    assert plan == {"plan_no": "P-1", "year": "2026", "title": "年度抽查", "lead_department": "SCJG"}
    assert first == {
        "code": "E1",
        "name": "食品",
        "starts_on": "2026-03-01",
        "ends_on": "2026-12-31",
        "matters": ["M1", "M2"],
        "departments": [
            {"department": "SCJG", "officers_per_object": "2"},
            {"department": "XFJY", "officers_per_object": "2"},
        ],
        "ratios": {"D": "0.5"},
        "frequency": {"times_per_year": "1"},
    }
    assert (second["code"], second["departments"], second["frequency"]) == (
        "E3",
        [{"department": "SCJG"}],
        {"times_per_year": "2"},
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_form_shows_what_was_typed_in_each_of_its_parts(language: str) -> None:
    typed = Typed(FormData([("title", "年度抽查"), ("name:1", "食品"), ("matters:3", "M1"), ("times:3", "2")]))
    shown = {
        "view": View(language=language),
        "session": None,
        "entries": [],
        "path": "/random/plans/new",
        "here": "/random/plans/new",
        "walking": False,
        "marks": "",
        "wrong": None,
        "numbers": ["1", "3"],
        "following": "4",
        "classes": list(RiskClass),
        "matters": [{"code": "M1", "name": "食品检查", "department": "SCJG"}],
        "departments": {"SCJG": "市场监管局"},
        "leads": {"SCJG": "市场监管局"},
        "editing": None,
        "typed": typed,
        "once": "k",
    }
    page = templates(language).get_template("plan_draft.html").render(shown)
    fields = dict(re.findall(r'<input [^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    assert (fields["title"], fields["name:1"], fields["name:3"]) == ("年度抽查", "食品", "")
    assert (fields["code:1"], fields["code:3"], fields["times:1"], fields["times:3"]) == ("E1", "E3", "1", "2")
    assert re.findall(r'<option value="M1" (selected)?', page) == ["", "selected"]
