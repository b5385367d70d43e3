"""A real Prometheus (Debian's) scrapes a real stack: every query of the dashboards and of the alerts is asked of it.

The alerts themselves are tried on made-up series by promtool.
"""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest
import yaml

from ops.child import Child, Program
from ops.county import FOLDER, county
from ops.county_play import play
from ops.loopback import HOST, free_port
from ops.services import service_names
from ops.state_folder import StateFolder, temporary_folder
from tests.browser.standing import days_pass
from tests.observability.stand import Told, told

pytestmark = [pytest.mark.servers, pytest.mark.nightly, pytest.mark.timeout(600)]
ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
RULES = DEPLOY / "prometheus" / "rules.yml"
BOARDS = sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))
PATIENCE = 90.0


def promtool(*arguments: str) -> None:
    ended = subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_rules_and_the_configuration_are_sound() -> None:
    promtool("check", "rules", str(RULES))
    promtool("check", "config", str(DEPLOY / "prometheus" / "prometheus.yml"))


def test_every_alert_fires_when_it_should_and_not_before() -> None:
    cases = Path(__file__).parent / "rules.test.yml"
    promtool("test", "rules", str(cases))
    tried = {
        each["alertname"]
        for case in yaml.safe_load(cases.read_text("utf-8"))["tests"]
        for each in case["alert_rule_test"]
    }
    assert tried == set(alerts())


def alerts() -> dict[str, str]:
    """Alert → its query."""
    groups = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    return {rule["alert"]: rule["expr"] for group in groups for rule in group["rules"]}


def panels() -> Iterator[tuple[str, str]]:
    """(dashboard and panel, query)."""
    for file in BOARDS:
        board = json.loads(file.read_text("utf-8"))
        for panel in board["panels"]:
            for target in panel["targets"]:
                assert target["datasource"]["uid"] == "shenguan"
                yield f"{board['title']}: {panel['title']}", target["expr"]


@asynccontextmanager
async def prometheus(folder: StateFolder, standing: Told) -> AsyncIterator[httpx.AsyncClient]:
    """Prometheus with the rules of the tree, scraping the stack every second."""
    config = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text("utf-8"))
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(RULES)]
    (job,) = config["scrape_configs"]
    assert {each["labels"]["service"] for each in job["static_configs"]} == set(service_names())
    for each in job["static_configs"]:
        each["targets"] = [standing.metrics[each["labels"]["service"]]]
    written, port = folder.path / "prometheus.yml", free_port()
    written.write_text(yaml.safe_dump(config), encoding="utf-8")
    child = Child(
        Program(
            name="prometheus",
            command=[
                "/usr/bin/prometheus",
                f"--config.file={written}",
                f"--storage.tsdb.path={folder.path / 'prometheus'}",
                f"--web.listen-address={HOST}:{port}",
            ],
            environment={},
            log=folder.log("prometheus"),
        )
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://{HOST}:{port}/api/v1", trust_env=False) as http:
            yield http
    finally:
        await child.stop(20)


async def answered(http: httpx.AsyncClient, query: str) -> list[Any]:
    try:
        answer = await http.get("/query", params={"query": query})
    except httpx.TransportError:
        return []
    said = answer.json()
    assert said["status"] == "success", (query, said)
    result: list[Any] = said["data"]["result"]
    return result


async def test_every_query_is_understood_and_every_panel_shows_something() -> None:
    folder = temporary_folder()
    try:
        async with told() as standing, prometheus(folder, standing) as http:
            story = await play(county(ROOT / FOLDER), standing.stack.urls, standing.stack.headers())
            assert not story.refused, story.refused
            await days_pass(standing.stack)
            # A level among others has links; their panels are asked in test_links.py.
            empty = {panel: query for panel, query in panels() if "shenguan_link" not in query}
            until = monotonic() + PATIENCE
            while empty:
                empty = {panel: query for panel, query in empty.items() if not await answered(http, query)}
                assert not empty or monotonic() < until, empty
                await asyncio.sleep(1)
            for query in alerts().values():
                await answered(http, query)
            firing = await answered(http, 'ALERTS{alertstate="firing"}')
            assert firing == [], "the demonstration is in order"
    finally:
        folder.remove()
