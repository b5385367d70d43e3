"""对接自测: the example keeps the standard, each broken system is told exactly what it misses, and the document says the same."""

import asyncio
import json
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

from ops.conformance.bench import Pace, Verdict
from ops.conformance.command import document, examined, lines
from ops.conformance.requirements import REQUIREMENTS
from ops.failure import CannotRun
from ops.loopback import free_port
from tests.bureau_faults import FAULTS, Make, served

for _more in ("receiving", "facts", "inspections", "signing"):
    import_module(f"tests.bureau_faults_of_{_more}")  # they add theirs to FAULTS
ROOT = Path(__file__).parents[2]
SHENGUAN = str(Path(sys.executable).with_name("shenguan"))
HURRY = Pace(slow=3, quiet=0.7, patience=30, retry_after=2, quick=4)
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


OF_CASES = {"J-01", "J-02", "J-04", "J-13", "J-14", "J-15"}
BROKEN = ("short_patience", "gives_up_when_the_connection_breaks", "impatient", "too_often_is_hammered", "no_key")
"""Faults of the client, which sends inspections too."""


async def test_a_system_that_sends_inspections_alone_is_examined_with_them() -> None:
    async def found(make: Make | None) -> dict[Verdict, set[str]]:
        with served(make, sends=["inspections"], does=["signed", "notices", "facts"]) as url:
            judged = await examined(url, HURRY, quiet)
        return {verdict: {each.requirement.number for each in judged if each.verdict is verdict} for verdict in Verdict}

    sound, *broken = await asyncio.gather(found(None), *(found(FAULTS[name][1]) for name in BROKEN))
    assert (sound[Verdict.FAILED], sound[Verdict.NOT_APPLICABLE]) == (set(), OF_CASES)
    assert [each[Verdict.FAILED] for each in broken] == [{FAULTS[name][0]} for name in BROKEN]


async def test_what_says_that_it_does_what_nobody_knows_is_told_what_there_is() -> None:
    with served(sends=["complaints"]) as url, pytest.raises(CannotRun, match="inspections"):
        await examined(url, HURRY, quiet)


def test_there_is_a_broken_system_for_every_requirement() -> None:
    assert {number for number, _ in FAULTS.values()} == {requirement.number for requirement in REQUIREMENTS}


async def test_a_system_that_is_not_there_is_said_to_be_missing() -> None:
    with pytest.raises(CannotRun, match="PUT"):
        await examined("http://127.0.0.1:9/trial", HURRY, quiet)


def test_the_command_tells_a_person_and_a_machine_and_ends_as_documented() -> None:
    with served() as sound, served(FAULTS["hides_refusals"][1]) as broken:
        running = [
            subprocess.Popen(
                [SHENGUAN, "conformance", url, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            for url, more in ((sound, ["--json"]), (broken, []))
        ]
        said = [each.communicate(timeout=150) for each in running]
    assert [each.returncode for each in running] == [0, 1], said
    machine, person = json.loads(said[0][0]), said[1][0]
    assert (machine["passed"], {each["verdict"] for each in machine["requirements"]}) == (True, {"PASSED"})
    assert re.findall(r"^✗ (J-\d\d)", person, re.MULTILINE) == ["J-12"]
    assert person.count("✓") == len(REQUIREMENTS) - 1
    assert "    → " in person


def test_the_commands_of_the_example_are_those_its_page_tells() -> None:
    page = (ROOT / "examples" / "bureau" / "README.md").read_text(encoding="utf-8")
    assert ".venv/bin/python -m examples.bureau.trial 9000" in page
    port = free_port()
    trial = subprocess.Popen([sys.executable, "-m", "examples.bureau.trial", str(port)], cwd=ROOT)
    try:
        deadline = monotonic() + 60
        while not _answers(f"http://127.0.0.1:{port}/trial/notices"):
            assert trial.poll() is None
            assert monotonic() < deadline
    finally:
        trial.terminate()
        trial.wait(30)


def _answers(url: str) -> bool:
    try:
        httpx.get(url, timeout=1, trust_env=False)
    except httpx.TransportError:
        sleep(0.1)
        return False
    return True
