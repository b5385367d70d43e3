"""The stack's clock goes forward only and survives a restart."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.clock import StackClock
from kernel.refusal import Refusal
from tests.integration.chassis.road import Road

pytestmark = pytest.mark.servers

DAY = datetime(2010, 1, 4, 1, tzinfo=UTC)


async def moved(road: Road, clock: StackClock, to: datetime) -> None:
    async with road.pool.acquire() as connection, connection.transaction():
        await clock.move(connection, to)


async def test_the_first_move_is_free_then_it_ticks_on(road: Road) -> None:
    clock = StackClock()
    assert not clock.moved
    await moved(road, clock, DAY)
    first = clock.now()
    assert DAY <= first < DAY + timedelta(minutes=1)
    assert clock.now() >= first


async def test_it_never_goes_back(road: Road) -> None:
    clock = StackClock()
    await moved(road, clock, DAY)
    with pytest.raises(Refusal, match="clock-backwards"):
        await moved(road, clock, DAY - timedelta(seconds=1))
    await moved(road, clock, DAY)
    await moved(road, clock, DAY + timedelta(days=1))
    assert clock.now() >= DAY + timedelta(days=1)


async def test_a_restarted_process_goes_on_from_there(road: Road) -> None:
    await moved(road, StackClock(), DAY)
    restarted = StackClock()
    async with road.pool.acquire() as connection:
        await restarted.load(connection)
    assert restarted.moved
    assert DAY <= restarted.now() < DAY + timedelta(minutes=1)
