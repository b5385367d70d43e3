"""The states of a task as a page (任务状态图): drawn from the table of transitions, never by hand.

``python -m supervision.cli.task_states docs/task-states.md`` writes it; a test compares.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from kernel.inspection import TaskState
from supervision.domain.transitions import BY_SYSTEM, TRANSITIONS, ZH, Verb, zh_of

_HEAD = """# 任务状态 / states of a task

由 `services/supervision/domain/transitions.py` 中的表生成，请勿手改：`.venv/bin/python -m supervision.cli.task_states docs/task-states.md`。
Drawn from the table in `services/supervision/domain/transitions.py`; do not edit: run the command above.

每个动作都可能被拒绝：任务已关闭为 `task-not-open`，当前状态不适用为 `verb-not-now`（答复中列出现在可用的动作）。
Every verb can refuse: `task-not-open` when the task has ended, `verb-not-now` otherwise, naming what is possible instead.
"""
_LOOPS = """
## 不改变状态的动作 / verbs that leave the state as it is

| 状态 state | 动作 verbs |
|---|---|
"""
_POSSIBLE = """
## 每个状态下可用的动作 / what is possible in each state

`auto_claim`、`cancel`、`narrow` 由系统执行；`conclude` 是检查并办结的一次性报送。
`auto_claim`, `cancel` and `narrow` are the system's; `conclude` reports an inspection and closes in one.

| 状态 state | 动作 verbs |
|---|---|
"""


def page() -> str:
    """The page: a mermaid diagram and two tables."""
    return "".join([_HEAD, "\n```mermaid\n", *_diagram(), "```\n", _LOOPS, *_loops(), _POSSIBLE, *_possible()])


def _diagram() -> Iterator[str]:
    yield "stateDiagram-v2\n"
    for state in TaskState:
        yield f'  state "{ZH[state]} {state.value}" as {state.value}\n'
    yield f"  [*] --> {TaskState.PENDING_CLAIM.value}\n"
    for before in TaskState:
        for after in TaskState:
            verbs = [verb for verb in _leading(before, after) if verb is not Verb.CANCEL]
            if verbs and before is not after:
                yield f"  {before.value} --> {after.value}: {'、'.join(zh_of(verb) for verb in verbs)}\n"
    kept = [state for state in TaskState if state.open and state not in TRANSITIONS[Verb.CANCEL]]
    zh, en = "、".join(ZH[state] for state in kept), ", ".join(state.value for state in kept)
    yield f"  note right of {TaskState.CANCELLED.value}: 除{zh}外，未办结均可撤销 / from every open state but {en}\n"
    for state in TaskState:
        if not state.open:
            yield f"  {state.value} --> [*]\n"


def _loops() -> Iterator[str]:
    for state in TaskState:
        if verbs := list(_leading(state, state)):
            yield f"| {ZH[state]} `{state.value}` | {_named(verbs)} |\n"


def _possible() -> Iterator[str]:
    for state in TaskState:
        verbs = [verb for verb, moves in TRANSITIONS.items() if state in moves]
        people = [verb for verb in verbs if verb not in BY_SYSTEM]
        system = [verb for verb in verbs if verb in BY_SYSTEM]
        told = _named(people) + (f"；{_named(system)}" if system else "")
        yield f"| {ZH[state]} `{state.value}` | {told or '—'} |\n"


def _leading(before: TaskState, after: TaskState) -> Iterator[Verb]:
    return (verb for verb, moves in TRANSITIONS.items() if after in moves.get(before, ()))


def _named(verbs: list[Verb]) -> str:
    return "，".join(f"{zh_of(verb)} `{verb.value}`" for verb in verbs)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
