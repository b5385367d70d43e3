"""A verb with its few keys becomes one whole request; what was said before is not said again."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from ops.scenario.asking import Asking, StepFailed
from ops.scenario.requests import Requests
from ops.scenario.settle import settle, under_way, unwell
from ops.scenario.statement import Statements
from ops.scenario.table import VERBS
from ops.scenario.workdays import after_workdays

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
TASKS = [
    {"task_id": "t1", "case_id": "A1", "object_no": "O1", "department": "X", "state": "CLOSED"},
    {"task_id": "t2", "case_id": "A1", "object_no": "O1", "department": "X", "state": "CLAIMED"},
    {"task_id": "t3", "case_id": "A2", "object_no": "O2", "department": "X", "state": "CLAIMED"},
    {"task_id": "t4", "case_id": "A2", "object_no": "O2", "department": "Y", "state": "CLAIMED"},
]
LISTS = {"/api/v1/tasks": TASKS, "/api/v1/inspectors": [{"code": "b"}, {"code": "a"}, {"code": "c"}]}


class Heard:
    """A stand-in for the services that remembers what it was sent."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response] | None = None) -> None:
        self.requests: list[httpx.Request] = []
        self._answer = answer or self._usual
        self.asking = Asking(
            httpx.AsyncClient(transport=httpx.MockTransport(self)), {"approval": "http://a", "supervision": "http://s"}
        )

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            self.requests.append(request)
        return self._answer(request)

    def _usual(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={"items": LISTS[request.url.path], "next": None})
        return httpx.Response(201, json={})

    async def sent(self, verb: str, **said: Any) -> tuple[str, Any]:
        await Requests(self.asking, Path()).send(VERBS[verb], said, NOON)
        request = self.requests[-1]
        return f"{request.method} {request.url.path}", json.loads(request.content) if request.content else None


async def test_a_decision_is_whole() -> None:
    path, body = await Heard().sent("decide", case="A1", item="I", subject={"uscc": "U", "name": "N"}, object="O1")
    assert path == "POST /api/v1/cases"
    assert body == {
        "source_system": "scenario",
        "case_id": "A1",
        "revision": 1,
        "kind": "NEW",
        "item_code": "I",
        "region": "640202",
        "decided_on": "2026-03-02",
        "commitment": False,
        "existing": False,
        "subject": {"id_type": "001", "id_no": "U", "name": "N"},
        "object": {"object_no": "O1", "name": "O1", "address": "O1"},
    }


def test_a_later_decision_on_the_object_says_only_what_is_new() -> None:
    said = Statements()
    said.body({"case_id": "A1", "object": "O1", "item_code": "I", "subject": {"id_no": "U"}, "address": "R"})
    later = said.body({"case_id": "A2", "object": "O1", "kind": "REVOKE"})
    assert (later["kind"], later["item_code"], later["subject"], later["object"]["address"]) == (
        "REVOKE",
        "I",
        {"id_no": "U"},
        "R",
    )
    assert later["revision"] == 1


def test_a_correction_is_the_next_revision_of_its_case() -> None:
    said = Statements()
    first = said.body({"case_id": "A1", "object": "O1", "item_code": "I", "decided_on": "2026-03-02"})
    assert said.body({"case_id": "A1", "item_code": "J"}, correction=True) == first | {"item_code": "J", "revision": 2}


async def test_a_verb_on_a_task_means_the_open_one() -> None:
    assert await Heard().sent("claim", case="A1", by="b") == ("POST /api/v1/tasks/t2:claim", {"inspector": "b"})


async def test_what_is_left_out_stands_at_its_default() -> None:
    _, body = await Heard().sent("conclude", case="A1", result="FAIL", lines={"1": "FAIL"}, findings={"1": "CRITICAL"})
    assert body == {
        "inspection_no": "J-1",
        "inspected_on": "2026-03-02",
        "inspectors": ["a", "b"],
        "result": "FAIL",
        "lines": [{"code": "1", "result": "FAIL"}],
        "findings": [{"line_code": "1", "severity": "CRITICAL"}],
    }


async def test_several_tasks_are_told_apart_by_more_keys() -> None:
    heard = Heard()
    with pytest.raises(StepFailed, match="2 are meant"):
        await heard.sent("claim", case="A2")
    assert (await heard.sent("claim", case="A2", department="Y"))[0] == "POST /api/v1/tasks/t4:claim"


async def test_a_task_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(StepFailed, match="case: A1"):
        await Heard().sent("claim", case="A9")


async def test_a_whole_decision_travels_inside_an_answer() -> None:
    heard = Heard(lambda _: httpx.Response(200, json={"items": [{"feedback_id": "f", "case_id": "A1"}], "next": None}))
    said = {"case": "A1", "accepted": True, "by": "p", "decision": {"case": "A2", "kind": "REVOKE", "object": "O1"}}
    path, body = await heard.sent("answer", **said)
    assert path == "POST /api/v1/feedback/f:answer"
    assert (body["accepted"], body["by"], body["case"]["case_id"], body["case"]["kind"]) == (True, "p", "A2", "REVOKE")


async def test_a_refusal_is_an_answer_with_its_code_and_faults() -> None:
    problem = {
        "type": "urn:shenguan:problem:invalid-content",
        "title": "有误",
        "title_en": "not valid",
        "errors": [{"pointer": "/by", "zh": "未知", "en": "unknown"}],
    }
    heard = Heard(lambda _: httpx.Response(422, json=problem))
    answer = await heard.asking.send("approval", "POST", "/x", b"{}")
    assert answer.refusal == "invalid-content"
    assert "/by 未知 unknown" in answer.said


async def test_what_is_refused_for_a_moment_is_sent_again() -> None:
    answers = iter(
        [httpx.Response(409, json={"type": "x:object-behind", "retryable": True}), httpx.Response(201, json={})]
    )
    heard = Heard(lambda _: next(answers))
    assert (await heard.asking.send("approval", "POST", "/x", b"{}")).refusal == ""
    assert len(heard.requests) == 2


async def test_a_list_that_does_not_exist_is_no_empty_list() -> None:
    heard = Heard(lambda _: httpx.Response(404, json={}))
    with pytest.raises(StepFailed, match="did not give /api/v1/alerts"):
        await heard.asking.every("supervision", "/api/v1/alerts")


QUIET: dict[str, Any] = {"service": "x", "outbox_pending": 0, "durables": [], "dead_letters": 0, "outbox_isolated": 0}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, []),
        ({"outbox_pending": 2}, ["x outbox_pending 2"]),
        ({"due": 1}, ["x due 1"]),
        ({"durables": [{"durable": "d", "pending": 1, "ack_pending": 0}]}, ["x d 1+0"]),
        ({"durables": [{"durable": "d", "pending": -1, "ack_pending": -1}]}, ["x d -1+-1"]),
    ],
)
def test_what_is_under_way_is_named(change: dict[str, Any], told: list[str]) -> None:
    assert under_way(QUIET | change) == told


async def test_quiet_means_twice_in_a_row() -> None:
    statuses = iter([0, 1, 0, 0])
    heard = Heard(lambda _: httpx.Response(200, json=QUIET | {"outbox_pending": next(statuses)}))
    heard.asking = Asking(httpx.AsyncClient(transport=httpx.MockTransport(heard)), {"approval": "http://a"})
    await settle(heard.asking)
    assert next(statuses, None) is None


def test_dead_letters_are_unwell() -> None:
    assert unwell(QUIET) == []
    assert unwell(QUIET | {"dead_letters": 1}) == ["x dead_letters 1"]


async def test_the_calendar_of_approval_counts_working_days() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, json={"due_on": "2026-03-10"})

    heard = Heard(answer)
    assert await after_workdays(heard.asking, NOON, 6) == datetime(2026, 3, 10, 4, tzinfo=UTC)
    assert asked == ["http://a/api/v1/deadline-count?from=2026-03-02&limit=6wd"]
    assert await after_workdays(heard.asking, NOON, 0) == NOON


async def test_without_a_calendar_no_working_days_are_counted() -> None:
    with pytest.raises(StepFailed, match="keeps no calendar"):
        await after_workdays(Heard(lambda _: httpx.Response(404, json={})).asking, NOON, 1)
