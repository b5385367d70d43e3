"""Settings of the pages (网页配置): ``SHENGUAN_CONSOLE_…``, read once when the process starts."""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from chassis.settings import SecretSettings
from console.domain.assessment import ScoreRules, parse


class WebSettings(SecretSettings):
    """Where the services are, where people reach the pages, and how they sign in."""

    model_config = SettingsConfigDict(env_prefix="SHENGUAN_CONSOLE_", extra="ignore")

    approval_url: str = "http://127.0.0.1:8101"
    supervision_url: str = "http://127.0.0.1:8102"
    credit_url: str = "http://127.0.0.1:8103"
    """The services' addresses as this process reaches them; every call carries the token of who is signed in."""
    public_url: str = ""
    """The address people type, e.g. https://console.example; with https cookies are sent over TLS alone. Empty: as asked."""
    assessment_file: Path = Path(__file__).parents[1] / "assessment.toml"
    """月度考核规则文件; a deployment names its own in SHENGUAN_CONSOLE_ASSESSMENT_FILE."""
    oidc_client_id: str = ""
    """客户端编号 at the identity provider; empty: nobody signs in through one."""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_discovery: str = ""
    """The provider's description; empty: ``<SHENGUAN_OIDC_ISSUER>/.well-known/openid-configuration``."""
    oidc_scope: str = "openid profile"
    role_switch: Path | None = None
    """角色切换: the state folder whose development issuer signs whoever asks in as anybody; for demonstrations alone."""
    token_sign_in: bool = False
    """令牌登录: a token can be pasted (`shenguan token`); for the embedded stack, not where people work."""

    def score_rules(self) -> tuple[ScoreRules, ...]:
        """The rules of the assessment. Refuses ``invalid-score-rules``; raises OSError without the file."""
        return parse(self.assessment_file.read_text(encoding="utf-8"))

    @property
    def services(self) -> dict[str, str]:
        """Service → its address."""
        return {"approval": self.approval_url, "supervision": self.supervision_url, "credit": self.credit_url}

    @property
    def secure(self) -> bool:
        """Whether people come over TLS."""
        return self.public_url.startswith("https://")
