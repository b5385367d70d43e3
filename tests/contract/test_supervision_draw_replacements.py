"""Officers who were drawn and cannot go, in both works of supervision: replaced by a draw of its own, never by choice."""

import asyncio
import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from contracts.draws import DrawReplaced
from kernel.refusal import Refusal
from supervision import handlers
from supervision.domain.draws.replacement import ReplaceOfficer
from supervision.domain.verbs import HandOver
from tests.contract.test_supervision_draws import (
    PREPARE,
    assigning,
    empty_store,
    kept,
    open_on,
    ran,
    sql_store,
    store,
    told,
)
from tests.contract.test_supervision_store import Store, one, seen
from tests.fakes.draws import SCRIPT
from tests.fakes.officers import declaring

__all__ = ["empty_store", "sql_store", "store"]


def replacing(number: str, officer: str, **changes: Any) -> ReplaceOfficer:
    plain = {"draw_no": "D-1", "by": "clerk-1", "witness": "clerk-2", "department": "DEMO-FOOD", "reason": "近亲属经营"}
    return ReplaceOfficer(**plain | {"source_system": "chicago", "object_no": number, "officer": officer} | changes)


async def test_who_has_to_stand_aside_after_the_draw_is_replaced_by_a_draw_of_its_own(
    store: Store, tmp_path: Path
) -> None:
    number, *_ = await ran(store)
    sent = await one(store, handlers.assign_drawn, assigning(number))
    lead, second = sent.officers["DEMO-FOOD"]
    others = [f"orange-{n}" for n in range(1, 6) if f"orange-{n}" not in {lead, second}]
    await one(store, handlers.declare_conflict, declaring(others[0], object_no=number))
    made, again = await one(store, handlers.replace_officer, replacing(number, lead))
    assert (made.number, made.officer, made.successor in others[1:], again) == (1, lead, True, False)
    look = assigning(number)
    found = await seen(store, look, lambda work: work.draws.assignment("D-1", "chicago", number))
    assert found.officers == {"DEMO-FOOD": (made.successor, second)}
    (task,) = (each for each in await seen(store, look, partial(open_on, number)) if each.draw_no)
    assert (task.crew, task.claimed_by) == ((made.successor, second), made.successor)
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(made.receipt), encoding="utf-8")
    check = await asyncio.to_thread(subprocess.run, [sys.executable, str(SCRIPT), str(file)], capture_output=True)
    assert check.returncode == 0
    assert made.receipt["secret"] == (await kept(store))[0].secret
    (event,) = await told(store, DrawReplaced)
    assert (event.officer, event.successor, event.number) == (lead, made.successor, 1)

    repeated, again = await one(store, handlers.replace_officer, replacing(number, lead))
    assert (repeated.successor, again) == (made.successor, True)
    for command, code in (
        (replacing(number, lead, reason="另一原因"), "officer-not-drawn"),
        (replacing(number, second, witness="clerk-1"), "second-person-needed"),
        (replacing("ELSEWHERE", second), "object-not-assigned"),
        (replacing(number, second, draw_no="D-9"), "not-found"),
    ):
        with pytest.raises(Refusal, match=code):
            await one(store, handlers.replace_officer, command)
    last, _ = await one(store, handlers.replace_officer, replacing(number, second))
    assert {last.successor} == {*others[1:]} - {made.successor}
    with pytest.raises(Refusal, match="not-enough-inspectors"):
        await one(store, handlers.replace_officer, replacing(number, made.successor))


async def test_a_drawn_task_is_not_handed_to_whom_somebody_likes(store: Store) -> None:
    number, *_ = await ran(store)
    sent = await one(store, handlers.assign_drawn, assigning(number))
    giver, *_ = sent.officers["DEMO-FOOD"]
    tasks = (sent.tasks["DEMO-FOOD"],)
    command = HandOver(giver=giver, taker="orange-9", departments=False, reason="调换", by="chief", tasks=tasks)
    assert (await one(store, handlers.hand_over, command)).stayed == {tasks[0]: "drawn-officers"}


async def test_nobody_is_replaced_before_the_draw_was_run(store: Store) -> None:
    await one(store, handlers.prepare_draw, PREPARE)
    with pytest.raises(Refusal, match="draw-not-run"):
        await one(store, handlers.replace_officer, replacing("O1", "orange-1"))
