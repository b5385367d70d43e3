"""A district and a city on containers, each with a cluster of three, from the files operators use (docs/levels.md).

`make levels-test`. The network between them is away for a minute under load while a node of the district is killed; the
city has everything afterwards, once, and nothing is left behind.
"""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import docker
import httpx
import pytest
from docker.models.networks import Network

from contracts.uplink import UPPER, domain_of, goes_up, uplinked
from tests.containers.composed import SERVICES, Composed, composed, figures, healthy, killed

pytestmark = [pytest.mark.containers, pytest.mark.nightly, pytest.mark.usefixtures("engine"), pytest.mark.timeout(900)]

DISTRICT, CITY = "640202", "640200"
CASES, SECONDS, DOWN = 600, 100, 60.0
NODES = ("nats-1", "nats-2", "nats-3")
FILES = "docker-compose.yml:deploy/compose.level.yml"
_METRICS = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:9464/metrics', timeout=5).read().decode())"
_STREAMS = """
import json, urllib.request
for node in ("nats-1", "nats-2", "nats-3"):
    said = json.load(urllib.request.urlopen(f"http://{node}:8222/jsz?streams=1", timeout=5))
    found = {each["name"]: each["state"]["messages"] for each in said["account_details"][0]["stream_detail"]}
    print(json.dumps(found))
"""
"""Run in a container of the city: what each of its nodes holds of each stream."""


@dataclass
class Levels:
    """Both, and the network between them."""

    district: Composed
    city: Composed
    between: Network

    def cut(self) -> None:
        """Nobody of the district is on the network between them any more."""
        for node in NODES:
            self.between.disconnect(self.district.container(node), force=True)

    def join(self) -> None:
        """The district's nodes are on it, under the names the city dials."""
        for node in NODES:
            self.between.connect(self.district.container(node), aliases=[f"{node}.east.example"])

    def told(self) -> set[str]:
        """The ids of all the district's services told that goes up."""
        asked = "SELECT event_id FROM event_log WHERE type = ANY('{" + ",".join(goes_up()) + "}')"  # noqa: S608 - our own names
        return {each for stream in uplinked() for each in _ids(self.district, stream.lower(), asked)}

    def heard(self) -> set[str]:
        """The ids the city's console took."""
        assert _ids(self.city, "console", "SELECT subject, cause, detail FROM dead_letter") == set()
        return _ids(self.city, "console", "SELECT event_id FROM inbox")

    def links(self, what: str) -> dict[str, float]:
        """Stream → what the city's console tells of it: ``silence_seconds`` or ``missed``."""
        said = self.city.compose("exec", "-T", "console", "python", "-P", "-c", _METRICS)
        found = re.findall(rf'^shenguan_link_{what}{{.*region="{DISTRICT}",stream="(\w+)"}} (\S+)$', said, re.MULTILINE)
        return {stream: float(value) for stream, value in found}

    def carried(self) -> int:
        """Messages in the city's streams; every node has the same."""
        said = self.city.compose("exec", "-T", "console", "python", "-P", "-c", _STREAMS)
        nodes = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
        counts = {sum(node[stream] for stream in uplinked()) for node in nodes}
        return counts.pop() if len(counts) == 1 else -1


@pytest.fixture(scope="module")
def levels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Levels]:
    with between() as network:
        below, above = tmp_path_factory.mktemp("district"), tmp_path_factory.mktemp("city")
        names = {"SHENGUAN_NATS_NAMES": ",".join(f"DNS:{node}.east.example" for node in NODES)}
        with (
            composed(below, settings(DISTRICT, "127.0.0.1"), names) as district,
            composed(above, settings(CITY, "127.0.0.2") | {"SHENGUAN_NATS_SOURCES": DISTRICT}) as city,
        ):
            links(below, DISTRICT)
            district.compose("build", "--quiet")
            district.compose("up", "--detach")
            handed_up(below, above)
            dialled = ",".join(f"nats-leaf://{node}.east.example:7422" for node in NODES)
            links(above, CITY, f"{DISTRICT}={dialled}")
            city.compose("up", "--detach", "console", "gather")
            made = Levels(district, city, network)
            for node in NODES:
                network.connect(city.container(node))
            made.join()
            healthy(district, *SERVICES)
            healthy(city, "console")
            yield made
    assert (district.left(), city.left()) == ([], [])


@contextmanager
def between() -> Iterator[Network]:
    """A network of its own: the only way between both."""
    made = docker.from_env().networks.create(f"shenguan-between-{token_hex(4)}")
    try:
        yield made
    finally:
        made.reload()
        for each in made.containers:
            made.disconnect(each, force=True)
        made.remove()


def settings(region: str, door: str) -> dict[str, str]:
    return {
        "COMPOSE_FILE": FILES,
        "SHENGUAN_REGION": region,
        "SHENGUAN_NATS_DOMAIN": domain_of(region),
        "SHENGUAN_NATS_DOOR": door,
    }


def links(folder: Path, region: str, *words: str) -> None:
    """What `ops.nats_links` writes, where the containers look for it."""
    (folder / "deploy" / "secrets" / "links").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "ops.nats_links", domain_of(region), *words]
    told = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    (folder / "deploy" / "secrets" / "leafnodes.conf").write_text(told, encoding="utf-8")


def handed_up(below: Path, above: Path) -> None:
    """The district gives its identity `upper` and its public keys; the city believes them for that district alone."""
    given = above / "deploy" / "secrets" / "links" / DISTRICT
    shutil.copytree(below / "deploy" / "secrets" / UPPER, given)
    shutil.copy(below / "deploy" / "secrets" / "shared" / "trusted-keys.json", given)
    program = Path(sys.executable).with_name("shenguan")
    into = above / "deploy" / "secrets" / "console" / "trusted-keys.json"
    command = [str(program), "keys", "trust", DISTRICT, str(given / "trusted-keys.json"), "--trusted-keys", str(into)]
    subprocess.run(command, check=True, capture_output=True)


def _ids(stack: Composed, database: str, asked: str) -> set[str]:
    words = ("psql", "-U", "postgres", "-d", f"shenguan_{database}", "-Atc", asked)
    return set(stack.compose("exec", "-T", "postgres", *words).split())


def digest(stack: Composed) -> str:
    """Of the whole read model of a console."""
    where = f"http://{stack.environment['SHENGUAN_CONSOLE_PUBLISHED']}/ops/v1/read-model"
    signed = {"Authorization": f"Bearer {stack.environment['SHENGUAN_TOKEN']}"}
    answer = httpx.get(where, headers=signed, timeout=60, trust_env=False)
    return str(answer.raise_for_status().json()["sha256"])


def caught_up(levels: Levels) -> tuple[set[str], set[str], int]:
    """Wait until the city has all the district told while nothing new comes: told, heard, messages in its streams."""
    deadline = time.monotonic() + 180
    while True:
        told, heard, carried = levels.told(), levels.heard(), levels.carried()
        if told == heard == levels.told() and carried >= len(told):
            return told, heard, carried
        assert time.monotonic() < deadline, (len(told - heard), len(heard - told), len(told), carried)
        time.sleep(1)


def still(levels: Levels) -> set[str]:
    """What the city has heard, once what was under way is applied."""
    deadline, heard = time.monotonic() + 30, levels.heard()
    while (now := levels.heard()) != heard:
        assert time.monotonic() < deadline, "it goes on hearing without the network"
        heard = now
        time.sleep(1)
    return heard


def spoken_again(levels: Levels) -> None:
    """Wait until the city's console tells that the district speaks; it reads the numbers every 15 seconds."""
    deadline = time.monotonic() + 45
    while not 0 <= (silent := max(levels.links("silence_seconds").values())) < 5:
        assert time.monotonic() < deadline, silent
        time.sleep(1)


def test_a_minute_without_the_network_and_a_node_killed_under_load_lose_and_double_nothing(levels: Levels) -> None:
    words = ("shenguan", "load", "--cases", str(CASES), "--seconds", str(SECONDS), "--seed", "1")
    running = levels.district.start(*levels.district.load, *words)
    running.until("sent")
    levels.cut()
    began = time.monotonic()
    there = still(levels)
    before = len(levels.told())
    killed(levels.district, "nats-2", 8)
    time.sleep(max(0.0, DOWN - (time.monotonic() - began)))
    meanwhile = len(levels.told()) - before
    assert meanwhile > 0, "there was load while the network was away"
    assert levels.heard() == there, "the network was away"
    silent = levels.links("silence_seconds")
    assert set(silent) == set(uplinked())
    assert min(silent.values()) > DOWN / 2
    levels.join()
    down = time.monotonic() - began
    killed(levels.district, "nats-1", 3)
    told = figures(running.communicate(timeout=300)[0])
    assert (told["decisions"], told["lost"], told["duplicated"], told["dead_letters"]) == (CASES, 0, 0, 0)
    gone_up, heard, carried = caught_up(levels)
    assert digest(levels.district) == digest(levels.city)
    spoken_again(levels)
    assert levels.links("missed") == dict.fromkeys(uplinked(), 0)
    sys.stderr.write(
        f"network away {down:.0f} s, {meanwhile} events told meanwhile, {len(gone_up)} in all:"
        f" lost {len(gone_up - heard)}, duplicated {carried - len(gone_up)}\n"
    )
    assert carried == len(gone_up)
    assert len(gone_up) > 4 * CASES
