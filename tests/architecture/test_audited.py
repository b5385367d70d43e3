"""Business is written through one door, which leaves an audit entry; what opens transactions besides says why."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOOR = "shared/chassis/transaction.py"
BESIDES = {
    "services/console/store/read_model.py": "reads; what it writes goes through the door",
    "services/credit/store/snapshots.py": "reads",
    "shared/chassis/audit/log.py": "writes entries itself",
    "shared/chassis/audit/sequencer.py": "chains entries",
    "shared/chassis/audit/verify.py": "reads",
    "shared/chassis/hooks/deliverer.py": "what became of a delivery, which has rows of its own",
    "shared/chassis/migrations.py": "the owner's",
    "shared/chassis/notices/queue.py": "what became of a delivery, which has rows of its own",
    "shared/chassis/ops_api.py": "reads",
    "shared/chassis/owner.py": "the owner's",
    "shared/chassis/partitions.py": "the owner's",
    "shared/chassis/reconciler.py": "reads, and queues again what the log holds",
    "shared/chassis/resealing.py": "seals the same text with the active key",
    "shared/chassis/relay.py": "moves pointers of what the log holds",
    "shared/chassis/resending.py": "reads",
}
"""File → what its transactions are for; a new one needs a reason, or goes through the door."""


def opening(source: str) -> bool:
    """Whether a module opens transactions on a connection of its own."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (node.func.attr == "transaction" or ast.unparse(node.func) == "engine.begin")
        for node in ast.walk(ast.parse(source))
    )


def test_only_the_door_and_what_says_why_open_transactions() -> None:
    sources = [*ROOT.glob("services/**/*.py"), *ROOT.glob("shared/chassis/**/*.py")]
    found = {str(path.relative_to(ROOT)) for path in sources if opening(path.read_text(encoding="utf-8"))}
    assert found == {DOOR, *BESIDES}


def test_the_search_finds_a_transaction() -> None:
    assert opening("async def f(c):\n    async with c.transaction():\n        pass\n")
    assert not opening("async def f(t):\n    async with t.begin() as tx:\n        pass\n")
