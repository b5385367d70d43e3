"""The AsyncAPI document is what the code says, is AsyncAPI 3, and every reference in it leads somewhere."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from faststream.specification.asyncapi.v3_0_0.schema import ApplicationSchema
from jsonschema import Draft202012Validator

from contracts.asyncapi import document, rendered
from contracts.event import cloud_type
from contracts.topology import EVENTS, LISTENS

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
    assert len([each for each in operations.values() if each["action"] == "send"]) == len(EVENTS)
    assert len([each for each in operations.values() if each["action"] == "receive"]) == heard


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
