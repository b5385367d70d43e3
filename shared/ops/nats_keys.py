"""NATS keys (身份密钥对): one NKey for each identity of the embedded server, made once, its seed for the owner alone."""

import secrets
from pathlib import Path

import nkeys

from ops.state_folder import StateFolder, write_private

FOLDER = "nkeys"


class NatsKeys:
    """The keys of one state folder."""

    def __init__(self, state: StateFolder) -> None:
        self._folder = state.path / FOLDER

    def seed_file(self, identity: str) -> Path:
        """The file with an identity's seed (mode 0600)."""
        path = self._folder / f"{identity}.seed"
        if not path.exists():
            self._folder.mkdir(mode=0o700, exist_ok=True)
            write_private(path, nkeys.encode_seed(secrets.token_bytes(32), nkeys.PREFIX_BYTE_USER))
        return path

    def public(self, identity: str) -> str:
        """An identity's public NKey, as the server lists it."""
        pair = nkeys.from_seed(bytearray(self.seed_file(identity).read_bytes().strip()))
        return bytes(pair.public_key).decode()
