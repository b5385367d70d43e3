"""Access to NATS (消息接入): who a process is there, by its NKey, and how it knows the server, by TLS.

Without a seed the URL must say who connects, as it does for the operator of the embedded servers.
"""

import ssl
from pathlib import Path
from typing import Any, Self

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.permissions import inbox_of


class NatsAccess(BaseSettings):
    """``SHENGUAN_<IDENTITY>_NATS_…`` of one identity: a service or the operator."""

    model_config = SettingsConfigDict(extra="ignore")

    identity: str
    seed_file: Path | None = None
    """The seed of its NKey (种子文件), readable by its owner alone."""
    tls_cert: Path | None = None
    """Its certificate, where the server asks clients for one; ``tls_key`` belongs to it."""
    tls_key: Path | None = None
    tls_ca: Path | None = Field(default=None, validation_alias="SHENGUAN_NATS_TLS_CA")
    """Who vouches for the server. Given: nothing is said to a server without TLS."""

    @classmethod
    def of(cls, identity: str) -> Self:
        """The access of an identity from the environment."""
        return cls(identity=identity, _env_prefix=f"SHENGUAN_{identity.upper().replace('-', '_')}_NATS_")  # type: ignore[call-arg] # pydantic's own

    def tls(self) -> ssl.SSLContext | None:
        """How the server is checked, and our certificate; None without a ``tls_ca``."""
        if self.tls_ca is None:
            return None
        context = ssl.create_default_context(cafile=self.tls_ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        if self.tls_cert is not None:
            context.load_cert_chain(self.tls_cert, self.tls_key)
        return context

    def options(self) -> dict[str, Any]:
        """What ``nats.connect`` needs besides the URL."""
        said: dict[str, Any] = {"name": f"shenguan-{self.identity}", "inbox_prefix": inbox_of(self.identity)}
        if self.seed_file is not None:
            said["nkeys_seed"] = str(self.seed_file)
        if (context := self.tls()) is not None:
            # Handshake first: a client that waits for the server to ask for TLS can be talked out of it.
            said |= {"tls": context, "tls_handshake_first": True}
        return said
