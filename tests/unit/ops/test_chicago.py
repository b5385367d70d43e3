"""The mapping of the Chicago files: what each row becomes, and what is said about rows that are wrong."""

import json
import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kernel.decision import DecisionKind
from ops.replay.checklist import catalogue, inspector_lines, item_lines
from ops.replay.chicago import Story, read
from ops.replay.table import UnreadableFilesError

WHOLE = Path("tests/data/chicago")
JOINING = Path("examples/joining")


@pytest.fixture(scope="module")
def whole() -> Story:
    return read(WHOLE)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return Path(shutil.copytree(JOINING, tmp_path / "files"))


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults(folder: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(UnreadableFilesError) as unreadable:
        read(folder)
    assert all(fault.zh and fault.en for fault in unreadable.value.faults)
    return [(fault.file, fault.line, fault.column) for fault in unreadable.value.faults]


def bodies(story: Story) -> list[dict[str, Any]]:
    return [json.loads(inspection.known_at(None)) for inspection in story.inspections]


def test_the_real_files_give_14375_decisions_and_13711_inspections_on_828_days(whole: Story) -> None:
    days = whole.days()

    assert (len(whole.decisions), len(whole.inspections), len(days)) == (14_375, 13_711, 828)
    assert (days[0].day, days[-1].day) == (date(2009, 7, 22), date(2015, 11, 10))
    assert Counter(decision.kind for decision in whole.decisions) == {
        DecisionKind.RENEW: 11_082,
        DecisionKind.NEW: 2_222,
        DecisionKind.CHANGE: 60,
        DecisionKind.CANCEL: 972,
        DecisionKind.REVOKE: 39,
    }


def test_a_fail_carries_a_critical_finding_exactly_when_its_critical_count_says_so(whole: Story) -> None:
    fails = [body for body in bodies(whole) if body["result"] == "FAIL"]
    general = [body for body in fails if any(f["severity"] == "CRITICAL" for f in body["findings"])]

    assert (len(general), len(fails) - len(general)) == (730, 2_087)
    assert not [f for body in fails for f in body["findings"] if f["note"]]


def test_every_inspection_answers_all_44_lines_and_fails_those_listed(whole: Story) -> None:
    first = bodies(whole)[0]

    assert [line["code"] for line in first["lines"]] == [str(code) for code in range(1, 45)]
    assert [line["code"] for line in first["lines"] if line["result"] == "FAIL"] == ["32", "38"]
    assert first["inspectors"] == ["orange-1", "orange-2"]


def test_what_the_mapping_does_not_use_is_counted_by_name(whole: Story) -> None:
    assert whole.ignored == {
        "inspections.csv: violation 70 is not on the checklist": 48,
        "inspections.csv: criticalCount disagrees with the codes of a passed inspection": 1,
        "licences.csv: LICENSE_STATUS REA (no ending decision)": 1,
        "inspection_licence.csv: pair names an unknown inspection or term": 1,
    }


def test_an_ending_case_is_decided_on_the_day_the_term_expires() -> None:
    endings = {d.case_id: d for d in read(JOINING).decisions if d.case_id.endswith("-END")}

    revoked = endings["9900028-20121111-END"]
    assert (revoked.kind, revoked.day) == (DecisionKind.REVOKE, date(2013, 11, 11))
    assert sorted(d.kind for d in endings.values()) == ["CANCEL", "CANCEL", "CANCEL", "REVOKE"]


def test_a_row_without_a_group_is_inspected_by_two_unassigned_officers() -> None:
    story = read(JOINING)

    assert any(body["inspectors"] == ["unassigned-1", "unassigned-2"] for body in bodies(story))
    assert {"unassigned-1", "unassigned-2"} <= {line["code"] for line in inspector_lines(story.groups)}


def test_the_catalogue_links_every_licence_code_to_one_routine_inspection(whole: Story) -> None:
    linked: Any = catalogue(whole.items)

    assert [link["item_code"] for link in linked["links"]] == [line["item_code"] for line in item_lines(whole.items)]
    assert len(linked["links"]) == 43
    assert len(linked["checklists"][0]["lines"]) == 44


def test_smaller_files_use_the_same_catalogue_version_and_new_codes_another(whole: Story) -> None:
    assert catalogue(read(JOINING).items) == catalogue(whole.items)
    assert catalogue({"9999": ""})["version"] != catalogue({})["version"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_files_are_read_in_the_encodings_people_save_them_in(files: Path, encoding: str) -> None:
    for file in files.glob("*.csv"):
        file.write_text(file.read_text(encoding="utf-8"), encoding=encoding)

    names = [json.loads(decision.body)["object"]["name"] for decision in read(files).decisions]

    assert names[0] == "青禾面馆（虚构）"


def test_an_unknown_encoding_is_told(files: Path) -> None:
    (files / "licences.csv").write_bytes(b"ID\xff\xff\xff")

    assert ("licences.csv", 0, "") in faults(files)


def test_every_missing_file_is_told_at_once(tmp_path: Path) -> None:
    assert faults(tmp_path) == [(name, 0, "") for name in ("licences.csv", "inspections.csv", "inspection_licence.csv")]


def test_a_missing_column_is_told(files: Path) -> None:
    spoil(files / "licences.csv", "LICENSE_CODE", "CODE")

    assert ("licences.csv", 1, "") in faults(files)


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("licences.csv", ",2012-01-05,2014", ",2012-13-05,2014", ("licences.csv", 2, "LICENSE_TERM_START_DATE")),
        ("licences.csv", ",2012-01-05,2014", ",2015-01-05,2014", ("licences.csv", 2, "LICENSE_TERM_EXPIRATION_DATE")),
        ("licences.csv", "9900000-20120120", "9900000-20120105", ("licences.csv", 3, "ID")),
        ("licences.csv", "青禾面馆", "青禾\x00面馆", ("licences.csv", 2, "DOING_BUSINESS_AS_NAME")),
        ("licences.csv", ",虚构路 1 号", "", ("licences.csv", 2, "")),
        ("inspections.csv", "Pass,0,0,1,33", "Pass,-1,0,1,33", ("inspections.csv", 2, "criticalCount")),
        ("inspections.csv", "3;18;34", "3;x;34", ("inspections.csv", 3, "violations")),
        ("inspections.csv", "9980001,9900001", "9980001,", ("inspections.csv", 3, "License")),
        ("inspections.csv", "1,1,1,3;18;34", "1,1,1,", ("inspections.csv", 3, "violations")),
    ],
)
def test_a_wrong_row_is_told_with_file_line_and_column(
    files: Path, file: str, old: str, new: str, place: tuple[str, int, str]
) -> None:
    spoil(files / file, old, new)

    assert faults(files) == [place]


def test_an_open_quotation_mark_is_told(files: Path) -> None:
    with (files / "inspections.csv").open("a", encoding="utf-8") as file:
        file.write('"9980099,')

    assert [fault[0] for fault in faults(files)] == ["inspections.csv"]


def test_an_unknown_result_type_or_status_is_counted_and_left_out(files: Path) -> None:
    spoil(files / "inspections.csv", "Pass,0,0,1,33", "No Entry,0,0,1,33")
    spoil(files / "licences.csv", ",ISSUE,", ",C_NAME,")
    spoil(files / "licences.csv", ",REV,", ",INQ,")

    story = read(files)

    assert story.ignored == {
        "inspections.csv: Results No Entry": 1,
        "licences.csv: APPLICATION_TYPE C_NAME": 1,
        "licences.csv: LICENSE_STATUS INQ (no ending decision)": 1,
    }
    assert (len(story.decisions), len(story.inspections)) == (68, 35)


@pytest.mark.parametrize(
    ("old", "new", "severities"),
    [
        ("1,1,1,3;18;34", "0,1,1,3;18;34", ["SERIOUS", "SERIOUS", "MINOR"]),
        ("1,1,1,3;18;34", "2,1,1,18;34", ["CRITICAL", "MINOR"]),
    ],
)
def test_of_a_fail_the_critical_count_decides_and_the_finding_says_so(
    files: Path, old: str, new: str, severities: list[str]
) -> None:
    spoil(files / "inspections.csv", old, new)

    findings = bodies(read(files))[1]["findings"]

    assert [finding["severity"] for finding in findings] == severities
    assert "criticalCount" in findings[0]["note"]


def test_the_real_example_is_small_and_holds_every_outcome_of_the_data() -> None:
    story = read(Path("examples/chicago"))

    assert (len(story.decisions), len(story.inspections)) == (820, 828)
    for file in Path("examples").rglob("*.csv"):
        assert file.read_text(encoding="utf-8").count("\n") <= 1_001
    assert {d.kind for d in story.decisions} == {"NEW", "CHANGE", "RENEW", "CANCEL", "REVOKE"}
    assert {body["result"] for body in bodies(story)} == {"PASS", "PASS_WITH_CONDITIONS", "FAIL"}
