"""角色授权: three administrators that exclude each other, each by two persons; every other role by one."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from approval import handlers
from approval.domain.role_grant import ConfirmGrant, EndGrant, GrantRole, GrantState, RoleGrant
from kernel.refusal import Refusal
from kernel.role import SEPARATED, Role

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
SEC, SYS, AUDIT = Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR


class Grants:
    """A unit of work in memory."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 8, tzinfo=UTC)
        self.day = TODAY
        self.kept: dict[str, RoleGrant] = {}

    def in_office(self, person: str) -> bool:
        return person in {"zhao", "qian"}

    def grants_of(self, person: str) -> Sequence[RoleGrant]:
        return [grant for grant in self.kept.values() if grant.person == person]

    def grant(self, grant_id: str) -> RoleGrant | None:
        return self.kept.get(grant_id)

    def keep(self, grant: RoleGrant) -> None:
        self.kept[grant.grant_id] = grant

    def give(self, role: Role, **changes: Any) -> tuple[RoleGrant, bool]:
        plain: dict[str, Any] = {
            "grant_id": f"g{len(self.kept)}",
            "person": "zhao",
            "role": role,
            "region": "*",
            "department": "*",
            "starts_on": None,
            "ends_on": None,
            "by": "sun",
        }
        return handlers.grant_role(self, GrantRole(**plain | changes))


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.code


def test_an_ordinary_role_holds_at_once_and_the_same_again_is_the_same_grant() -> None:
    work = Grants()
    first, duplicate = work.give(Role.SUPERVISOR, department="D-1")
    assert (first.state, first.starts_on, duplicate) == (GrantState.GRANTED, TODAY, False)
    assert work.give(Role.SUPERVISOR, department="D-1") == (first, True)
    assert work.give(Role.SUPERVISOR, department="D-2")[1] is False
    assert code_of(lambda: work.give(Role.SUPERVISOR, department="D-1", ends_on=TODAY)) == "grant-differs"


def test_an_administrator_needs_a_second_person_who_is_neither_giver_nor_receiver() -> None:
    work = Grants()
    grant, _ = work.give(SEC)
    assert grant.state is GrantState.PROPOSED
    for by in ("sun", "zhao"):
        alone = ConfirmGrant(grant_id="g0", by=by)
        assert code_of(partial(handlers.confirm_grant, work, alone)) == "second-person-needed"
    assert work.kept["g0"].state is GrantState.PROPOSED
    confirmed = handlers.confirm_grant(work, ConfirmGrant(grant_id="g0", by="li"))
    assert (confirmed.state, confirmed.confirmed_by) == (GrantState.GRANTED, "li")
    assert handlers.confirm_grant(work, ConfirmGrant(grant_id="g0", by="wu")).confirmed_by == "li"
    assert code_of(lambda: work.give(SEC, person="qian", by="qian")) == "second-person-needed"


@pytest.mark.parametrize("held", sorted(SEPARATED))
@pytest.mark.parametrize("wanted", sorted(SEPARATED))
def test_nobody_holds_two_of_the_three_not_even_as_a_proposal(held: Role, wanted: Role) -> None:
    work = Grants()
    work.give(held)
    if held is wanted:
        assert work.give(wanted)[1] is True
    else:
        assert code_of(lambda: work.give(wanted)) == "roles-not-separated"
    assert work.give(wanted, person="qian")[1] is False


def test_one_administrator_may_become_another_afterwards_and_may_supervise_meanwhile() -> None:
    work = Grants()
    work.give(SYS, ends_on=TODAY + 9 * DAY)
    assert code_of(lambda: work.give(AUDIT, starts_on=TODAY + 9 * DAY)) == "roles-not-separated"
    assert work.give(AUDIT, starts_on=TODAY + 10 * DAY)[0].state is GrantState.PROPOSED
    assert work.give(Role.SUPERVISOR)[0].state is GrantState.GRANTED


def test_an_ended_administrator_counts_for_the_days_it_was_in_force_and_a_withdrawn_proposal_for_none() -> None:
    work = Grants()
    work.give(SYS)
    handlers.end_grant(work, EndGrant(grant_id="g0", by="li", reason="调岗"))
    assert work.give(AUDIT)[0].state is GrantState.PROPOSED
    handlers.confirm_grant(work, ConfirmGrant(grant_id="g1", by="li"))
    ended = handlers.end_grant(work, EndGrant(grant_id="g1", by="li", reason="调岗"))
    assert (ended.state, ended.ends_on) == (GrantState.ENDED, TODAY)
    assert handlers.end_grant(work, EndGrant(grant_id="g1", by="wu", reason="再次")).ended_by == "li"
    assert code_of(lambda: work.give(SEC)) == "roles-not-separated"
    assert work.give(SEC, starts_on=TODAY + DAY)[1] is False
    assert code_of(lambda: handlers.confirm_grant(work, ConfirmGrant(grant_id="g0", by="wu"))) == "grant-ended"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"person": "nobody"}, "/person"),
        ({"role": Role.BUREAU_SYSTEM}, "/role"),
        ({"role": Role.ENTERPRISE}, "/role"),
        ({"region": ""}, "/region"),
        ({"department": "a\x00"}, "/department"),
        ({"starts_on": TODAY - DAY}, "/starts_on"),
        ({"ends_on": TODAY - DAY}, "/ends_on"),
        ({"by": ""}, "/by"),
    ],
)
def test_what_may_not_be_granted_is_named(change: dict[str, Any], pointer: str) -> None:
    work = Grants()
    with pytest.raises(Refusal) as refusal:
        work.give(**{"role": Role.APPROVER} | change)
    assert [fault.pointer for fault in refusal.value.faults] == [pointer]
    assert not work.kept


def test_an_unknown_grant_and_a_missing_reason_are_refused() -> None:
    work = Grants()
    assert code_of(lambda: handlers.confirm_grant(work, ConfirmGrant(grant_id="x", by="li"))) == "not-found"
    work.give(Role.APPROVER)
    assert code_of(lambda: handlers.end_grant(work, EndGrant(grant_id="g0", by="li", reason=""))) == "invalid-content"
    assert work.kept["g0"].ended_at is None
