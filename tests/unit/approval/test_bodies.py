"""The two readers of a case, pydantic for one and msgspec for many, take the same documents to the same meaning."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from approval.api.bodies import CaseBody, decode_case
from kernel.refusal import Refusal

SOUND: dict[str, Any] = {
    "source_system": "unit",
    "case_id": " C1 ",
    "revision": 1,
    "kind": "NEW",
    "item_code": "1006",
    "region": "640202",
    "decided_on": "2026-03-01",
    "valid_from": None,
    "valid_to": "2027-03-01",
    "commitment": False,
    "existing": True,
    "licence_no": "",
    "subject": {"id_type": "111", "id_no": "6402 0219", "name": "张"},
    "object": {"object_no": "O1", "name": "面馆", "address": ""},
}


def with_change(path: str, value: Any) -> bytes:
    document = json.loads(json.dumps(SOUND))
    *way, last = path.split(".")
    place = document
    for step in way:
        place = place[step]
    place[last] = value
    return json.dumps(document).encode()


def test_both_readers_agree_on_a_sound_document() -> None:
    line = json.dumps(SOUND).encode()
    command = decode_case(line)
    assert command == CaseBody.model_validate_json(line).command()
    assert (command.statement.case_id, command.statement.subject.id_no) == ("C1", "64020219")


@pytest.mark.parametrize(
    ("path", "value", "pointer"),
    [
        ("colour", "red", ""),
        ("subject.colour", "red", "/subject"),
        ("revision", "1", "/revision"),
        ("revision", True, "/revision"),
        ("commitment", 1, "/commitment"),
        ("existing", "true", "/existing"),
        ("kind", "SELL", "/kind"),
        ("subject.kind", "ROBOT", "/subject/kind"),
        ("decided_on", "2026-02-30", "/decided_on"),
        ("decided_on", "1767225600", "/decided_on"),
        ("by_deceit", "true", "/by_deceit"),
        ("decided_on", "2026-03-01T00:00:00", "/decided_on"),
        ("decided_on", 1772000000, "/decided_on"),
        ("decided_on", None, "/decided_on"),
        ("case_id", None, "/case_id"),
        ("subject", None, "/subject"),
        ("object", [], "/object"),
        ("subject.id_no", "1" * 101, "/subject/id_no"),
    ],
)
def test_both_readers_refuse_what_does_not_fit(path: str, value: Any, pointer: str) -> None:
    line = with_change(path, value)
    with pytest.raises(Refusal) as caught:
        decode_case(line)
    assert [fault.pointer for fault in caught.value.faults] == [pointer]
    with pytest.raises(ValidationError):
        CaseBody.model_validate_json(line)


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{}", b"\x00"])
def test_what_is_no_case_at_all_is_refused(line: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        decode_case(line)
    assert caught.value.code == "invalid-content"


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("2026-03-01") | st.just("NEW")


@given(st.fixed_dictionaries({}, optional={**dict.fromkeys(SOUND, SCALARS), "more": SCALARS}))
def test_the_readers_never_disagree(change: dict[str, Any]) -> None:
    line = json.dumps(SOUND | change).encode()
    try:
        one = CaseBody.model_validate_json(line).command()
    except ValidationError:
        with pytest.raises(Refusal):
            decode_case(line)
    else:
        assert decode_case(line) == one
