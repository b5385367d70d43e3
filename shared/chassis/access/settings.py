"""Settings of signing in (登录配置): whose tokens are believed; ``SHENGUAN_OIDC_…``, the same for every service."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class AccessError(Exception):
    """The service cannot say who may do what, so it does not start (访问控制未配置)."""


class OidcSettings(BaseSettings):
    """The issuer and how it names things. Read once when the process starts."""

    model_config = SettingsConfigDict(env_prefix="SHENGUAN_OIDC_", extra="ignore")

    issuer: str = ""
    """``iss`` of every token, to the letter."""
    audience: str = ""
    """``aud`` of every token: ours, so that a token meant for another system opens nothing here."""
    jwks: str = ""
    """The issuer's public keys: a JWK set itself, a file, or an address (https, or http on this machine)."""
    person_claim: str = "sub"
    kind_claim: str = "kind"
    roles_claim: str = "roles"
    """A dot goes one level down, e.g. ``realm_access.roles``."""
    regions_claim: str = "regions"
    departments_claim: str = "departments"
    leeway_seconds: int = Field(default=30, ge=0, le=300)
    """How far the issuer's clock may be off."""

    def required(self) -> "OidcSettings":
        """Itself. Raises AccessError naming what is missing."""
        missing = [
            f"SHENGUAN_OIDC_{name.upper()}" for name in ("issuer", "audience", "jwks") if not getattr(self, name)
        ]
        if missing:
            names = "、".join(missing)
            raise AccessError(
                f"未设置 {names}，无法核验令牌；请按 docs/access.md 配置身份系统，或用 shenguan up 自带的签发者 / "
                f"{', '.join(missing)} not set, tokens cannot be verified; name your identity provider as docs/access.en.md"
                " says, or use the issuer that `shenguan up` brings"
            )
        return self
