"""Work (工作): what a service's store offers the chassis for one transaction."""

from collections.abc import Sequence
from typing import Any, Protocol


class Work(Protocol):
    """What the chassis asks of a service's store: read before the handlers, write after them."""

    async def load(self, messages: Sequence[Any]) -> None:
        """Lock the messages' keys and read, set-wise, all their handlers may ask for."""
        ...

    async def flush(self) -> None:
        """Hand over, set-wise, all the handlers changed; it is written when the transaction commits."""
        ...
