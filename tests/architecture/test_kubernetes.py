"""The Kubernetes files (deploy/k8s): rendered, valid offline, and as narrow as the container files are.

Rendering needs kubectl and the schemas (`make .venv/.k8s`); without them the tests say so, and fail when CI=true.
KEDA's ScaledObject is a custom resource without a schema among those: what we use of it is written down here.
"""

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from chassis.hooks.settings import HookSettings
from contracts.topology import LISTENS, durable_of, durables

pytestmark = pytest.mark.nightly

K8S = Path(__file__).parents[2] / "deploy" / "k8s"
LEVELS = ("district", "city", "province")
every_level = pytest.mark.parametrize("level", LEVELS)

SCALED = {
    "type": "object",
    "additionalProperties": False,
    "required": ["scaleTargetRef", "triggers", "minReplicaCount", "maxReplicaCount"],
    "properties": {
        "scaleTargetRef": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
        "minReplicaCount": {"type": "integer", "minimum": 2},
        "maxReplicaCount": {"type": "integer"},
        "pollingInterval": {"type": "integer"},
        "cooldownPeriod": {"type": "integer"},
        "triggers": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["type", "metadata"],
                "properties": {
                    "type": {"const": "nats-jetstream"},
                    "metadata": {
                        "type": "object",
                        "additionalProperties": {"type": "string"},
                        "required": ["natsServerMonitoringEndpoint", "account", "stream", "consumer", "lagThreshold"],
                    },
                },
            },
        },
    },
}


@pytest.fixture(autouse=True)
def tools() -> None:
    missing = [tool for tool in ("kubectl",) if shutil.which(tool) is None]
    try:
        import kubernetes_validate  # noqa: F401, PLC0415 - only where it is installed
    except ImportError:
        missing.append("kubernetes-validate")
    if missing and os.environ.get("CI", "").lower() == "true":
        pytest.fail(f"`make .venv/.k8s` installs {missing}", pytrace=False)
    if missing:
        pytest.skip(f"`make .venv/.k8s` installs {missing}")


@cache
def rendered(level: str) -> str:
    command = ["kubectl", "kustomize", str(K8S / level)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def things(level: str, kind: str) -> dict[str, Any]:
    found = [each for each in yaml.safe_load_all(rendered(level)) if each["kind"] == kind]
    return {each["metadata"]["name"]: each for each in found}


def pods(level: str) -> dict[str, Any]:
    """Everything that becomes a pod → its template."""
    found = {
        name: each["spec"]["template"] for kind in ("Deployment", "Job") for name, each in things(level, kind).items()
    }
    crons = things(level, "CronJob")
    return found | {name: each["spec"]["jobTemplate"]["spec"]["template"] for name, each in crons.items()}


def services(level: str) -> set[str]:
    return set(LISTENS) if level == "district" else {"console"}


@every_level
def test_what_is_rendered_is_what_kubernetes_knows(level: str) -> None:
    import kubernetes_validate  # noqa: PLC0415 - only where it is installed

    for each in yaml.safe_load_all(rendered(level)):
        if each["kind"] == "ScaledObject":
            jsonschema.validate(each["spec"], SCALED)
        else:
            kubernetes_validate.validate(each, "1.37", strict=True)


@every_level
def test_every_service_has_what_keeps_it_up_and_apart(level: str) -> None:
    assert set(things(level, "Deployment")) == services(level)
    for kind in ("Service", "PodDisruptionBudget", "NetworkPolicy", "ScaledObject", "ServiceAccount"):
        assert services(level) <= set(things(level, kind)), kind
    jobs = {"provision", *(f"migrate-{service}" for service in services(level))}
    assert set(things(level, "Job")) == jobs
    assert set(things(level, "CronJob")) == (set() if level == "district" else {"gather"})


@every_level
def test_a_pod_of_ours_is_nobody_writes_nowhere_and_sees_its_own_secrets_alone(level: str) -> None:
    for name, template in pods(level).items():
        pod = template["spec"]
        (container,) = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        secrets = [volume["secret"]["secretName"] for volume in pod["volumes"] if "secret" in volume]
        owner = {"provision": "operator", "gather": "operator"}.get(name, name.removeprefix("migrate-"))
        assert secrets == [f"shenguan-{owner}"]
    assert things(level, "Secret") == {}
    assert "PASSWORD" not in rendered(level)


@every_level
def test_a_service_is_asked_whether_it_lives_and_whether_it_is_ready(level: str) -> None:
    for deployment in things(level, "Deployment").values():
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        asked = {probe: container[f"{probe}Probe"]["httpGet"]["path"] for probe in ("startup", "liveness", "readiness")}
        assert asked == {"startup": "/healthz", "liveness": "/healthz", "readiness": "/readyz"}
        assert "replicas" not in deployment["spec"], "the ScaledObject owns their number"


@every_level
def test_it_is_scaled_on_the_lag_of_each_of_its_durables(level: str) -> None:
    for name, scaled in things(level, "ScaledObject").items():
        watched = {(each["metadata"]["stream"], each["metadata"]["consumer"]) for each in scaled["spec"]["triggers"]}
        assert watched == {(stream, durable_of(name, stream)) for service, stream in durables() if service == name}


@every_level
def test_nothing_passes_but_what_is_needed(level: str) -> None:
    policies = things(level, "NetworkPolicy")
    assert policies["nothing"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    way = {"postgresql": {5432}, "nats": {4222, 8222}, "outside": {443, 4318}}
    for name, ports in way.items():
        (rule,) = policies[name]["spec"]["egress"]
        assert {port["port"] for port in rule["ports"]} == ports
        assert [list(to) for to in rule["to"]] == [["ipBlock"]]
    for name, template in pods(level).items():
        used = {way for way in ("postgresql", "nats", "outside") if f"shenguan/{way}" in template["metadata"]["labels"]}
        wanted = {"provision": {"nats"}, "gather": {"nats"}}.get(name, {"postgresql"})
        assert used == (wanted if name not in services(level) else set(way)), name
    for name in services(level) - {"console"}:
        spec = policies[name]["spec"]
        (asked, scraped) = spec["ingress"]
        assert "egress" not in spec
        assert [list(source) for source in asked["from"]] == [["namespaceSelector"], ["podSelector"]]
        assert [port["port"] for port in scraped["ports"]] == [9464]


@every_level
def test_facts_are_pushed_where_both_the_network_and_the_services_allow_it(level: str) -> None:
    (rule,) = things(level, "NetworkPolicy")["receivers"]["spec"]["egress"]
    inside = json.loads(things(level, "ConfigMap")["shenguan"]["data"]["SHENGUAN_HOOK_INSIDE"])
    assert [to["ipBlock"]["cidr"] for to in rule["to"]] == inside
    assert [str(each) for each in HookSettings(inside=tuple(inside)).inside] == inside
    chosen = things(level, "NetworkPolicy")["receivers"]["spec"]["podSelector"]["matchLabels"].items()
    reached = {name for name, template in pods(level).items() if chosen <= template["metadata"]["labels"].items()}
    assert reached == services(level) - {"console"}


def test_a_level_above_gathers_and_is_gathered_from() -> None:
    told = {level: things(level, "ConfigMap")["shenguan"]["data"] for level in LEVELS}
    assert "SHENGUAN_NATS_SOURCES" not in told["district"]
    for below, above in (("district", "city"), ("city", "province")):
        assert told[below]["SHENGUAN_REGION"] in told[above]["SHENGUAN_NATS_SOURCES"].split(",")
    assert {f"d{each['SHENGUAN_REGION']}" for each in told.values()} == {
        each["SHENGUAN_NATS_DOMAIN"] for each in told.values()
    }
