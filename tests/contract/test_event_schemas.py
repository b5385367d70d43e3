"""Events keep their promises: the golden schemas are what the code says, and v1 only ever grows."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any, get_type_hints

import jsonschema
import msgspec
import pytest

from contracts.event import Event
from contracts.schemas import breaks, file_name, main, rendered, schema_of
from contracts.topology import EVENTS

GOLDEN = Path(__file__).parents[2] / "docs" / "schemas"
every_event = pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS.keys())

_FILLED: dict[Any, Any] = {
    "integer": 1,
    "null": None,
    "boolean": True,
    "date": "2012-03-01",
    "date-time": "2012-03-01T08:00:00Z",
    "string": "大武口",
}


def filled(part: dict[str, Any], root: dict[str, Any], *, all_fields: bool) -> Any:
    """A document that fits a schema: with every field, or with the required ones alone."""
    if "$ref" in part:
        return filled(root["$defs"][part["$ref"].rsplit("/", 1)[-1]], root, all_fields=all_fields)
    if "anyOf" in part:
        return filled(part["anyOf"][0 if all_fields else -1], root, all_fields=all_fields)
    if "enum" in part:
        return part["enum"][0]
    if part["type"] == "array":
        return [filled(part["items"], root, all_fields=all_fields)]
    if part["type"] == "object":
        names = part["properties"] if all_fields else part.get("required", [])
        return {name: filled(part["properties"][name], root, all_fields=all_fields) for name in names}
    return _FILLED[part.get("format", part["type"])]


@every_event
def test_the_golden_schema_is_what_the_code_says(event: type[Event]) -> None:
    golden = (GOLDEN / file_name(event)).read_text(encoding="utf-8")
    assert golden == rendered(event), "契约已变，请执行 make schemas 并在 CHANGELOG 说明 / run `make schemas`"


@every_event
def test_the_code_still_keeps_what_the_golden_schema_promised(event: type[Event]) -> None:
    assert breaks(json.loads((GOLDEN / file_name(event)).read_text(encoding="utf-8")), schema_of(event)) == []


def test_no_golden_schema_is_left_of_an_event_that_is_gone() -> None:
    assert {path.name for path in GOLDEN.glob("*.json")} == {file_name(event) for event in EVENTS.values()}


@every_event
@pytest.mark.parametrize("all_fields", [True, False], ids=["whole", "required-only"])
def test_an_event_survives_the_journey_and_fits_its_schema(event: type[Event], all_fields: bool) -> None:  # noqa: FBT001 - a parameter of the test
    schema = schema_of(event)
    document = filled(schema, schema, all_fields=all_fields)
    message = msgspec.json.decode(json.dumps(document), type=event)
    sent = msgspec.json.encode(message)
    assert msgspec.json.decode(sent, type=event) == message
    jsonschema.Draft202012Validator(schema).validate(json.loads(sent))
    assert message.aggregate
    assert message.holder.id_no


@every_event
def test_a_reader_ignores_what_a_later_producer_adds(event: type[Event]) -> None:
    schema = schema_of(event)
    document = filled(schema, schema, all_fields=True)
    later = json.dumps({**document, "added_in_a_later_version": {"x": 1}})
    assert msgspec.json.decode(later, type=event) == msgspec.json.decode(json.dumps(document), type=event)


@every_event
def test_the_schema_names_every_field_of_the_event(event: type[Event]) -> None:
    hints = set(get_type_hints(event)) - {"fact", "generation"}
    assert set(schema_of(event)["$defs"][event.__name__]["properties"]) == hints


def _grade() -> dict[str, Any]:
    return deepcopy(schema_of(EVENTS["cn.shenguan.credit.grade.changed.v1"]))


def _fields(schema: dict[str, Any], name: str = "GradeChanged") -> dict[str, Any]:
    properties: dict[str, Any] = schema["$defs"][name]["properties"]
    return properties


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: _fields(s).pop("score"), "/score: removed"),
        (lambda s: _fields(s, "Reason").pop("points"), "/points: removed"),
        (lambda s: s["$defs"]["GradeChanged"]["required"].append("reasons"), "/reasons: made required"),
        (lambda s: _fields(s)["score"].update(type="string"), "/score: type changed"),
        (lambda s: _fields(s)["assessed_on"].update(format="date-time"), "/assessed_on: type changed"),
        (lambda s: s["$defs"]["Grade"]["enum"].remove("D"), "value 'D' removed"),
        (lambda s: _fields(s)["previous"]["anyOf"].pop(), "/previous: type changed"),
        (lambda s: _fields(s)["reasons"].update(items={"type": "string"}), "type changed"),
    ],
)
def test_what_breaks_a_reader_is_noticed(change: Callable[[dict[str, Any]], object], said: str) -> None:
    broken = _grade()
    change(broken)
    assert any(said in fault for fault in breaks(_grade(), broken)), breaks(_grade(), broken)


def test_what_only_adds_is_allowed() -> None:
    richer = _grade()
    _fields(richer)["note"] = {"type": "string", "default": ""}
    richer["$defs"]["Grade"]["enum"].append("E")
    _fields(richer)["score"]["description"] = "得分"
    assert breaks(_grade(), richer) == []


def test_the_generator_writes_the_golden_files_and_refuses_to_overwrite_a_promise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(str(tmp_path)) == 0
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {
        p.name: p.read_bytes() for p in GOLDEN.glob("*.json")
    }
    promised = tmp_path / "cn.shenguan.credit.grade.changed.v1.json"
    richer = _grade()
    _fields(richer)["note"] = {"type": "string"}
    text = json.dumps(richer)
    promised.write_text(text, encoding="utf-8")
    assert main(str(tmp_path)) == 1
    assert "/note: removed" in capsys.readouterr().err
    assert promised.read_text(encoding="utf-8") == text
