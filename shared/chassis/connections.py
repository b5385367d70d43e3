"""Connections (数据库连接): how many one process of a service holds at most, so that a server can be sized for them.

Plain figures without a driver: the supervisor computes ``max_connections`` of the embedded server from them.
"""

COMMANDS = 10
"""The pool of commands, events and the relay."""
READERS = 5
"""Connections kept for queries."""
READERS_AT_PEAK = 10
"""Further ones while more queries run at once."""
_BELL = 1
_OWNER = 2
"""While it starts, and once a day: migrating, tending partitions, removing what is past its term."""

PER_PROCESS = COMMANDS + READERS + READERS_AT_PEAK + _BELL + _OWNER
"""All of one process, when everything it may open is open."""
SPARE = 16
"""For the operator's commands, and what PostgreSQL keeps for the superuser."""


def connections_for(processes: int) -> int:
    """``max_connections`` for so many processes and one more beside them, as during a rolling restart."""
    return PER_PROCESS * (processes + 1) + SPARE
