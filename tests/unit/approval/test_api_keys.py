"""接口密钥: what may be granted, and what every service learns of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from approval import handlers
from approval.domain.api_key import LONGEST_DAYS, ApiKey, KeyGrant, MakeKey, RevokeKey
from chassis.keys.secret import PREFIX, belongs, issue, parted
from contracts.apikey import ApiKeyChanged
from kernel.refusal import Refusal

TODAY = date(2026, 3, 2)
GRANT = KeyGrant(
    name="许可系统",
    scopes=("POST /api/v1/cases",),
    source_systems=("market",),
    regions=("640202",),
    departments=("*",),
    expires_on=TODAY + timedelta(days=30),
)
DIGEST = bytes(32)


class Keys:
    """A unit of work in memory."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 8, tzinfo=UTC)
        self.day = TODAY
        self.region = "640202"
        self.kept: dict[str, ApiKey] = {}
        self.said: list[Any] = []

    def key(self, key_id: str) -> ApiKey | None:
        return self.kept.get(key_id)

    def keep(self, key: ApiKey) -> None:
        self.kept[key.key_id] = key

    def publish(self, event: Any) -> None:
        self.said.append(event)


def make(work: Keys, **changes: Any) -> ApiKey:
    return handlers.make_key(work, MakeKey(key_id="a1", digest=DIGEST, grant=replace(GRANT, **changes), by="SEC-01"))


def refused(act: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value


def test_a_key_is_made_and_the_others_learn_all_they_need_to_check_it() -> None:
    work = Keys()
    make(work)
    (said,) = work.said
    assert isinstance(said, ApiKeyChanged)
    assert (said.key_id, said.version, said.digest, said.revoked) == ("a1", 1, DIGEST.hex(), False)
    assert (said.scopes, said.source_systems, said.expires_on) == (GRANT.scopes, GRANT.source_systems, GRANT.expires_on)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": "a\x00"}, "/name"),
        ({"scopes": ()}, "/scopes"),
        ({"scopes": ("POST /ops/v1/clock",)}, "/scopes/0"),
        ({"scopes": ("POST /api/v1/cases", "POST /api/v1")}, "/scopes/1"),
        ({"scopes": ("POST /api/v1/../ops",)}, "/scopes/0"),
        ({"source_systems": ("Not A Source",)}, "/source_systems/0"),
        ({"regions": ("6402",)}, "/regions/0"),
        ({"departments": ("a,b",)}, "/departments/0"),
        ({"departments": tuple(f"D{n}" for n in range(51))}, "/departments"),
        ({"expires_on": TODAY}, "/expires_on"),
        ({"expires_on": TODAY + timedelta(days=LONGEST_DAYS + 1)}, "/expires_on"),
    ],
)
def test_what_may_not_be_granted_is_named(change: dict[str, Any], pointer: str) -> None:
    work = Keys()
    refusal = refused(lambda: make(work, **change))
    assert (refusal.code, [fault.pointer for fault in refusal.faults]) == ("invalid-content", [pointer])
    assert not work.kept
    assert not work.said


def test_a_key_may_be_good_for_the_longest_time_and_not_a_day_more() -> None:
    assert make(Keys(), expires_on=TODAY + timedelta(days=LONGEST_DAYS)).version == 1


def test_revoking_is_told_once_and_keeps_who_did_it_first() -> None:
    work = Keys()
    make(work)
    for by in ("SEC-02", "SEC-03"):
        kept = handlers.revoke_key(work, RevokeKey(key_id="a1", by=by, reason="遗失"))
        assert (kept.revoked_by, kept.version) == ("SEC-02", 2)
    assert [(said.version, said.revoked) for said in work.said] == [(1, False), (2, True)]


def test_an_unknown_key_and_a_missing_reason_are_refused() -> None:
    work = Keys()
    assert refused(lambda: handlers.revoke_key(work, RevokeKey(key_id="b2", by="S", reason="x"))).status == 404
    make(work)
    refusal = refused(lambda: handlers.revoke_key(work, RevokeKey(key_id="a1", by="S", reason="")))
    assert [fault.pointer for fault in refusal.faults] == ["/reason"]
    assert work.kept["a1"].revoked_at is None


def test_a_secret_belongs_to_its_own_digest_alone_and_no_two_are_alike() -> None:
    one, other = issue(), issue()
    key_id, secret = parted(one.token) or ("", "")
    assert key_id == one.key_id
    assert one.token.startswith(PREFIX)
    assert belongs(secret, one.digest)
    assert not belongs(secret, other.digest)
    assert one.digest != other.digest
    assert secret not in repr(one.digest)


@pytest.mark.parametrize(
    "token",
    ["", "sgk_", "sgk_a_b", "Bearer x", issue().token[:-1], issue().token + "a", "sgk_" + "0" * 60],
    ids=["empty", "no id", "short", "another scheme", "one letter less", "one letter more", "one part"],
)
def test_what_is_no_token_is_taken_for_none(token: str) -> None:
    assert parted(token) is None
