"""Failures (故障): what kind of failure it is decides what happens, and it is decided here.

A Refusal is an answer. What is *away* (database, network) is tried again without counting. Anything else is a bug:
tried again a few times, then parked with its cause.
"""

from asyncpg.exceptions import (
    IdleInTransactionSessionTimeoutError,
    InsufficientResourcesError,
    InterfaceError,
    InternalClientError,
    LockNotAvailableError,
    OperatorInterventionError,
    PostgresConnectionError,
    PostgresSystemError,
    TransactionTimeoutError,
)
from nats.errors import Error as NatsError

from kernel.refusal import Refusal

AWAY = (
    PostgresConnectionError,
    OperatorInterventionError,
    InsufficientResourcesError,
    PostgresSystemError,
    LockNotAvailableError,
    IdleInTransactionSessionTimeoutError,
    TransactionTimeoutError,
    InterfaceError,
    InternalClientError,
    NatsError,
    ConnectionError,
    TimeoutError,
)
"""Nothing is wrong with the message: whoever should take it is not there, has no room, or is busy with another.

``InternalClientError`` is how the driver names a connection the server has ended a moment ago and not hung up yet.
"""


def unavailable() -> Refusal:
    """The database or the network is away for a moment (服务暂不可用)."""
    return Refusal(
        code="temporarily-unavailable",
        zh="服务暂时不可用，未写入任何数据，请稍后重试",
        en="The service is temporarily unavailable and wrote nothing; try again shortly",
        status=503,
        retryable=True,
    )


def not_handled() -> Refusal:
    """The program failed on this message (系统故障): nothing was written, the cause stands in the log."""
    return Refusal(
        code="internal",
        zh="系统处理该内容时出错，未写入任何数据，请稍后重试或联系运维",
        en="The system failed on this content and wrote nothing; try again later or tell the operators",
        status=500,
        retryable=True,
    )
