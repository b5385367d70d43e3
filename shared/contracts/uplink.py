"""The link upwards (纵向贯通, 区—市—自治区): what the level above reads of a deployment's streams, and under which names.

The level above sources the streams of the one below by durables that are made below, so that whoever is below decides
what goes up. Names carry the JetStream domain of the deployment below: above, many of them meet.
"""

from contracts import apikey
from contracts.topology import LISTENS, durable_of

UPPER = "upper"
"""上级平台: the identity by which the level above reads; it may ask for its own durables and nothing else."""
GATHERER = "console"
"""Who listens where nothing happens and everything is gathered."""
_KEPT_BELOW = apikey.EVENTS
"""What only the services of a deployment itself need to know."""


def domain_of(region: str) -> str:
    """The JetStream domain of the deployment of a region (区划): ``d640202``."""
    return f"d{region}"


def uplinked() -> tuple[str, ...]:
    """The streams that go up: those the console hears."""
    return tuple(LISTENS[GATHERER])


def uplink_of(stream: str) -> str:
    """The durable that feeds the level above, e.g. ``upper-from-approval``."""
    return durable_of(UPPER, stream)


def delivered_to(domain: str, stream: str) -> str:
    """Where a deployment delivers to the level above; one subject for each deployment and stream."""
    return f"uplink.{domain}.{stream.lower()}"


def answered_to(domain: str, token: str) -> str:
    """Where a deployment answers what the level above asks about its durables."""
    return f"uplink.{domain}.answer.{token}"


def goes_up() -> tuple[str, ...]:
    """The CloudEvents types of the events that go up, older generations too."""
    return tuple(f"cn.{subject.removesuffix('.>')}" for stream in uplinked() for subject in offered(stream))


def offered(stream: str) -> tuple[str, ...]:
    """The subjects of a stream that go up."""
    return tuple(
        f"shenguan.{event.fact}.v{version}.>"
        for event in LISTENS[GATHERER][stream]
        if event not in _KEPT_BELOW
        for version in range(1, event.generation + 1)
    )
