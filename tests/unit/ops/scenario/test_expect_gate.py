"""Every entry about the gate is a question of its own; what the gate refuses is told, not passed over."""

import json

import httpx
import pytest

from ops.scenario.asking import Asking, StepFailed
from ops.scenario.expect_gate import GATE
from ops.scenario.matching import Row, differences

ASKED = (
    {"uscc": "U1", "item": "I", "on": "2027-03-02", "answer": "REFUSE", "reasons": ["a", "b"]},
    {"id_type": "111", "id_no": "P1", "item": "I", "answer": "ALLOW", "reasons": []},
)
REASONS = {"U1": [{"code": "b"}, {"code": "a"}], "P1": []}


class Gate:
    """Answers like the gate and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, object]] = []
        self.asking = Asking(httpx.AsyncClient(transport=httpx.MockTransport(self)), {"approval": "http://a"})

    def __call__(self, request: httpx.Request) -> httpx.Response:
        question = json.loads(request.content)
        self.asked.append(question)
        assert f"{request.method} {request.url.path}" == "POST /api/v1/gate"
        if question["item"] != "I":
            return httpx.Response(404, json={"type": "urn:shenguan:problem:item-unknown", "title": "没有该事项"})
        reasons = REASONS[question["id_no"]]
        answer = "REFUSE" if reasons else "ALLOW"
        return httpx.Response(200, json={"answer": answer, "reasons": reasons, "grade": None, "on": question["on"]})


async def seen(gate: Gate, *entries: Row) -> list[str]:
    rows = await GATE.rows(gate.asking, entries)
    return [difference.en for difference in differences(entries, rows, GATE.selecting)]


async def test_every_entry_is_asked_as_it_is_written() -> None:
    gate = Gate()
    assert await seen(gate, *ASKED) == []
    assert [(each["id_type"], each["id_no"], each["item"], each["on"]) for each in gate.asked] == [
        *(("001", "U1", "I", "2027-03-02"), ("111", "P1", "I", None)),
    ]


async def test_another_answer_and_a_reason_more_or_less_are_differences() -> None:
    first, second = ASKED
    assert await seen(Gate(), first | {"answer": "ALLOW"}) == ["answer: expected ALLOW, found REFUSE"]
    assert await seen(Gate(), first | {"reasons": ["a"]}) == ["reasons: expected [a], found [a, b]"]
    assert await seen(Gate(), second | {"reasons": ["a"]}) == ["reasons: expected [a], found []"]


async def test_a_question_that_is_refused_is_told_with_its_code() -> None:
    with pytest.raises(StepFailed, match="item-unknown"):
        await seen(Gate(), ASKED[0] | {"item": "X"})
