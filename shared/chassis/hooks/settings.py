"""Settings of hooks (推送配置): ``SHENGUAN_HOOK_…``, the same for every service of a deployment."""

from ipaddress import IPv4Network, IPv6Network

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class HookSettings(BaseSettings):
    """Read once when the process starts."""

    model_config = SettingsConfigDict(env_prefix="SHENGUAN_HOOK_", extra="ignore")

    inside: tuple[IPv4Network | IPv6Network, ...] = ()
    """JSON list of networks inside that may be asked, e.g. ``["10.20.0.0/16"]``; of others only public addresses are."""
    ca_file: str = ""
    """Certificates receivers are checked by, PEM; empty: those the system trusts."""
    timeout_seconds: float = Field(default=10.0, gt=0, le=60)
    """How long one try may take, looking up the name and reading the answer included."""
    retry_seconds: tuple[int, ...] = Field(default=(5, 30, 300, 1800, 7200, 21600, 43200), min_length=1)
    """Pauses while a receiver does not take anything; after the last one the hook is paused and keeps what waits."""
    refusals: int = Field(default=3, ge=1, le=20)
    """How often one fact may be refused by a receiver that takes others, before it is parked and the next one sent."""
