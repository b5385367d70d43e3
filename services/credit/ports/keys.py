"""API keys (接口密钥): what a use case may do with those approval told of."""

from typing import Protocol

from contracts.apikey import ApiKeyChanged


class HeldKeys(Protocol):
    """留存的密钥."""

    def keep(self, told: ApiKeyChanged) -> None:
        """Keep a key, unless the same or a newer version of it is kept."""
        ...


class KeysWork(Protocol):
    """A unit of work that keeps them."""

    @property
    def held_keys(self) -> HeldKeys:
        """留存的密钥."""
        ...
