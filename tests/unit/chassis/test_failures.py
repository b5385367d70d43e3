"""What is wrong with a server is never held against a message: it is told as 503 and tried again."""

import httpx
import pytest
from asyncpg import exceptions
from fastapi import FastAPI

from chassis import problems


async def answer_to(error: Exception) -> httpx.Response:
    app = FastAPI()

    @app.get("/")
    async def fail() -> None:
        raise error

    problems.install(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
        return await client.get("/")


@pytest.mark.parametrize(
    "error",
    [
        exceptions.DiskFullError("could not extend file: No space left on device"),
        exceptions.OutOfMemoryError("out of memory"),
        exceptions.TooManyConnectionsError("sorry, too many clients already"),
        exceptions.PostgresIOError("could not fsync file: Input/output error"),
        exceptions.CannotConnectNowError("the database system is in recovery mode"),
        exceptions.CrashShutdownError("terminating connection because of crash of another server process"),
        exceptions.LockNotAvailableError("canceling statement due to lock timeout"),
        exceptions.IdleInTransactionSessionTimeoutError("terminating connection due to idle-in-transaction timeout"),
        exceptions.TransactionTimeoutError("terminating connection due to transaction timeout"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_server_without_room_in_recovery_or_busy_with_another_is_answered_with_503(error: Exception) -> None:
    answer = await answer_to(error)
    assert (answer.status_code, answer.json()["retryable"]) == (503, True)


async def test_a_fault_of_our_own_stays_a_500() -> None:
    assert (await answer_to(exceptions.UndefinedTableError("no such table"))).status_code == 500
