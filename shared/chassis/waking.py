"""Waking (唤醒): waits for an event, or for time to pass.

Python 3.11's ``asyncio.wait_for`` swallows a cancellation that comes just as the event is set: who waits with it may go on
for ever after it was told to end. The linter therefore refuses it in the product.
"""

import asyncio


async def woken(event: asyncio.Event, within: float) -> bool:
    """True as soon as the event is set, False when ``within`` seconds have passed. Never swallows a cancellation."""
    try:
        async with asyncio.timeout(within):
            await event.wait()
    except TimeoutError:
        return False
    return True
