"""A process that cannot work any more ends by itself."""

import asyncio
import signal
import sys

STARVED = """
import asyncio, chassis.watchdog as watchdog

async def main():
    watchdog.STARVED = 0.5
    watchdog.Watchdog(asyncio.get_running_loop()).start()
    while True:  # the event loop never gets its turn again
        pass

asyncio.run(main())
"""
HEALTHY = """
import asyncio, chassis.watchdog as watchdog

async def main():
    watchdog.STARVED = 2.0
    guard = watchdog.Watchdog(asyncio.get_running_loop())
    guard.start()
    await asyncio.sleep(4)
    guard.stop()

asyncio.run(main())
"""
HALTED = """
import asyncio, chassis.watchdog as watchdog

async def main():
    watchdog.STARVED = 4.0
    guard = watchdog.Watchdog(asyncio.get_running_loop())
    guard.start()
    print("watched", flush=True)
    await asyncio.sleep(8)
    guard.stop()

asyncio.run(main())
"""


async def exit_code(program: str) -> int:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.DEVNULL)
    return await process.wait()


async def test_a_starved_event_loop_ends_the_process() -> None:
    assert await exit_code(STARVED) == 70


async def test_an_idle_process_lives_on() -> None:
    assert await exit_code(HEALTHY) == 0


async def test_a_process_that_was_halted_and_goes_on_lives_on() -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", HALTED, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    assert await process.stdout.readline() == b"watched\n"
    process.send_signal(signal.SIGSTOP)
    await asyncio.sleep(6)
    process.send_signal(signal.SIGCONT)
    assert await process.wait() == 0
