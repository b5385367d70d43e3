"""The whole of docker-compose.yml: images built, the stack up, cases under way while its parts are killed and replaced.

`make compose-test`. Nothing acknowledged is lost or done twice, and nothing is left behind.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import docker
import httpx
import pytest

from kernel.role import Role
from tests.containers.composed import SERVICES, Composed, Running, composed, figures, healthy, killed

pytestmark = [pytest.mark.containers, pytest.mark.nightly, pytest.mark.usefixtures("engine"), pytest.mark.timeout(900)]

CASES, SECONDS = 1000, 60
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    with composed(tmp_path_factory.mktemp("composed")) as made:
        made.compose("build", "--quiet")
        made.compose("--profile", "core", "up", "--detach")
        healthy(made, *SERVICES)
        yield made
    assert made.left() == []


def loading(stack: Composed, seed: int) -> Running:
    """Cases under way: it tells every five seconds how much was sent."""
    words = ("shenguan", "load", "--cases", str(CASES), "--seconds", str(SECONDS), "--seed", str(seed))
    running = stack.start(*stack.load, *words)
    running.until("sent")
    return running


def test_a_node_of_nats_and_a_service_are_killed_under_a_thousand_cases(stack: Composed) -> None:
    running = loading(stack, 1)
    killed(stack, "nats-2", 8)
    killed(stack, "supervision", 5)
    told = figures(running.communicate(timeout=300)[0])
    assert (told["decisions"], told["lost"], told["duplicated"], told["dead_letters"]) == (CASES, 0, 0, 0)
    stack.compose(*stack.load, "shenguan", "reconcile")


def test_postgresql_and_the_node_that_leads_are_killed_under_load(stack: Composed) -> None:
    running = loading(stack, 2)
    killed(stack, "postgres", 3)
    killed(stack, "nats-1", 3)
    killed(stack, "nats-3", 3)
    told = figures(running.communicate(timeout=300)[0])
    assert (told["decisions"], told["lost"], told["duplicated"], told["dead_letters"]) == (2 * CASES, 0, 0, 0)


def test_of_two_processes_of_a_service_one_is_killed_under_load(stack: Composed) -> None:
    twice = ("--scale", "supervision=2", "--scale", "credit=2")
    stack.compose("up", "--detach", "--no-deps", *twice, "supervision", "credit")
    healthy(stack, "supervision", "credit")
    running = loading(stack, 4)
    for service in ("supervision", "credit"):
        one, other = stack.containers(service)
        assert one.health == other.health == "healthy"
        other.kill()
        time.sleep(4)
    told = figures(running.communicate(timeout=300)[0])
    assert (told["decisions"], told["lost"], told["duplicated"], told["dead_letters"]) == (3 * CASES, 0, 0, 0)
    stack.compose(
        "up", "--detach", "--no-deps", "--scale", "supervision=1", "--scale", "credit=1", "supervision", "credit"
    )
    healthy(stack, "supervision", "credit")


def test_every_service_is_replaced_by_another_image_under_load(stack: Composed) -> None:
    before = {service: stack.container(service).id for service in SERVICES}
    # Another release: the images are others, whatever is in them.
    (stack.folder / "shared" / "release.txt").write_text("the release after this one\n", encoding="utf-8")
    stack.compose("build", "--quiet")
    running = loading(stack, 3)
    jobs = ("provision", *(f"migrate-{service}" for service in SERVICES))
    stack.compose("up", "--detach", "--no-deps", *jobs)
    for service in SERVICES:
        stack.compose("up", "--detach", "--no-deps", service)
        healthy(stack, service)
    told = figures(running.communicate(timeout=300)[0])
    assert (told["decisions"], told["lost"], told["duplicated"], told["dead_letters"]) == (4 * CASES, 0, 0, 0)
    after = {service: stack.container(service) for service in SERVICES}
    assert all(after[service].id != before[service] for service in SERVICES)
    assert {job: docker.from_env().api.wait(stack.container(job).id)["StatusCode"] for job in jobs} == dict.fromkeys(
        jobs, 0
    )


def test_a_person_signs_in_and_sees_on_the_board_what_came(stack: Composed) -> None:
    where = f"http://{stack.environment['SHENGUAN_CONSOLE_PUBLISHED']}"
    token = stack.issuer.token("office-1", kind="PERSON", roles=[Role.LINKAGE_OFFICE])
    with httpx.Client(base_url=where, follow_redirects=True, trust_env=False) as browser:
        form = {"token": token, "next": "/board", "form": ""}
        board = browser.post("/sign-in/token", data=form, headers={"Sec-Fetch-Site": "same-origin"})
        assert (board.status_code, board.url.path) == (200, "/board")
    there = figures(stack.compose(*stack.load, "shenguan", "reconcile"))
    assert f"<dd>{there['decisions']:.0f}</dd>" in board.text


def test_a_service_sees_nobody_elses_secrets(stack: Composed) -> None:
    seen = stack.compose("exec", "-T", "credit", "sh", "-c", "id -u; ls /run/secrets; touch /opt/x 2>&1 || true; env")
    assert seen.startswith("10001\n")
    assert "Read-only file system" in seen
    assert "SHENGUAN_CREDIT_DATABASE_URL" in seen
    assert "APPROVAL" not in seen
    assert "postgresql://" not in seen


def test_real_licences_and_inspections_are_replayed_on_containers(stack: Composed) -> None:
    at = "/tmp/chicago"  # noqa: S108 - inside the container
    words = ("run", "--rm", "-T", "--volume", f"{EXAMPLES / 'chicago'}:{at}:ro", "load")
    told = figures(stack.compose("--profile", "load", *words, "shenguan", "replay", "chicago", at))
    assert told["decisions"] > 0
    assert (told["lost"], told["duplicated"], told["dead_letters"]) == (0, 0, 0)
