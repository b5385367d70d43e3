"""The example county is what its README says: valid codes, nothing that could be somebody real."""

import csv
import re
from pathlib import Path

import pytest
from stdnum.cn import uscc

ROOT = Path(__file__).parents[3]
COUNTY = ROOT / "examples" / "county"
REAL = {"000131024000"}
UNLINKED = {"640190071000"}
"""Left without a link on purpose: the story's unmatched decision, and the gap to find."""


def rows(name: str) -> list[dict[str, str]]:
    with (COUNTY / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def regions() -> set[str]:
    seed = ROOT / "services" / "approval" / "migrations" / "seed" / "areas.csv"
    return {line.split(",")[0] for line in seed.read_text(encoding="utf-8").splitlines()}


def test_it_has_sixty_items_of_fifteen_departments() -> None:
    items = rows("items")
    assert len({item["item_code"] for item in items}) == len(items) >= 60
    assert len({item["department"] for item in items}) >= 15
    assert len({link["department"] for link in rows("links")}) >= 15


def test_every_invented_item_says_so() -> None:
    for item in rows("items"):
        assert re.fullmatch(r"[0-9]{12}", item["item_code"])
        assert item["name"].endswith("（示例）") == (item["item_code"] not in REAL)


def test_links_carry_codes_of_the_right_shape() -> None:
    items = {item["item_code"]: item for item in rows("items")}
    departments = {department["code"]: department for department in rows("departments")}
    people = {person["code"] for person in rows("people")}
    checklists = {line["checklist"] for line in rows("checklists")}
    for link in rows("links"):
        item = items[link["item_code"]]
        assert link["approval_task_code"] == departments[item["department"]]["uscc"] + "4" + item["item_code"]
        assert re.fullmatch(r"[0-9]{14}", link["supervise_item_code"])
        assert link["department"] in departments
        assert {link["liaison"], link["responsible_officer"]} <= people
        assert link["checklist"] in checklists


def test_every_item_has_one_supervisor_in_charge() -> None:
    for item in rows("items"):
        mine = [link for link in rows("links") if link["item_code"] == item["item_code"]]
        in_charge = {link["department"] for link in mine if link["relation"] == "PRIMARY"}
        assert len(in_charge) == (item["item_code"] not in UNLINKED), item


@pytest.mark.parametrize("register", ["enterprises", "departments"])
def test_no_code_can_belong_to_a_real_subject(register: str) -> None:
    assert "999999" not in regions()
    for row in rows(register):
        assert uscc.validate(row["uscc"])
        assert row["uscc"][2:8] == "999999"


def test_cases_of_the_county_pass_the_check_of_regions() -> None:
    assert {row["region"] for row in rows("enterprises")} <= regions()
