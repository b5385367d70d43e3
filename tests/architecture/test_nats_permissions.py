"""What NATS allows is what the topology says: everything a service needs, nothing that is another's."""

import re
from itertools import permutations as pairs
from pathlib import Path

import pytest

from contracts.permissions import OPERATOR, bureau_of, permissions, uplink
from contracts.topology import INTAKE, LISTENS, STREAMS, durable_of, durables, stream_of
from contracts.uplink import GATHERER, uplink_of, uplinked
from ops.nats_users import deployed, identities, key_variable

DEPLOY = Path(__file__).parents[2] / "deploy"
LIMITED = sorted(set(permissions()) - {OPERATOR})


def overlap(one: str, other: str) -> bool:
    """Whether some subject is matched by both patterns."""
    return _overlap(one.split("."), other.split("."))


def _overlap(one: list[str], other: list[str]) -> bool:
    if not one or not other:
        return not one and not other
    if ">" in (one[0], other[0]):
        return True
    return (one[0] == other[0] or "*" in (one[0], other[0])) and _overlap(one[1:], other[1:])


def test_the_permissions_of_credit_are_exactly_these() -> None:
    assert set(permissions()["credit"].publish) == {
        "shenguan.credit.>",
        "$JS.API.STREAM.INFO.CREDIT",
        "$JS.API.STREAM.MSG.GET.CREDIT",
        "$JS.API.CONSUMER.INFO.APPROVAL.credit-from-approval",
        "$JS.API.CONSUMER.MSG.NEXT.APPROVAL.credit-from-approval",
        "$JS.ACK.APPROVAL.credit-from-approval.>",
        "$JS.API.CONSUMER.INFO.SUPERVISION.credit-from-supervision",
        "$JS.API.CONSUMER.MSG.NEXT.SUPERVISION.credit-from-supervision",
        "$JS.ACK.SUPERVISION.credit-from-supervision.>",
        "$JS.API.CONSUMER.INFO.CONSOLE.credit-from-console",
        "$JS.API.CONSUMER.MSG.NEXT.CONSOLE.credit-from-console",
        "$JS.ACK.CONSOLE.credit-from-console.>",
    }
    assert permissions()["credit"].subscribe == ("_INBOX.credit.>",)


@pytest.mark.parametrize("service", sorted(LISTENS))
def test_a_service_may_say_what_is_its_own_and_pull_what_it_listens_to(service: str) -> None:
    own = {(stream, durable_of(service, stream)) for listener, stream in durables() if listener == service}
    said, watched, pulled = set(), set(), set()
    for subject in permissions()[service].publish:
        if found := re.fullmatch(
            r"\$JS\.(?:API\.CONSUMER\.(?:INFO|MSG\.NEXT)|ACK)\.([A-Z]+)\.([a-z-]+)(?:\.>)?", subject
        ):
            pulled.add((found[1], found[2]))
        elif found := re.fullmatch(r"\$JS\.API\.STREAM\.(?:INFO|MSG\.GET)\.([A-Z]+)", subject):
            watched.add(found[1])
        else:
            said.add(subject)
    gathered = set(uplinked()) if service == GATHERER else set()
    assert (said, watched, pulled) == ({f"shenguan.{service}.>"}, {stream_of(service), *gathered}, own)


def test_no_two_identities_may_say_or_hear_the_same_subject() -> None:
    for one, other in pairs(LIMITED, 2):
        for kind in ("publish", "subscribe"):
            theirs = getattr(permissions()[other], kind)
            shared = [
                (a, b)
                for a in getattr(permissions()[one], kind)
                for b in theirs
                # Looking at a stream changes nothing: whoever gathers looks at those it gathers.
                if overlap(a, b) and not a.startswith("$JS.API.STREAM.INFO.")
            ]
            assert not shared, (one, other)


def test_nobody_but_a_service_and_its_bureaus_may_write_into_a_stream() -> None:
    for stream, subjects in STREAMS.items():
        writers = {
            name
            for name, may in permissions().items()
            if any(overlap(allowed, kept) for allowed in may.publish for kept in subjects)
        }
        expected = {bureau_of(service) for service in INTAKE} if stream == "INTAKE" else {stream.lower()}
        assert writers == expected


def test_everybody_hears_only_inboxes_of_its_own() -> None:
    answers = {OPERATOR: ("uplink.*.answer.*",)}
    assert {name: may.subscribe for name, may in permissions().items()} == {
        name: (f"_INBOX.{name}.>", *answers.get(name, ())) for name in permissions()
    }


def test_the_level_above_may_ask_for_its_own_durables_alone_and_hear_nothing_of_ours() -> None:
    own = {f"{stream}.{uplink_of(stream)}" for stream in ("APPROVAL", "SUPERVISION", "CREDIT")}
    verbs = [f"$JS.*.API.CONSUMER.{verb}.{durable}" for durable in own for verb in ("INFO", "RESET")]
    assert set(uplink().publish) == {*verbs, *(f"$JS.FC.{durable}.*" for durable in own)}
    ours = [heard for may in permissions().values() for heard in may.subscribe if heard.startswith("_")]
    kept = [subject for subjects in STREAMS.values() for subject in subjects]
    assert not [(a, b) for a in uplink().subscribe for b in (*ours, *kept) if overlap(a, b)]


def test_the_users_of_the_deployment_are_those_of_the_topology() -> None:
    assert (DEPLOY / "nats-users.conf").read_text(encoding="utf-8") == deployed()


def test_the_deployment_makes_a_key_for_every_identity() -> None:
    script = (DEPLOY / "nats-keys").read_text(encoding="utf-8")
    named = re.search(r"^IDENTITIES=\((.*)\)$", script, re.MULTILINE)
    assert named is not None
    assert named[1].split() == list(identities())
    users = (DEPLOY / "nats-users.conf").read_text(encoding="utf-8")
    assert set(re.findall(r"SHENGUAN_\w+_NKEY", users)) == {key_variable(identity) for identity in identities()}
