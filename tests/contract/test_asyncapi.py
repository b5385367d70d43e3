"""The AsyncAPI document is what the code says, is AsyncAPI 3, and every reference in it leads somewhere."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from faststream.specification.asyncapi.v3_0_0.schema import ApplicationSchema
from jsonschema import Draft202012Validator

from approval.api.bodies import decode_case
from contracts.asyncapi import document, rendered
from contracts.event import cloud_type
from contracts.intake import DOORS, Door
from contracts.permissions import permissions
from contracts.topology import EVENTS, INTAKE, LISTENS, durable_of, filters_of
from kernel.refusal import Refusal
from supervision.api.inspections import decode_inspection

EVENT_LIST = Path(__file__).parents[2] / "docs" / "events.md"
GOLDEN = Path(__file__).parents[2] / "docs" / "asyncapi.json"


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inside in part.values():
            yield from references(inside)
    elif isinstance(part, list):
        for inside in part:
            yield from references(inside)


def test_the_document_is_what_the_code_says() -> None:
    assert GOLDEN.read_text(encoding="utf-8") == rendered(), "事件已变，请执行 make schemas / run `make schemas`"


def test_it_is_asyncapi_3() -> None:
    assert ApplicationSchema.model_validate(document()).asyncapi == "3.0.0"


def test_every_reference_leads_somewhere() -> None:
    whole = document()
    found = set(references(whole))
    assert len(found) > len(EVENTS)
    for reference in found:
        part = whole
        for step in reference.removeprefix("#/").split("/"):
            assert step in part, reference
            part = part[step]


def test_it_says_who_tells_and_who_hears() -> None:
    operations = document()["operations"]
    heard = sum(len(kinds) for streams in LISTENS.values() for kinds in streams.values())
    assert len([each for each in operations.values() if each["action"] == "send"]) == len(EVENTS) + len(INTAKE)
    assert len([each for each in operations.values() if each["action"] == "receive"]) == heard + len(INTAKE)


def test_its_schemas_take_a_body_and_refuse_another() -> None:
    whole = document()
    schema = {"$ref": "#/components/schemas/CaseDecided", "components": whole["components"]}
    case = {"case_id": "1", "revision": 1, "kind": "NEW", "item_code": "x", "decided_on": "2026-03-02"}
    case |= {"source_system": "market", "region": "640202", "object_version": 1, "object": {"object_no": "1"}}
    case |= {"subject": {"id_type": "001", "id_no": "91640202MA00000A14", "kind": "ORGANISATION"}}
    validator = Draft202012Validator(schema)
    assert validator.is_valid(json.loads(json.dumps(case)))
    assert not validator.is_valid(case | {"kind": "NOTHING"})
    assert cloud_type(EVENTS["cn.shenguan.approval.case.decided.v1"]) in whole["components"]["messages"]


CASE = {
    "source_system": "market",
    "case_id": "1",
    "kind": "NEW",
    "item_code": "x",
    "region": "640202",
    "decided_on": "2026-03-02",
    "subject": {"id_type": "001", "id_no": "91640202MA00000A14"},
    "object": {"object_no": "1"},
}
INSPECTION = {
    "source_system": "market",
    "inspection_no": "J-1",
    "object_no": "1",
    "inspected_on": "2026-03-02",
    "inspectors": ["3101", "3102"],
    "result": "FAIL",
    "lines": [{"code": "L1", "result": "FAIL"}],
    "findings": [],
}
HANDED_IN: dict[str, tuple[Any, dict[str, Any]]] = {
    "approval": (decode_case, CASE),
    "supervision": (decode_inspection, INSPECTION),
}
"""Service → the decoder its durable of INTAKE is wired with, and what it takes."""


def variants(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The body; without each field; with each of a wrong kind; with one too many."""
    yield body
    for name, value in body.items():
        yield {key: each for key, each in body.items() if key != name}
        yield body | {name: None}
        yield body | {name: [value]}
        if isinstance(value, dict):
            yield body | {name: value | {"remark": ""}}
    yield body | {"remark": ""}


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.service)
def test_the_schema_of_what_is_handed_in_takes_what_the_service_reads_and_nothing_else(door: Door) -> None:
    whole = document()
    message = whole["components"]["messages"][f"intake.{door.service}"]
    validator = Draft202012Validator(message["payload"] | {"components": whole["components"]})
    decode, body = HANDED_IN[door.service]
    for each in variants(body):
        fits = validator.is_valid(each)
        with nullcontext() if fits else pytest.raises(Refusal, match="invalid-content"):
            decode(json.dumps(each).encode())
    assert {validator.is_valid(each) for each in variants(body)} == {True, False}


def test_what_bureaus_hand_in_is_said_with_who_may_and_where_the_answer_comes() -> None:
    whole, allowed = document(), permissions()
    assert [door.service for door in DOORS] == list(INTAKE)
    for door in DOORS:
        told = whole["channels"][f"intake.{door.service}"]
        (subject,) = filters_of(door.service, "INTAKE")
        assert told["address"] == subject.replace(">", "{sender}")
        sent = whole["operations"][f"{door.identity}.send.intake.{door.service}"]
        assert sent["tags"] == [{"name": door.identity}]
        assert allowed[door.identity].publish == (subject,)
        assert allowed[door.identity].subscribe == (door.inbox,)
        answer = whole["channels"][sent["reply"]["channel"]["$ref"].rpartition("/")[2]]
        assert door.inbox in answer["description"]
        assert durable_of(door.service, "INTAKE") in EVENT_LIST.read_text(encoding="utf-8")
        assert f"| `{door.address}` | {door.chinese} |" in EVENT_LIST.read_text(encoding="utf-8")
