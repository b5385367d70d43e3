"""对接自测: the example keeps the standard, each broken system is told exactly what it misses, and the document says the same."""

import asyncio

import pytest

from ops.conformance.bench import Pace, Verdict
from ops.conformance.command import document, examined, lines
from ops.conformance.requirements import REQUIREMENTS
from ops.failure import CannotRun
from tests.bureau_faults import FAULTS, served

HURRY = Pace(slow=2, quiet=0.7, patience=30, retry_after=2, quick=2)
AT_ONCE = 18
"""They mostly wait."""


def quiet(_zh: str, _en: str) -> None:
    """Nobody reads the progress of a test."""


async def test_the_example_keeps_every_requirement() -> None:
    with served() as url:
        judged = await examined(url, HURRY, quiet)
    assert {each.requirement.number: each.verdict for each in judged} == {
        requirement.number: Verdict.PASSED for requirement in REQUIREMENTS
    }, "\n".join(lines(judged))


async def test_each_broken_system_is_told_exactly_what_it_misses() -> None:
    turn = asyncio.Semaphore(AT_ONCE)

    async def missed(name: str) -> list[str]:
        async with turn:
            with served(FAULTS[name][1]) as url:
                judged = await examined(url, HURRY, quiet)
        assert document(url, judged)["passed"] is not any(each.verdict is Verdict.FAILED for each in judged)
        return [each.requirement.number for each in judged if each.verdict is Verdict.FAILED]

    found = dict(zip(FAULTS, await asyncio.gather(*map(missed, FAULTS)), strict=True))
    assert found == {name: [number] for name, (number, _) in FAULTS.items()}


def test_there_is_a_broken_system_for_every_requirement() -> None:
    assert {number for number, _ in FAULTS.values()} == {requirement.number for requirement in REQUIREMENTS}


async def test_a_system_that_is_not_there_is_said_to_be_missing() -> None:
    with pytest.raises(CannotRun, match="PUT"):
        await examined("http://127.0.0.1:9/trial", HURRY, quiet)
