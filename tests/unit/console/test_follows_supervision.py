"""What the console knows of supervision's rules by heart is what supervision's own tables say."""

import re
from importlib import import_module

from console.handlers import tasks
from console.web.what_next import ACTIONS
from kernel.inspection import TaskState
from supervision.domain.deadlines import DeadlineKind
from supervision.domain.transitions import TRANSITIONS, Verb
from supervision.handlers.clocks import MEETS, VOIDS

STANDING: str = import_module("console.migrations.versions.0013_counts").STANDING
"""When a card stands: what the column of the read model is made by."""
OF_STATE = {
    kind: TaskState(state) for kind, state in re.findall(r"card_kind = '(\w+)' AND state = '(\w+)' AND", STANDING)
}
"""Kind of limit → the only state in which it runs."""


def test_an_action_is_offered_only_where_supervision_takes_it() -> None:
    for name, action in ACTIONS.items():
        assert {TaskState(state) for state in action.states} <= set(TRANSITIONS[Verb(name)]), name


def test_a_card_stands_only_for_a_limit_there_is() -> None:
    named = re.findall(r"card_kind (?:= '\w+'|IN \([^)]*\))", STANDING)
    kinds = {kind for each in named for kind in re.findall(r"'(\w+)'", each)}
    assert {*OF_STATE, "FIRST_CHECK", "FEEDBACK"} < kinds <= {kind.value for kind in DeadlineKind}


def test_a_limit_of_one_state_ends_when_the_task_leaves_it() -> None:
    """Every verb that meets or voids such a limit leads out of the state, or ends the task."""
    for kind, state in OF_STATE.items():
        ending = {verb for table in (MEETS, VOIDS) for verb, kinds in table.items() if DeadlineKind(kind) in kinds}
        staying = {verb for verb in ending if set(TRANSITIONS[verb].get(state, ())) == {state}}
        assert staying == set(), (kind, staying)


def test_every_limit_is_of_claiming_of_concluding_or_of_somebody_else() -> None:
    elsewhere = {"ROUTE", "ARBITRATION", "PUBLICISE", "PUT_RIGHT"}
    assert {kind.value for kind in DeadlineKind} == elsewhere | tasks._MISSED.keys()
