"""The list of events is what the code says: every event, its speaker, its listeners and its schema."""

from pathlib import Path

import pytest

from contracts.event import Event, speaker
from contracts.event_list import chinese, listeners, main, rendered
from contracts.supervision import InspectionConcluded
from contracts.topology import EVENTS, LISTENS, STREAMS, stream_of

GOLDEN = Path(__file__).parents[2] / "docs" / "events.md"


def test_the_page_is_what_the_code_says() -> None:
    assert GOLDEN.read_text(encoding="utf-8") == rendered(), "事件已变，请执行 make schemas / run `make schemas`"


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    page = tmp_path / "events.md"
    assert main(str(page)) == 0
    assert page.read_text(encoding="utf-8") == rendered()


def test_every_event_has_its_own_line_with_a_schema_that_is_there() -> None:
    lines = rendered().splitlines()
    for kind, event in EVENTS.items():
        (line,) = [line for line in lines if line.startswith(f"| `{event.fact}` |")]
        assert f"(schemas/{kind}.json)" in line
        assert (GOLDEN.parent / "schemas" / f"{kind}.json").is_file()


def test_every_listener_of_the_topology_is_told() -> None:
    told = {(service, event) for event in EVENTS.values() for service in listeners(event)}
    assert told == {
        (service, event) for service, heard in LISTENS.items() for kinds in heard.values() for event in kinds
    }


def test_every_event_is_told_by_a_service_that_has_a_stream() -> None:
    for event in EVENTS.values():
        assert speaker(event) in LISTENS
        assert f"shenguan.{speaker(event)}.>" in STREAMS[stream_of(speaker(event))]


def test_the_chinese_name_stands_at_the_beginning_of_the_docstring() -> None:
    assert chinese(InspectionConcluded) == "检查已办结"


def test_an_event_without_a_chinese_name_of_its_own_is_refused() -> None:
    class Nameless(InspectionConcluded, frozen=True, kw_only=True):
        pass

    class English(Event, frozen=True, kw_only=True):
        """Something happened."""

    for event in (Nameless, English):
        with pytest.raises(ValueError, match="must begin in Chinese"):
            chinese(event)
