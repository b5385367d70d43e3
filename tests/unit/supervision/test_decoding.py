"""One inspection read by pydantic and the same line read by msgspec say the same, or refuse the same place."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from kernel.refusal import Refusal
from supervision.api.forms import CatalogueForm
from supervision.api.inspections import InspectionForm, command_of, decode_inspection
from supervision.api.inspectors import decode_inspector
from supervision.domain.catalogue.commands import DraftVersion
from tests.fakes.supervised import a_checklist, a_version

INSPECTION: dict[str, Any] = {
    "source_system": "chicago",
    "inspection_no": "529281",
    "object_no": "82474",
    "object_version": 2,
    "object_name": "KEVIN'S HAMBURGER HEAVEN",
    "region": None,
    "inspected_on": "2011-09-02",
    "inspectors": ["orange-1", "orange-2"],
    "result": "FAIL",
    "lines": [{"code": "32", "result": "FAIL"}, {"code": "33", "result": "NOT_APPLICABLE"}],
    "findings": [{"line_code": "32", "severity": "MINOR", "note": "墙面"}],
}


def test_both_readers_make_the_same_command() -> None:
    command = decode_inspection(json.dumps(INSPECTION).encode())
    assert command == command_of(InspectionForm.model_validate(INSPECTION))
    assert (command.report.result.value, command.report.findings[0].note) == ("FAIL", "墙面")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"inspected_on": "2011-02-30"}, "/inspected_on"),
        ({"inspected_on": None}, "/inspected_on"),
        ({"inspectors": "orange"}, "/inspectors"),
        ({"inspectors": ["a"] * 51}, "/inspectors"),
        ({"result": "GOOD"}, "/result"),
        ({"object_version": 0}, "/object_version"),
        ({"object_version": "x"}, "/object_version"),
        ({"lines": [{"code": "1", "result": "MAYBE"}]}, "/lines/0/result"),
        ({"findings": [{"line_code": "32", "severity": "BAD"}]}, "/findings/0/severity"),
    ],
)
def test_both_readers_refuse_the_same_place(changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Refusal) as refused:
        decode_inspection(json.dumps(INSPECTION | changes).encode())
    assert [fault.pointer for fault in refused.value.faults] == [pointer]
    with pytest.raises(ValidationError) as invalid:
        InspectionForm.model_validate(INSPECTION | changes)
    assert ["/" + "/".join(map(str, error["loc"])) for error in invalid.value.errors()] == [pointer]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        "检查".encode("gb18030"),
        json.dumps(INSPECTION | {"colour": "red"}).encode(),
        json.dumps({name: value for name, value in INSPECTION.items() if name != "result"}).encode(),
        json.dumps(INSPECTION | {"object_name": "\ud800"}).encode(),
        json.dumps(INSPECTION | {"object_name": "\x00"}).encode(),
    ],
)
def test_what_is_no_inspection_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        decode_inspection(body)
    assert refused.value.code == "invalid-content"
    assert refused.value.faults


def test_an_inspector_needs_a_code_a_name_and_a_department() -> None:
    with pytest.raises(Refusal) as refused:
        decode_inspector(json.dumps({"code": "a b", "name": "", "department": "\x00"}).encode())
    assert [fault.pointer for fault in refused.value.faults] == ["/code", "/name", "/department"]


def test_a_catalogue_file_is_the_version_it_describes() -> None:
    link = {
        "code": "FOOD",
        "item_code": "1006",
        "triggers": ["NEW", "CHANGE", "RENEW"],
        "department": "DEMO-FOOD",
        "check_kind": "ROUTINE",
        "checklist": "FOOD-44",
        "effective_from": "2000-01-01",
    }
    lines = [{"code": str(number), "text": f"检查项 {number}"} for number in range(1, 45)]
    checklist = {"code": "FOOD-44", "name": "食品经营检查表", "lines": lines}
    file = {
        "by": "drafter",
        "version": "2010-1",
        "effective_from": "2000-01-01",
        "checklists": [checklist],
        "links": [link],
    }
    assert CatalogueForm.model_validate(file).command() == DraftVersion(
        content=a_version(checklists=(a_checklist(),)), by="drafter"
    )
