"""Settings of a service (配置): environment variables, read once when the process starts.

What is secret may stand in a file instead, named as the variable is, in the folder ``SHENGUAN_SECRETS`` names: an
environment is seen by whoever may look at the container. A variable that is set comes first.
"""

import os
from typing import Literal, Self

from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from chassis.sealing import CipherName


class SecretSettings(BaseSettings):
    """Settings some of which are secret: from the environment, else from the files of ``SHENGUAN_SECRETS`` (机密目录)."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic names them
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - there is no file of variables
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What pydantic asks: the sources, the first that knows decides."""
        if isinstance(file_secret_settings, SecretsSettingsSource):
            file_secret_settings.secrets_dir = os.environ.get("SHENGUAN_SECRETS") or None
        return init_settings, env_settings, file_secret_settings


class DatabaseSettings(SecretSettings):
    """Where a service's database is; all that its migration needs."""

    model_config = SettingsConfigDict(extra="ignore")

    database_url: SecretStr
    """postgresql://user:password@host:port/database, the service's own database."""
    owner_url: SecretStr = SecretStr("")
    """The same database as its owner (属主), who alone migrates it; empty: the service's role owns it itself."""

    @classmethod
    def of(cls, service: str) -> Self:
        """The settings of one service. Raises pydantic's ValidationError naming the variable that is not set."""
        return cls(_env_prefix=f"SHENGUAN_{service.upper()}_")  # type: ignore[call-arg] # pydantic reads the rest


class ServiceSettings(DatabaseSettings):
    """What every service needs to know; ``SHENGUAN_<SERVICE>_…`` for its own, ``SHENGUAN_…`` for all."""

    migrations: Literal["run", "await"] = Field("run", validation_alias="SHENGUAN_MIGRATIONS")
    """``await``: the service waits until somebody else has migrated its database (``shenguan <service> migrate``)."""
    read_url: SecretStr = SecretStr("")
    """只读副本: a streaming copy of that database, for questions that may be two seconds behind; the console's. Empty: none."""
    host: str = "127.0.0.1"
    port: int = 0
    """0: the service's usual port."""
    body_limit: int = 16 * 1024 * 1024
    """Bytes; a larger HTTP body is refused with 413."""
    nats_url: str = Field("nats://127.0.0.1:4222", validation_alias="SHENGUAN_NATS_URL")
    """One server, or those of a cluster joined by commas."""
    nats_monitoring_url: str = Field("", validation_alias="SHENGUAN_NATS_MONITORING_URL")
    """http://host:8222 of that server, those of a cluster joined by commas: there they must say that they sync every
    message. Empty: nobody can check."""
    region: str = Field("640202", validation_alias="SHENGUAN_REGION")
    """区划代码 of this deployment; CloudEvents source."""
    identity_key: SecretStr = Field(validation_alias="SHENGUAN_IDENTITY_KEY")
    """32 bytes in base64: keyed references, and the sealing key where no other is given."""
    sealing_keys: SecretStr = Field(SecretStr(""), validation_alias="SHENGUAN_SEALING_KEYS")
    """``id:base64,id:base64`` or ``@file``, the first seals: keys of personal data at rest (docs/personal-data.md)."""
    sealing_cipher: CipherName = Field(CipherName.AES_GCM, validation_alias="SHENGUAN_SEALING_CIPHER")
    signing_key: SecretStr
    """What the service signs its events with: 32 bytes in base64, or the file that holds them."""
    trusted_keys: str = Field(validation_alias="SHENGUAN_TRUSTED_KEYS")
    """The file of every service's public keys, or its JSON."""
    audit_heads: str = Field("", validation_alias="SHENGUAN_AUDIT_HEADS")
    """A file the signed heads of the audit chain are added to, best on another machine; empty: none."""
    retention_file: str = Field("", validation_alias="SHENGUAN_RETENTION_FILE")
    """Terms of one's own instead of chassis/retention.toml; empty: those."""
    log_format: Literal["json", "console"] = Field("json", validation_alias="SHENGUAN_LOG_FORMAT")
    otlp_endpoint: str = Field("", validation_alias="SHENGUAN_OTLP_ENDPOINT")
    """http://host:4318 of a collector, where spans, numbers and logs are sent; empty: trace ids are kept, nothing is sent."""
    metrics_port: int = 0
    """Where Prometheus fetches the numbers, at ``/metrics`` and without a sign-in: for a network of the operators; 0: nowhere."""

    @property
    def watched(self) -> bool:
        """Whether anybody collects the numbers."""
        return bool(self.metrics_port or self.otlp_endpoint)


class StreamSettings(BaseSettings):
    """What whoever provisions streams needs to know (事件流配置)."""

    model_config = SettingsConfigDict(env_prefix="SHENGUAN_")

    nats_replicas: int = Field(default=1, ge=1, le=5)
    """On how many servers of a cluster each message is kept: 1, 3 or 5."""
    nats_domain: str = ""
    """The JetStream domain of these servers (``d640202``), where a level above reads from them; empty: none does."""
    nats_sources: str = ""
    """The regions, joined by commas, whose streams are gathered here (市、自治区); empty: this is where things happen."""

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions whose streams are gathered."""
        return tuple(region.strip() for region in self.nats_sources.split(",") if region.strip())


def servers_of(address: str) -> list[str]:
    """The servers an address names."""
    return [server.strip() for server in address.split(",")]
