"""访问者: present inside, and only inside."""

import asyncio

from chassis.access.principal import ITSELF, NOBODY, Principal, PrincipalKind, on_behalf_of, present

SOMEBODY = Principal(id="1001", kind=PrincipalKind.PERSON)


def test_without_a_request_the_service_acts_for_itself() -> None:
    assert present() is ITSELF


def test_the_innermost_principal_counts_and_the_outer_one_comes_back() -> None:
    with on_behalf_of(SOMEBODY):
        with on_behalf_of(NOBODY):
            assert present() is NOBODY
        assert present() is SOMEBODY
    assert present() is ITSELF


async def test_two_requests_at_once_do_not_see_each_other() -> None:
    async def asked(principal: Principal) -> bool:
        with on_behalf_of(principal):
            await asyncio.sleep(0)
            return present() is principal

    assert all(await asyncio.gather(asked(SOMEBODY), asked(NOBODY)))
