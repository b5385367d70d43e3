"""What the pages know of plans and draws is what supervision says, and a pool is read as it was hashed."""

import json
from pathlib import Path

from console.web import plans
from console.web.draws import pool_of
from console.web.words import WORDS
from kernel.role import Role
from supervision.domain.draws.ceremony import DrawState
from supervision.domain.plans import PlanState
from supervision.domain.plans.words import PlanAct

RECEIPT = Path(__file__).parents[3] / "examples" / "draw" / "receipt.json"


def test_states_and_acts_have_words() -> None:
    assert {f"draw:{state}" for state in DrawState} <= WORDS.keys()
    assert {f"plan:{state}" for state in PlanState} <= WORDS.keys()
    assert {f"plan:{act}" for act in PlanAct} <= WORDS.keys()
    assert {state for state, _, _ in plans.VERBS.values()} <= set(PlanState)


def test_the_office_alone_files() -> None:
    assert plans.offered("DRAFT", [Role.SUPERVISOR]) == ["submit"]
    assert plans.offered("SUBMITTED", [Role.SUPERVISOR]) == []
    assert plans.offered("SUBMITTED", [Role.LINKAGE_OFFICE]) == ["send-back", "file"]
    assert plans.offered("FILED", [Role.LINKAGE_OFFICE]) == []


def test_a_pool_says_who_and_what_may_be_drawn() -> None:
    pool = pool_of(json.loads(RECEIPT.read_text(encoding="utf-8"))["pool"])
    assert (pool["inspectors"], pool["certain"], sum(pool["classes"].values())) == (8, 2, 38)
    assert pool["quota"] == {"A": 1, "B": 1, "C": 1, "D": 1}
    assert ("ZF02", "shenpi:示例店07") in pool["recusals"]
