"""The files of a deployment say what the program reads, and nothing it does not."""

import re
import runpy
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
EXAMPLE = runpy.run_path(str(ROOT / "deploy" / "env_example.py"))
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
LEVEL = yaml.safe_load((ROOT / "deploy" / "compose.level.yml").read_text(encoding="utf-8"))
NODES = ("nats-1", "nats-2", "nats-3")
SERVICES = ("approval", "supervision", "credit", "console")
SETTINGS = re.compile(r"^class (\w+)\((?:Base|Secret|Database)Settings\)", re.MULTILINE)
ASKED_OF_COMMANDS = {"StreamSettings", "NatsAccess"}
"""Read by `provision` or from the secrets; docker-compose.yml says them itself."""
ABSTRACT = {"SecretSettings", "DatabaseSettings"}


def test_the_example_of_the_settings_is_what_the_settings_say() -> None:
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == EXAMPLE["text"](), "make env-example"


def test_no_settings_are_left_out_of_it() -> None:
    sources = [*(ROOT / "services").rglob("*.py"), *(ROOT / "shared").rglob("*.py")]
    there = {name for source in sources for name in SETTINGS.findall(source.read_text(encoding="utf-8"))}
    assert there - ASKED_OF_COMMANDS - ABSTRACT == {each.__name__ for each in EXAMPLE["COVERED"]}


@pytest.mark.parametrize(("page", "service"), [("settings.md", "<服务>"), ("settings.en.md", "<SERVICE>")])
def test_every_setting_is_told_to_a_reader(page: str, service: str) -> None:
    told = set(re.findall(r"`(SHENGUAN_[^`]+)`", (ROOT / "docs" / page).read_text(encoding="utf-8")))
    of_any = re.compile("|".join(f"(?<=SHENGUAN_){each.upper()}(?=_)" for each in SERVICES))
    there = set(re.findall(r"SHENGUAN_[A-Z_]*[A-Z]\b", EXAMPLE["text"]()))
    assert {name for name in there if not {name, of_any.sub(service, name)} & told} == set()


@pytest.mark.parametrize("name", [*SERVICES, *(f"migrate-{service}" for service in SERVICES), "provision", "load"])
def test_a_container_of_ours_writes_nowhere_may_nothing_and_sees_its_own_secrets_alone(name: str) -> None:
    container = COMPOSE["services"][name]
    assert (container["read_only"], container["cap_drop"]) == (True, ["ALL"])
    assert container["security_opt"] == ["no-new-privileges:true"]
    owner = {"provision": "operator", "load": "operator"}.get(name, name.removeprefix("migrate-"))
    assert container["volumes"][0] == f"./deploy/secrets/{owner}:/run/secrets:ro"
    assert all(volume.endswith(":ro") for volume in container["volumes"])
    assert not [
        name
        for name in container["environment"]
        if re.search("PASSWORD|(SIGNING|IDENTITY)_KEY|(DATABASE|OWNER)_URL", name)
    ]


def test_nobody_but_this_machine_reaches_what_is_published() -> None:
    published = [port for each in COMPOSE["services"].values() for port in each.get("ports", [])]
    assert len(published) >= len(SERVICES)
    assert [port for port in published if "127.0.0.1:" not in port] == []


def test_the_core_starts_whatever_profile_is_named_and_what_stands_beside_it_only_when_it_is() -> None:
    beside = {name: each["profiles"] for name, each in COMPOSE["services"].items() if "profiles" in each}
    assert beside == {
        "load": ["load"],
        "prometheus": ["obs"],
        "grafana": ["obs"],
        "otel-collector": ["obs"],
        "jaeger": ["obs"],
    }
    core = COMPOSE["services"].keys() - beside
    assert core > {*SERVICES, "postgres", "nats-1", "nats-2", "nats-3", "provision"}
    needed = {other for name in core for other in COMPOSE["services"][name].get("depends_on", ())}
    assert needed <= core
    for page in ("deployment.md", "deployment.en.md"):
        told = (ROOT / "docs" / page).read_text(encoding="utf-8")
        assert re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE)[-3:] == ["core", "obs", "load"]


def test_a_level_changes_the_servers_and_adds_who_gathers_as_careful_as_the_others() -> None:
    assert set(LEVEL["services"]) == {*NODES, "provision", "gather"}
    gather, like = LEVEL["services"]["gather"], COMPOSE["services"]["provision"]
    for name in ("image", "cap_drop", "security_opt", "read_only", "tmpfs", "volumes"):
        assert gather[name] == like[name]
    told = like["environment"] | LEVEL["services"]["provision"]["environment"]
    assert {name: told[name] for name in gather["environment"]} == gather["environment"]
    for node in NODES:
        environment = LEVEL["services"][node]["environment"]
        assert environment["SHENGUAN_NATS_CLUSTER"] == "${SHENGUAN_NATS_DOMAIN}"
        (door,) = LEVEL["services"][node]["ports"]
        assert door.startswith("${SHENGUAN_NATS_DOOR:-127.0.0.1}:")
    assert COMPOSE["services"]["nats-1"]["environment"]["SHENGUAN_NATS_CLUSTER"] == "shenguan"


TAKEN_AWAY = re.compile(r"DROP COLUMN|DROP TABLE|RENAME (COLUMN|TO)|drop_column|drop_table")
BEFORE_THERE_WERE_ROLLING_UPGRADES = {"supervision/0004_catalogue.py"}


def test_migrations_take_nothing_away_that_the_release_before_still_uses() -> None:
    taking = {
        f"{file.parts[-4]}/{file.name}"
        for file in (ROOT / "services").glob("*/migrations/versions/*.py")
        if TAKEN_AWAY.search(file.read_text(encoding="utf-8"))
    }
    assert taking == BEFORE_THERE_WERE_ROLLING_UPGRADES
