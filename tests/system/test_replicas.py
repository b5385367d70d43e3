"""Two processes of supervision and of credit share one road: nothing is lost, doubled or out of order, also when one dies.

What is handed in goes through the intake of NATS as fast as it takes it: many decisions of one object are on their way
at once, and the two processes get them in whatever portions the server deals out.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from random import Random
from time import monotonic

import httpx
import nats
import pytest

from chassis.nats_access import NatsAccess
from contracts.permissions import bureau_of
from kernel.clock import china_day
from ops.chaos.checker import disorders
from ops.chaos.faults_process import Kills
from ops.chaos.furniture import furnish
from ops.chaos.observation import observed
from ops.chaos.row import Ground
from ops.chaos.story import Decide, Inspect, told
from ops.chaos.streams import places, read
from ops.reconcile_command import reconciled
from ops.replay.sender import Sender
from ops.stack import Stack
from tests.journey import bare_environment, until

pytestmark = pytest.mark.servers

TWO = {"supervision": 2, "credit": 2}
SOURCE = "replicas"
SUBJECTS = {"approval": "cases", "supervision": "inspections"}


def silent(_zh: str, _en: str) -> None:
    """Progress is nobody's matter here."""


@pytest.mark.parametrize(
    ("end", "decided", "anew"),
    [(Stack.ask_to_end, 250, False), pytest.param(Stack.kill, 600, True, marks=pytest.mark.nightly)],
    ids=["told to end", "killed"],
)
async def test_two_processes_of_a_service_do_its_work_once_and_in_order(
    end: Callable[[Stack, str], object], decided: int, *, anew: bool
) -> None:
    """``anew``: wait until those that ended are back, and have them do their share of the inspections."""
    story = told(SOURCE, Random(7), decided, china_day(datetime.now(UTC)))  # noqa: S311 - repeatable on purpose
    steps = [step for lane in story.lanes for portion in lane for step in portion.steps]
    decisions = [step for step in steps if isinstance(step, Decide) and not step.again]
    inspections = [step for step in steps if isinstance(step, Inspect)]
    assert max(step.version for step in decisions) >= 4
    async with Stack.open(temporary=True, environment=bare_environment(), usual_ports=False, replicas=TWO) as stack:
        assert set(stack.replica_urls) == {"supervision-2", "credit-2"}
        async with Sender(stack.urls, stack.headers()) as sender:
            await furnish(sender)
            before = await places(stack.nats_url)
            half = len(decisions) // 2
            await hand_in(stack, "approval", [step.body for step in decisions[:half]])
            await until(partial(took_part, stack))
            handing_in = asyncio.create_task(hand_in(stack, "approval", [step.body for step in decisions[half:]]))
            await asyncio.sleep(0.1)
            end(stack, "supervision-2")
            end(stack, "credit-2")
            await handing_in
            if anew:
                await until(partial(restarted, stack))
                await stack.ready()
            await hand_in(stack, "supervision", [step.body for step in inspections])
            outcome = await reconciled(sender, stack.nats_url, SOURCE, lambda _: None, monotonic())
        assert (outcome.lost, outcome.duplicated, outcome.figures["dead_letters"]) == ((), (), 0)
        assert (outcome.figures["decisions"], outcome.figures["inspections"]) == (len(decisions), len(inspections))
        seen = await observed(
            SOURCE, stack.superuser_urls, lambda: read(stack.nats_url, SOURCE, before), letters_before=set()
        )
        assert list(disorders(seen)) == []
        applied: defaultdict[str, list[int]] = defaultdict(list)
        for _, object_no, version, _, _ in seen.applied:
            applied[object_no].append(version)
        assert all(versions == [*range(1, len(versions) + 1)] for versions in applied.values())
        assert Counter(case for case, *_ in seen.applied) == Counter(step.name for step in decisions)
        assert not anew or await took_part(stack), await shares(stack)


async def hand_in(stack: Stack, service: str, bodies: list[bytes]) -> None:
    """As a bureau's system does: published to the intake, each acknowledged by the server."""
    connection = await nats.connect(stack.nats_url, **NatsAccess.of(bureau_of(service)).options())
    try:
        jetstream = connection.jetstream()
        for body in bodies:
            await jetstream.publish(f"shenguan.intake.{service}.v1.{SUBJECTS[service]}", body, stream="INTAKE")
    finally:
        await connection.close()


async def restarted(stack: Stack) -> bool:
    return stack.restarts["supervision-2"] == stack.restarts["credit-2"] == 1


async def shares(stack: Stack) -> dict[str, int]:
    """Process of the replicated services → messages it applied since it started."""
    taken = {}
    async with httpx.AsyncClient(headers=stack.headers(), timeout=30, trust_env=False) as http:
        for process, url in stack.info().process_urls.items():
            if process.partition("-")[0] in TWO:
                taken[process] = (await http.get(f"{url}/ops/v1/status")).raise_for_status().json()["taken"]
    return taken


async def took_part(stack: Stack) -> bool:
    return min((await shares(stack)).values()) > 0


@pytest.mark.nightly
@pytest.mark.timeout(600)
async def test_replicas_that_are_killed_again_and_again_lose_nothing() -> None:
    kills = Kills("REPLICAS", ("", ""), ("supervision", "supervision-2", "credit", "credit-2"), kills=12)
    ground = Ground(seed=7, events=3000, say=silent)
    async with Stack.open(temporary=True, environment=bare_environment(), usual_ports=False, replicas=TWO) as stack:
        report = await kills.on(stack, ground)
    # How long draining takes on a busy machine is not judged here.
    assert replace(report, longest_drain=report.drain_seconds).clean, report
    assert report.faults == 12
