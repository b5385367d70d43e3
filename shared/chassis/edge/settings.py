"""Settings of the edge (边界配置): ``SHENGUAN_…``, the same for every service."""

from typing import Annotated

from limits import RateLimitItem, parse
from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def _rate(text: str) -> str:
    if text:
        parse(text)
    return text


Rate = Annotated[str, AfterValidator(_rate)]
"""As the library ``limits`` writes it, e.g. ``600/minute``; empty: no limit."""


class EdgeSettings(BaseSettings):
    """Read once at start. Raises pydantic's ValidationError for a rate that is none."""

    model_config = SettingsConfigDict(env_prefix="SHENGUAN_", extra="ignore")

    rate_reads: Rate = "60000/minute"
    """读取频率: GET per principal and process."""
    rate_writes: Rate = "60000/minute"
    """写入频率: everything else per principal and process; a batch counts as one."""
    rate_public: Rate = "6000/minute"
    """公众频率: requests nobody is signed in for, per address and process."""
    json_depth: int = Field(default=32, ge=8, le=200)
    """JSON 嵌套层数: what is nested deeper is refused before a parser sees it."""
    url_bytes: int = Field(default=8192, ge=512)
    """网址长度: path and query together, in bytes."""
    header_bytes: int = Field(default=32768, ge=4096)
    """请求头长度: names and values together, in bytes."""
    hsts_seconds: int = Field(default=0, ge=0)
    """HSTS 时长: only behind TLS; 0 = not said."""

    def rates(self) -> dict[str, RateLimitItem]:
        """Class of request → its limit; a class without a limit is left out."""
        told = {"read": self.rate_reads, "write": self.rate_writes, "public": self.rate_public}
        return {kind: parse(text) for kind, text in told.items() if text}
