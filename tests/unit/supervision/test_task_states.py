"""The page about the states of a task is the one the table of transitions gives."""

from pathlib import Path

from kernel.inspection import TaskState
from supervision.cli.task_states import page
from supervision.domain.transitions import TRANSITIONS, Verb, zh_of

PAGE = Path(__file__).parents[3] / "docs" / "task-states.md"


def test_the_page_in_docs_is_drawn_from_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m supervision.cli.task_states docs/task-states.md"


def test_every_state_and_verb_is_on_the_page() -> None:
    said = page()
    assert all(state.value in said for state in TaskState)
    assert all(f"{zh_of(verb)} `{verb.value}`" in said for verb in Verb)


def test_what_has_ended_leads_nowhere_but_to_its_feedback() -> None:
    for verb, moves in TRANSITIONS.items():
        for state, to in moves.items():
            if not state.open:
                assert (verb, state, to) == (Verb.FEED_BACK, TaskState.CLOSED, (TaskState.CLOSED,))
