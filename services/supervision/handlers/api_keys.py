"""API keys (接口密钥): kept as approval tells them, so that this service can check one alone."""

from contracts.apikey import ApiKeyChanged
from supervision.ports.keys import KeysWork


def on_api_key_changed(work: KeysWork, event: ApiKeyChanged) -> None:
    """接口密钥已变更: the newer version wins, whatever order they arrive in."""
    work.held_keys.keep(event)
