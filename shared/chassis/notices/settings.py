"""Settings of the channels (通知通道配置): ``SHENGUAN_NOTICE_…``, the same for every service of a deployment.

A channel without its settings is not configured, and says so to whoever chooses it.
"""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from chassis.settings import SecretSettings


class NoticeSettings(SecretSettings):
    """Read once when the process starts."""

    model_config = SettingsConfigDict(env_prefix="SHENGUAN_NOTICE_", extra="ignore")

    webhook_secret: SecretStr = SecretStr("")
    """``whsec_`` and base64 (Standard Webhooks): what a receiver verifies signatures with."""
    webhook_origins: tuple[str, ...] = ()
    """JSON list of origins webhooks may go to, e.g. ``["https://oa.example.gov.cn"]``; nothing else is ever asked."""
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["NONE", "STARTTLS", "TLS"] = "STARTTLS"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_sender: str = ""
    """The From address; with ``smtp_host`` it makes the channel SMTP configured."""
    timeout_seconds: float = Field(default=10.0, gt=0, le=60)
    """How long one try may take."""
    retry_seconds: tuple[int, ...] = (5, 30, 300, 1800, 7200, 21600, 43200)
    """Pauses between tries; after the last one the delivery is given up, and the inbox still has the notice."""
