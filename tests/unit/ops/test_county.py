"""The example county as it is loaded, and its story held to the county's own files."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ops.county import CREW, FOLDER, VERSION, County, county, renewed
from ops.county_story import EARLIER, TODAY, Answer, Decide, Do, Scene
from ops.failure import CannotRun, Exit

ROOT = Path(__file__).parents[3]
STORY = (*EARLIER, *TODAY)
MADE = [step.decision if isinstance(step, Answer) else step for step in STORY]
DECISIONS = [step for step in MADE if isinstance(step, Decide)]
SCENE = Scene(day=date(2026, 3, 2), crew=("A-03", "A-04"), lines=("01", "02"))


@pytest.fixture(scope="module")
def example() -> County:
    return county(ROOT / FOLDER)


def row(code: str, end: str, department: str = "A") -> dict[str, str]:
    return {"code": code, "department": department, "certificate_to": end}


def links(example: County) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = example.catalogue()["links"]
    return found


def test_every_link_is_what_a_row_says_with_the_departments_spelled_out(example: County) -> None:
    catalogue = example.catalogue()
    with (example.folder / "links.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}
    names = {department["code"]: department["name"] for department in example.departments()}
    assert catalogue["version"] == VERSION
    assert [link["code"] for link in catalogue["links"]] == list(rows)
    for link in catalogue["links"]:
        row = rows[link["code"]]
        assert link["triggers"] == row["triggers"].split()
        assert link["department_name"] == names[row["department"]]
        assert link["approval_department_name"] == names[row["approval_department"]]
        assert (link["claim_limit"], link["condition"]) == (row["claim_limit"], row["condition"])


def test_every_line_of_a_checklist_stands_in_its_checklist_in_order(example: County) -> None:
    with (example.folder / "checklists.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["checklist"], row["line"], row["text"]) for row in csv.DictReader(file)]
    checklists = example.catalogue()["checklists"]
    told = [(each["code"], line["code"], line["text"]) for each in checklists for line in each["lines"]]
    assert told == rows
    assert len({each["code"] for each in checklists}) == len(checklists)
    assert {link["checklist"] for link in links(example)} <= {each["code"] for each in checklists}


def test_the_lists_hold_only_what_the_interfaces_take(example: County) -> None:
    assert {tuple(item) for item in example.items()} == {("item_code", "name", "department", "public_safety")}
    assert {tuple(person) for person in example.people()} == {("code", "name", "department", "deputy")}


def test_a_folder_without_the_files_is_refused_as_misuse(tmp_path: Path) -> None:
    with pytest.raises(CannotRun) as refused:
        county(tmp_path)
    assert (refused.value.exit_code, str(tmp_path) in refused.value.en) == (Exit.USAGE, True)


def test_the_county_is_found_from_anywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert county().folder == ROOT / FOLDER


def test_no_certificate_is_renewed_while_two_are_valid() -> None:
    rows = [row("1", "2028-12-31"), row("2", "2028-12-31"), row("3", "2026-06-30")]
    assert renewed(rows, date(2028, 12, 31)) == rows


def test_the_certificates_that_ran_out_last_are_renewed_by_terms_of_five_years() -> None:
    rows = [row("1", "2028-12-31"), row("2", "2028-12-31"), row("3", "2026-06-30"), row("9", "2040-01-01", "B")]
    ends = [each["certificate_to"] for each in renewed(rows, date(2034, 1, 1))]
    assert ends == ["2038-12-31", "2038-12-31", "2026-06-30", "2040-01-01"]


@pytest.mark.parametrize("day", [date(2026, 3, 2), date(2026, 11, 24), date(2029, 1, 1), date(2060, 2, 29)])
def test_every_department_of_the_story_has_a_crew_on_any_day(example: County, day: date) -> None:
    rows = renewed(example.inspectors(), day)
    able = [row["department"] for row in rows if row["certificate_from"] <= day.isoformat() <= row["certificate_to"]]
    wanted = {step.department for step in STORY if isinstance(step, Do)}
    assert {department for department in wanted if able.count(department) < CREW} == set()


def test_every_decision_is_about_an_item_and_an_enterprise_of_the_county(example: County) -> None:
    items = {item["item_code"] for item in example.items()}
    assert {step.item for step in DECISIONS} <= items
    assert all(1 <= step.enterprise <= len(example.enterprises()) for step in DECISIONS)
    assert len({step.case for step in DECISIONS}) == len(DECISIONS)


def test_every_deed_is_on_a_task_the_catalogue_makes(example: County) -> None:
    decided: dict[str, Decide] = {}
    for step in STORY:
        if isinstance(step, Do):
            case = decided[step.case]
            triggers = {case.kind} | ({"COMMITMENT"} if case.more.get("commitment") else set())
            assert any(
                link["item_code"] == case.item
                and link["department"] == step.department
                and link["check_kind"] == step.purpose
                and triggers & set(link["triggers"])
                for link in links(example)
            ), step
        elif isinstance(step, Decide | Answer):
            made = step.decision if isinstance(step, Answer) else step
            decided |= {made.case: made} if made else {}


def test_no_verb_is_told_twice_of_a_task() -> None:
    """A verb is known to be done by the history of its task, which names it once."""
    deeds = [(step.case, step.department, step.purpose, step.verb) for step in STORY if isinstance(step, Do)]
    assert len(set(deeds)) == len(deeds)


def test_an_inspection_answers_every_line_and_explains_the_one_that_failed() -> None:
    forms = [step.form(SCENE) for step in STORY if isinstance(step, Do) and step.verb == "inspect"]
    assert {form["result"] for form in forms} == {"PASS", "FAIL"}
    for form in forms:
        failed = [line["code"] for line in form["lines"] if line["result"] == "FAIL"]
        assert [line["code"] for line in form["lines"]] == list(SCENE.lines)
        assert [finding["line_code"] for finding in form["findings"]] == failed
        assert bool(failed) == (form["result"] == "FAIL")
    assert len({form["inspection_no"] for form in forms}) == len(forms)
