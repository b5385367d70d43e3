"""Who may do what on NATS (消息权限): derived from the topology, so that nobody may more than it says.

A service publishes to its own stream, watches it, and pulls from its own durables. A bureau system only hands in.
The operator makes streams and durables and speaks for nobody. What is not listed here is refused by the server.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.topology import INTAKE, LISTENS, durable_of, durables, filters_of, stream_of
from contracts.uplink import GATHERER, uplink_of, uplinked

OPERATOR = "operator"
"""运维: provisions streams and durables, reads streams to compare them."""
SYSTEM = "system"
"""系统账户: server statistics and events, in an account without any of our messages."""


@dataclass(frozen=True, slots=True)
class Permissions:
    """The subjects one identity may publish to and subscribe to (权限)."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


def inbox_of(identity: str) -> str:
    """The prefix of an identity's own inboxes; answers to others are never heard (收件前缀)."""
    return f"_INBOX.{identity}"


def bureau_of(service: str) -> str:
    """The identity of the bureau systems that hand facts in to a service (委办局系统)."""
    return f"bureau-{service}"


def permissions() -> Mapping[str, Permissions]:
    """Identity → what it may do, for everybody in the account of the streams."""
    services = {service: _permitted(service, _publishes(service)) for service in LISTENS}
    bureaus = {bureau_of(service): _permitted(bureau_of(service), filters_of(service, "INTAKE")) for service in INTAKE}
    asking = ("$JS.API.>", "$JS.FC.>", "$JS.*.API.CONSUMER.INFO.*.*")
    operator = Permissions(publish=asking, subscribe=(f"{inbox_of(OPERATOR)}.>", "uplink.*.answer.*"))
    return services | bureaus | {OPERATOR: operator}


def uplink() -> Permissions:
    """What the level above may do on a deployment's NATS: start its durables anew, acknowledge, receive (上级平台)."""
    asked = []
    for stream in uplinked():
        durable = f"{stream}.{uplink_of(stream)}"
        # Over a leaf node the interface has the domain of the deployment in its name; no other domain answers here.
        asked += [f"$JS.*.API.CONSUMER.{verb}.{durable}" for verb in ("INFO", "RESET")] + [f"$JS.FC.{durable}.*"]
    return Permissions(publish=tuple(asked), subscribe=("$JSC.R.*", "uplink.>"))


def _permitted(identity: str, publishes: tuple[str, ...]) -> Permissions:
    return Permissions(publish=publishes, subscribe=(f"{inbox_of(identity)}.>",))


def _publishes(service: str) -> tuple[str, ...]:
    own = stream_of(service)
    # Who gathers the streams of levels below looks at their sources.
    looked_at = dict.fromkeys((own, *(uplinked() if service == GATHERER else ())))
    watching = (*(f"$JS.API.STREAM.INFO.{stream}" for stream in looked_at), f"$JS.API.STREAM.MSG.GET.{own}")
    pulling = (subject for listener, stream in durables() if listener == service for subject in _pulls(service, stream))
    return (f"shenguan.{service}.>", *watching, *pulling)


def _pulls(service: str, stream: str) -> tuple[str, ...]:
    durable = f"{stream}.{durable_of(service, stream)}"
    return (f"$JS.API.CONSUMER.INFO.{durable}", f"$JS.API.CONSUMER.MSG.NEXT.{durable}", f"$JS.ACK.{durable}.>")
