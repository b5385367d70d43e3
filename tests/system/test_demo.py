"""The demo as a person starts it: the real services, twice on the same state; nothing is done twice, nothing is left.

Afterwards everything the README tells people to look at is asked for over HTTP, and the county's story is told again
on other days: a fresh stack far in the future, and the demo's own some days later.
"""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kernel.clock import CHINA, china_day
from kernel.inspection import TaskState
from ops import county_play
from ops.county import FOLDER, county
from ops.county_play import play
from ops.county_story import EARLIER, TODAY, CheckDrawn, Enter
from ops.replay.checklist import DEPARTMENT
from ops.running import find_running
from ops.scenario.asking import Asking
from ops.scenario.settle import settle
from ops.stack import Stack
from ops.state_folder import temporary_folder
from tests.journey import bare_environment
from tests.system.asking import Asked, asked
from tests.system.guides import follow, furnish
from tests.system.terminal import addresses, blocks, typed

pytestmark = pytest.mark.servers

ROOT = Path(__file__).parents[2]
JOINING = ROOT / "examples" / "joining"
EXAMPLE = county(ROOT / FOLDER)
STEPS = len(EARLIER) + len(TODAY)
LATER = [step for step in TODAY if isinstance(step, CheckDrawn) or (isinstance(step, Enter) and step.early)]
"""What waits for the public value of the draw, three days after it was announced."""


def demo(state: Path) -> dict[str, Any]:
    start = [sys.executable, "-c", "from ops.cli import main; main()", "demo", "--headless", "--exit", "--json"]
    ended = subprocess.run(
        [*start, "--state", str(state), "--data", str(JOINING)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


@pytest.fixture(scope="module")
def shown() -> Iterator[tuple[Path, dict[str, Any], dict[str, Any]]]:
    """The state folder of two demos, and what each told."""
    state = temporary_folder()
    try:
        first, second = demo(state.path), demo(state.path)
        yield state.path, first, second
    finally:
        state.remove()


@asynccontextmanager
async def again(state: Path) -> AsyncIterator[tuple[Stack, Asked]]:
    async with Stack.open(state, environment=bare_environment()) as stack, asked(stack.urls, stack.headers()) as asking:
        yield stack, asking


def test_the_demo_checks_itself_and_changes_nothing_the_second_time(
    shown: tuple[Path, dict[str, Any], dict[str, Any]],
) -> None:
    state, first, second = shown
    assert find_running(state) is None
    figures = first["figures"]
    assert figures["joined"] == 20
    assert figures["tasks"] - figures["ad_hoc"] + figures["joined"] + figures["unmatched"] == 66
    assert (figures["lost"], figures["duplicated"], figures["outbox_pending"]) == (0, 0, 0)
    assert second["figures"] | {"seconds": 0} == figures | {"seconds": 0}
    assert set(first["restarts"].values()) == {0}


def test_the_countys_story_is_told_once(shown: tuple[Path, dict[str, Any], dict[str, Any]]) -> None:
    _, first, second = (shown[0], *(demo["county"] for demo in shown[1:]))
    assert first["steps"] == {"taken": STEPS, "known": 0, "refused": []}
    assert second["steps"] == {"taken": 0, "known": STEPS, "refused": []}
    assert set(first["states"]) == set(TaskState)
    assert second["states"] == first["states"]
    assert second["figures"] | {"seconds": 0} == first["figures"] | {"seconds": 0}
    wanted = {"decisions": 19, "unmatched": 1, "joined": 1, "lost": 0, "duplicated": 0, "dead_letters": 0}
    assert first["figures"].items() >= wanted.items()


@pytest.mark.timeout(500)  # heads of the audit chain are signed every minute
async def test_what_the_demo_shows_is_there_to_open(
    shown: tuple[Path, dict[str, Any], dict[str, Any]], tmp_path: Path
) -> None:
    async with again(shown[0]) as (stack, asking):
        await _the_tasks_are_in_every_state(asking)
        await _cards_were_shown_and_told(asking)
        await _feedback_was_answered(asking)
        await _the_rest_of_the_pages(asking)
        await _credit_was_earned(asking)
        await _the_first_example_of_the_readme_gives_what_it_says(asking)
        await _the_tutorial_gives_what_it_says(asking)
        ten_days_on = datetime.now(UTC) + timedelta(days=10)
        told = await play(EXAMPLE, stack.urls, stack.headers(), lambda: ten_days_on)
        assert (told.taken, told.known, told.refused) == (0, STEPS, [])
        await _the_guides_can_be_followed(asking, shown[0], tmp_path)


async def _the_tasks_are_in_every_state(asking: Asked) -> None:
    tasks = {(t["case_id"], t["department"], t["purpose"]): t for t in await asking.tasks()}
    wanted = {
        ("SL-01", "SCJG", "ROUTINE"): ("CLOSED", "RECTIFIED"),
        ("SL-01", "SCJG", "COMMITMENT"): ("CLAIMED", ""),
        ("SL-02", "SCJG", "ROUTINE"): ("CANCELLED", ""),
        ("SL-02-REVOKE", "SCJG", "CESSATION"): ("CLOSED", "CEASED"),
        ("SL-04", "WJJ", "ROUTINE"): ("RECTIFYING", ""),
        ("SL-05", "YJJ", "ROUTINE"): ("CLOSED", "PENALISED"),
        ("SL-05-REVOKE", "YJJ", "CESSATION"): ("PENDING_CLAIM", ""),
        ("SL-06", "SCJG", "ROUTINE"): ("CLOSED", "POOLED"),
        ("SL-09", "SCJG", "ROUTINE"): ("PENDING_CLAIM", ""),
        ("SL-10", "WLJ", "ROUTINE"): ("RETURNED", ""),
        ("SL-11", "ZJJ", "ROUTINE"): ("DISPUTED", ""),
        ("SL-12", "ZJJ", "ROUTINE"): ("PLANNED", ""),
        ("SL-13", "NSJ", "ROUTINE"): ("INSPECTING", ""),
        ("SL-14", "SCJG", "ROUTINE"): ("REFERRED", ""),
        ("SL-15", "YCJ", "ROUTINE"): ("CLOSED", "INSPECTED"),
    }
    assert {key: (tasks[key]["state"], tasks[key]["close_reason"] or "") for key in wanted} == wanted
    assert not [key for key in tasks if key[0] in {"SL-07", "SL-08"}]


async def _cards_were_shown_and_told(asking: Asked) -> None:
    overdue = await asking.task("SL-04", "WJJ")
    (limit,) = [each for each in overdue["deadlines"] if each["kind"] == "RECTIFY"]
    wanted = {"YELLOW", "RED"} if await _calendar_is_final(asking, limit["due_on"]) else {"YELLOW"}
    assert wanted <= {step["step"] for step in limit["steps"]}
    unclaimed = await asking.task("SL-03", "WJJ")
    assert (unclaimed["state"], unclaimed["claimed_by"], unclaimed["claimed_automatically"]) == (
        "CLAIMED",
        "WJJ-02",
        True,
    )
    (claim,) = [each for each in unclaimed["deadlines"] if each["kind"] == "CLAIM"]
    assert "YELLOW" in {step["step"] for step in claim["steps"]}
    red = await asking.items("supervision", "/api/v1/notices?person=LDB-01")
    assert {(notice["kind"], notice["about"]) for notice in red} <= {("RED", f"task:{overdue['task_id']}")}
    assert bool(red) == ("RED" in {step["step"] for step in limit["steps"]})


async def _calendar_is_final(asking: Asked, due_on: str) -> bool:
    """No red card rests on a year whose notice is not out yet."""
    years = {due_on[:4], datetime.now(CHINA).strftime("%Y")}
    told = [await asking.get("approval", f"/api/v1/calendar-years/{year}") for year in sorted(years)]
    return not any(year["provisional"] for year in told)


async def _feedback_was_answered(asking: Asked) -> None:
    asked_for = await asking.items("approval", "/api/v1/feedback?source_system=county")
    assert {(each["case_id"], each["kind"], each["state"], each["accepted"]) for each in asked_for} == {
        ("SL-05", "REVOKE", "ANSWERED", True),
        ("SL-14", "RESTRICT", "ANSWERED", False),
    }
    referred = await asking.task("SL-05", "YJJ")
    assert [each["accepted"] for each in referred["feedback"]] == [True]
    progress = await asking.get("approval", "/api/v1/cases/county/SL-05/progress")
    assert {task["department"] for task in progress["tasks"]} == {"YJJ", "XFD", "HBJ"}


async def _the_rest_of_the_pages(asking: Asked) -> None:
    visits = await asking.items("supervision", "/api/v1/visits?source_system=county")
    assert {visit["object_no"]: visit["departments"] for visit in visits}["DX-01"] == ["SCJG", "XFD"]
    unmatched = await asking.items("supervision", "/api/v1/decisions?outcome=UNMATCHED")
    assert [(each["source_system"], each["case_id"]) for each in unmatched] == [("county", "SL-07")]
    version = await asking.get("supervision", "/api/v1/catalogue-versions/county-1")
    assert (version["state"], version["drafted_by"], version["published_by"]) == ("PUBLISHED", "SPJ-02", "LDB-01")
    departments = {each["code"] for each in await asking.items("approval", "/api/v1/departments")}
    assert departments == {each["code"] for each in EXAMPLE.departments()} | {DEPARTMENT}


async def _credit_was_earned(asking: Asked) -> None:
    """Chicago's records are long over; one check with a critical finding costs a grade, a revoked licence three."""
    enterprises = EXAMPLE.enterprises()
    held = {grade: await asking.items("credit", f"/api/v1/subjects?grade={grade}") for grade in "BCD"}
    wanted = {"B": [13], "C": [], "D": [8]}
    assert {grade: [each["id_no"] for each in found] for grade, found in held.items()} == {
        grade: [enterprises[place - 1]["uscc"] for place in places] for grade, places in wanted.items()
    }
    shown = await asking.get("credit", f"/api/v1/public/subjects/{enterprises[7]['uscc']}")
    assert {(each["kind"], each["record_class"]) for each in shown["records"]} == {
        ("PENALTY", "SERIOUS"),
        ("INSPECTION", "GENERAL"),
    }


async def _the_first_example_of_the_readme_gives_what_it_says(asking: Asked) -> None:
    told = await _typed(asking, "README.md", "送出第一件决定")
    subject, _, held = told[-2].partition("}{")
    assert '"grade":"B"' in subject
    assert '"grade":"B"' in held
    assert "ALLOW" in told[-1]
    assert "grade B" in told[-1]


async def _the_tutorial_gives_what_it_says(asking: Asked) -> None:
    registered, claimed, inspected, progress, shown, proved = await _typed(
        asking, "docs/tutorial.md", "4. 用接口再走一遍"
    )
    assert json.loads(registered)["object_version"] == 1
    states = {limit["kind"]: limit["state"] for limit in json.loads(claimed)["deadlines"]}
    assert states == {"CLAIM": "MET", "FIRST_CHECK": "RUNNING"}
    assert (json.loads(inspected)["inspection_no"], json.loads(inspected)["ad_hoc"]) == ("J-0101", False)
    assert {task["department"]: task["step"] for task in json.loads(progress)["tasks"]} == {
        "SCJG": "INSPECTED",
        "XFD": "CLAIMED",
    }
    assert "未发现问题" in shown
    assert "核对一致" in proved


async def _typed(asking: Asked, page: str, section: str) -> list[str]:
    """What the commands of a section answer, with the token the caller holds already."""
    entered = [block for block in blocks(ROOT / page, section) if "shenguan token" not in block]
    environment = addresses(asking.urls) | {"SHENGUAN_TOKEN": token_of(asking)}
    return await typed(entered, asking.urls, environment, settled=lambda: settle(Asking(asking.client, asking.urls)))


async def _the_guides_can_be_followed(asking: Asked, state: Path, folder: Path) -> None:
    now = datetime.fromisoformat((await asking.get("credit", "/ops/v1/clock"))["now"])
    furnish(folder, state, china_day(datetime.now(UTC)).isoformat(), china_day(now + timedelta(days=30)).isoformat())
    told = await follow(folder, asking.urls, token_of(asking))
    assert "ALLOW" in told["approver"][-1]
    assert "PUBLISHED" in told["credit-officer"][-1]
    assert "核对一致" in told["enterprise-and-public"][-1]
    assert '"lost":0,"duplicated":0' in told["operator"][-1]
    assert '"status":201' in told["integrator"][-1]
    assert "sgk_" in told["security-administrator"][1]


def token_of(asking: Asked) -> str:
    return asking.client.headers["authorization"].removeprefix("Bearer ")


@pytest.mark.nightly
async def test_a_story_cut_short_is_told_on_and_on_any_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond every certificate of the files and every year of the calendar."""

    def far() -> datetime:
        return datetime(2033, 10, 2, 1, tzinfo=UTC)

    async with Stack.open(temporary=True, environment=bare_environment()) as stack:
        with monkeypatch.context() as cut:
            cut.setattr(county_play, "EARLIER", EARLIER[:5])
            cut.setattr(county_play, "TODAY", ())
            told = await play(EXAMPLE, stack.urls, stack.headers(), far)
            assert (told.taken, told.known, told.refused) == (5, 0, [])
        told = await play(EXAMPLE, stack.urls, stack.headers(), far)
        assert (told.taken, told.known, told.refused) == (STEPS - 5 - len(LATER), 5, [])
        assert set(told.states) == set(TaskState)
        told = await play(EXAMPLE, stack.urls, stack.headers(), lambda: far() + timedelta(days=4))
    assert (told.taken, told.known, told.refused) == (len(LATER), STEPS - len(LATER), [])
