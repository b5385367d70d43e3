"""Signatures as they are filled in: what goes to supervision, and what is said when something is missing."""

from base64 import b64encode
from hashlib import sha256

import pytest
from starlette.datastructures import FormData

from console.web.forms import Typed
from console.web.signing import DRAWING, signatures
from kernel.refusal import Refusal

PNG = b"\x89PNG\r\n\x1a\n" + b"stroke"
PICTURE = DRAWING + b64encode(PNG).decode()
ME = ("inspectors", "SCJG-03")


def typed(*fields: tuple[str, str]) -> Typed:
    return Typed(FormData(list(fields)))


def test_nobody_has_to_sign_here() -> None:
    assert signatures(typed(ME), "SCJG-03") == []


def test_a_drawing_is_known_by_the_hash_of_its_picture() -> None:
    (officer,) = signatures(typed(ME, ("sign:officer", "DRAWN"), ("picture:officer", PICTURE)), "SCJG-03")
    body = officer.body("JC-1")
    assert (body["role"], body["code"], body["name"]) == ("OFFICER", "SCJG-03", "")
    assert (body["inspection_no"], body["evidence"]) == ("JC-1", sha256(PNG).hexdigest())
    assert (body["on_paper"], body["refused"]) == (False, False)


def test_the_party_signs_on_paper_or_refuses_with_a_reason() -> None:
    (paper,) = signatures(typed(("sign:party", "PAPER"), ("name:party", "王示例")), "SCJG-03")
    assert (paper.body("1")["name"], paper.body("1")["on_paper"], paper.body("1")["evidence"]) == ("王示例", True, "")
    (refused,) = signatures(typed(("sign:party", "REFUSED"), ("refusal:party", "对结果有异议")), "SCJG-03")
    assert (refused.body("1")["refused"], refused.body("1")["reason"]) == (True, "对结果有异议")


def test_a_drawing_left_behind_is_not_sent_when_another_way_was_chosen() -> None:
    fields = (("sign:party", "PAPER"), ("name:party", "王示例"), ("picture:party", PICTURE))
    assert signatures(typed(*fields), "SCJG-03")[0].picture == b""


@pytest.mark.parametrize(
    ("fields", "pointers"),
    [
        ([ME, ("sign:officer", "DRAWN")], ["/picture:officer"]),
        ([ME, ("sign:officer", "DRAWN"), ("picture:officer", DRAWING + "no base64!")], ["/picture:officer"]),
        ([ME, ("sign:officer", "DRAWN"), ("picture:officer", DRAWING + "AAAA")], ["/picture:officer"]),
        ([("sign:officer", "PAPER")], ["/inspectors"]),
        ([("sign:party", "PAPER")], ["/name:party"]),
        ([("sign:party", "REFUSED")], ["/refusal:party"]),
    ],
)
def test_what_is_missing_is_said_by_its_field(fields: list[tuple[str, str]], pointers: list[str]) -> None:
    with pytest.raises(Refusal) as said:
        signatures(typed(*fields), "SCJG-03")
    assert [fault.pointer for fault in said.value.faults] == pointers


def test_an_officer_cannot_refuse_and_an_unknown_way_is_none() -> None:
    assert signatures(typed(ME, ("sign:officer", "REFUSED"), ("sign:party", "SUNG")), "SCJG-03") == []
