"""The replay keeps order, resumes anywhere and loses nothing, on a model of the services without a network."""

from collections import Counter
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import httpx
import msgspec
import pytest

from ops.failure import CannotRun
from ops.replay import sender as sending
from ops.replay.checklist import DRAFTER, PUBLISHER
from ops.replay.chicago import Story, read
from ops.replay.driver import Driver, chapters
from ops.replay.sender import Line, Sender, waves

URLS = {name: f"http://{name}" for name in ("approval", "supervision", "credit")}
START = "2012-01-04T01:00:00+00:00"


class Stopped(Exception):  # noqa: N818 - it stands for kill -9 of the replay itself
    """The replay was killed."""


class ModelStack(httpx.AsyncBaseTransport):
    """Three services in one dictionary: they go away, fall behind and answer half, as real ones do under kill -9."""

    def __init__(self, *, trouble: float = 0.0, stop_after: int | None = None) -> None:
        self.cases: dict[str, tuple[dict[str, Any], int]] = {}
        self.inspections: dict[str, dict[str, Any]] = {}
        self.applied: Counter[str] = Counter()
        self.open: set[str] = set()
        self.figures: Counter[str] = Counter()
        self.registered: dict[str, list[dict[str, Any]]] = {}
        self.catalogue: tuple[str, str] | None = None
        self.clocks: dict[str, datetime] = {}
        self.trouble, self.stop_after = trouble, stop_after
        self._random = Random(7)  # noqa: S311 - trouble that every run repeats
        self._versions: Counter[str] = Counter()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, or be in trouble."""
        if self.stop_after is not None:
            self.stop_after -= 1
            if self.stop_after < 0:
                raise Stopped
        if self._random.random() < self.trouble:
            raise httpx.ConnectError("restarting")
        if self._random.random() < self.trouble:
            return httpx.Response(503)
        answer = self._answer(request.url.host, request.url.path, request.content)
        if self._random.random() < self.trouble and isinstance(answer, list):
            answer = answer[: len(answer) // 2]
        if isinstance(answer, list):
            return httpx.Response(200, content=b"".join(msgspec.json.encode(line) + b"\n" for line in answer))
        return httpx.Response(200, content=msgspec.json.encode(answer))

    def _answer(self, service: str, path: str, body: bytes) -> object:
        lines = [msgspec.json.decode(line) for line in body.splitlines()]
        match path:
            case "/ops/v1/clock" if body:
                to = datetime.fromisoformat(lines[0]["now"])
                assert service not in self.clocks or to >= self.clocks[service]
                self.clocks[service] = to
                return {}
            case "/ops/v1/clock":
                moved = self.clocks.get(service)
                return {"now": moved.isoformat() if moved else START, "moved": moved is not None}
            case "/ops/v1/ledger":
                keys = [f"chicago:{case}:1" for case in self.cases]
                return [{"set": "decisions", "side": "cause", "key": key} for key in keys]
            case "/api/v1/cases:batch":
                return [self._decide(line) for line in lines]
            case "/api/v1/inspections:batch":
                return [self._inspect(line) for line in lines]
            case _:
                published = path.startswith("/api/v1/catalogue-versions")
                return self._publish(path, lines[0]) if published else self._register(path, lines)

    def _register(self, path: str, lines: list[dict[str, Any]]) -> list[dict[str, int]]:
        self.registered[path] = lines
        return [{"status": 201} for _ in lines]

    def _publish(self, path: str, document: dict[str, Any]) -> dict[str, str]:
        """Two persons: what comes after a draft depends on where the version stands."""
        _, _, verb = path.partition(":")
        state, drafter = self.catalogue or ("", document["by"])
        after = {"": "DRAFT", "submit": "SUBMITTED", "publish": "PUBLISHED"}[verb]
        assert (verb, state) in {("", state), ("submit", "DRAFT"), ("publish", "SUBMITTED")}
        assert verb != "publish" or document["by"] != drafter
        self.catalogue = (after if verb or not state else state, drafter)
        return {"state": self.catalogue[0]}

    def _decide(self, case: dict[str, Any]) -> dict[str, Any]:
        key, place = case["case_id"], case["object"]["object_no"]
        known = key in self.cases
        if not known:
            self._versions[place] += 1
            self.cases[key] = (case, self._versions[place])
        stored, version = self.cases[key]
        assert stored == case
        return {"status": 200 if known else 201, "object_version": version, "duplicate": known}

    def _inspect(self, line: dict[str, Any]) -> dict[str, Any]:
        number, place = line["inspection_no"], line["object_no"]
        if number in self.inspections:
            assert self.inspections[number] == line
            return {"status": 200, "duplicate": True}
        if (line["object_version"] or 0) > self.applied[place]:
            self._apply_next(place)
            problem = {"type": "urn:shenguan:problem:object-behind", "retryable": True}
            return {"status": 409, "problem": problem}
        self.inspections[number] = line
        self.figures["ad_hoc"] += place not in self.open
        self.figures["orphans"] += not self.applied[place]
        self.open.discard(place)
        return {"status": 201, "duplicate": False}

    def _apply_next(self, place: str) -> None:
        self.applied[place] += 1
        due = next(c for c, v in self.cases.values() if c["object"]["object_no"] == place and v == self.applied[place])
        if due["kind"] in {"CANCEL", "REVOKE"}:
            self.figures["cancelled"] += place in self.open
            self.open.discard(place)
        else:
            self.figures["joined"] += place in self.open
            self.open.add(place)

    def drain(self) -> None:
        """Apply what no inspection waited for."""
        for place, version in self._versions.items():
            while self.applied[place] < version:
                self._apply_next(place)


JOINING = {"joined": 20, "ad_hoc": 4, "orphans": 2, "cancelled": 4}


@pytest.fixture(scope="module")
def story() -> Story:
    return read(Path("examples/joining"))


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(sending, "LONGEST_PAUSE", 0.0)
    monkeypatch.setattr(sending.Pauses, "_next", 0.0)


async def send(story: Story, stack: ModelStack) -> Driver:
    async with Sender(URLS, transport=stack) as sender:
        driver = Driver(story, sender, watch=lambda _: None, before_day=lambda _: None)
        await driver.run()
    return driver


async def test_a_replay_joins_20_decisions_and_a_second_one_changes_nothing(story: Story) -> None:
    stack = ModelStack()
    first = await send(story, stack)
    stack.drain()
    second = await send(story, stack)

    assert stack.figures == JOINING
    assert (first.tally.new, first.tally.known, first.tally.refused) == (106, 0, [])
    assert (second.tally.new, second.tally.known, second.tally.refused) == (0, 106, [])
    assert second.clock_ahead == stack.clocks["credit"]


async def test_every_department_and_officer_has_a_name_before_anything_is_about_it(story: Story) -> None:
    stack = ModelStack()
    await send(story, stack)

    departments, *others = stack.registered.values()
    listed = [each for entries in others for each in entries]
    assert {each["department"] for each in listed} == {each["code"] for each in departments}
    assert all(each["name"] and each["name"] != each.get("code") for each in (*departments, *listed))
    assert {DRAFTER, PUBLISHER} <= {each.get("code") for each in listed}


async def test_services_that_go_away_and_answer_half_cost_nothing(story: Story) -> None:
    stack = ModelStack(trouble=0.2)
    driver = await send(story, stack)
    stack.drain()

    assert stack.figures == JOINING
    assert driver.tally.new + driver.tally.known == 106


@pytest.mark.parametrize("requests", [1, 8, 23, 57, 101, 150])
async def test_a_replay_killed_anywhere_is_finished_by_the_next(story: Story, requests: int) -> None:
    stack = ModelStack(stop_after=requests)
    with pytest.raises(Stopped):
        await send(story, stack)
    stack.stop_after = None
    await send(story, stack)
    stack.drain()

    assert stack.figures == JOINING
    assert (len(stack.cases), len(stack.inspections)) == (70, 36)


async def test_every_clock_stands_at_nine_in_china_on_the_last_day(story: Story) -> None:
    stack = ModelStack()
    await send(story, stack)

    last = story.days()[-1].day
    assert {clock.isoformat() for clock in stack.clocks.values()} == {f"{last}T01:00:00+00:00"}


async def test_a_line_refused_for_good_is_told_and_the_rest_goes_on(story: Story) -> None:
    class Strict(ModelStack):
        def _inspect(self, line: dict[str, Any]) -> dict[str, Any]:
            if line["inspection_no"] == "9980003":
                return {"status": 422, "problem": {"type": "urn:shenguan:problem:invalid-content"}}
            return super()._inspect(line)

    stack = Strict()
    driver = await send(story, stack)

    assert len(driver.tally.refused) == 1
    assert driver.tally.refused[0].startswith("9980003:")
    assert len(stack.inspections) == 35


async def test_a_service_that_stays_away_ends_the_replay_with_a_sentence(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "PATIENCE", 0.0)

    with pytest.raises(CannotRun) as reason:
        await send(story, ModelStack(trouble=1.0))

    assert "approval" in reason.value.zh
    assert "approval" in reason.value.en


def test_only_days_whose_decisions_are_all_known_are_the_past(story: Story) -> None:
    days = story.days()
    fresh = list(chapters(days, set()))
    known = {f"chicago:{decision.case_id}:1" for day in days[:3] for decision in day.decisions}
    resumed = list(chapters(days, known))

    assert [len(chapter) for chapter in fresh] == [1] * len(days)
    assert len(resumed[0]) >= 3
    assert [day for chapter in resumed for day in chapter] == days


def test_lines_about_one_object_never_share_a_wave() -> None:
    lines = [Line(place, name, b"") for place, name in (("a", "1"), ("b", "2"), ("a", "3"), ("a", "4"))]

    assert [[line.name for line in wave] for wave in waves(lines)] == [["1", "2"], ["3"], ["4"]]
