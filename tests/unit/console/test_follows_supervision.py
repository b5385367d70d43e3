"""What the console knows of supervision's rules by heart is what supervision's own tables say."""

from console.handlers import tasks
from console.queries import cards
from console.web.what_next import ACTIONS
from kernel.inspection import TaskState
from supervision.domain.deadlines import DeadlineKind
from supervision.domain.transitions import TRANSITIONS, Verb
from supervision.handlers.clocks import MEETS, VOIDS


def test_an_action_is_offered_only_where_supervision_takes_it() -> None:
    for name, action in ACTIONS.items():
        assert {TaskState(state) for state in action.states} <= set(TRANSITIONS[Verb(name)]), name


def test_a_card_stands_only_for_a_limit_there_is() -> None:
    kinds = {*cards._OF_STATE, *cards._CHECKS, *cards._OTHER}
    assert kinds <= {kind.value for kind in DeadlineKind}


def test_a_limit_of_one_state_ends_when_the_task_leaves_it() -> None:
    """Every verb that meets or voids such a limit leads out of the state, or ends the task."""
    for kind, state in cards._OF_STATE.items():
        ending = {verb for table in (MEETS, VOIDS) for verb, kinds in table.items() if DeadlineKind(kind) in kinds}
        staying = {verb for verb in ending if set(TRANSITIONS[verb].get(state, ())) == {state}}
        assert staying == set(), (kind, staying)


def test_every_limit_is_of_claiming_of_concluding_or_of_somebody_else() -> None:
    elsewhere = {"ROUTE", "ARBITRATION", "PUBLICISE", "PUT_RIGHT"}
    assert {kind.value for kind in DeadlineKind} == elsewhere | tasks._MISSED.keys()
