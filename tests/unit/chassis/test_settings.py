"""What is secret may stand in files; what is set in the environment comes first."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from chassis.nats_access import NatsAccess
from chassis.notices.settings import NoticeSettings
from chassis.settings import DatabaseSettings, ServiceSettings
from console.web.settings import WebSettings

SECRETS = {
    "SHENGUAN_CREDIT_DATABASE_URL": "postgresql://file/credit\n",
    "SHENGUAN_CREDIT_SIGNING_KEY": "signing",
    "SHENGUAN_IDENTITY_KEY": "identity",
    "SHENGUAN_NOTICE_SMTP_PASSWORD": "letters",
    "SHENGUAN_CONSOLE_OIDC_CLIENT_SECRET": "client",
    "seed": "of something else",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in SECRETS.items():
        (tmp_path / name).write_text(value, encoding="utf-8")
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SHENGUAN_SECRETS", str(tmp_path))
    monkeypatch.setenv("SHENGUAN_TRUSTED_KEYS", "[]")
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_secrets_are_read_from_files_named_as_the_variables() -> None:
    settings = ServiceSettings.of("credit")
    assert settings.database_url.get_secret_value() == "postgresql://file/credit"
    assert (settings.signing_key.get_secret_value(), settings.identity_key.get_secret_value()) == (
        "signing",
        "identity",
    )
    assert NoticeSettings().smtp_password.get_secret_value() == "letters"
    assert WebSettings().oidc_client_secret.get_secret_value() == "client"


@pytest.mark.usefixtures("folder")
def test_a_variable_that_is_set_comes_before_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHENGUAN_CREDIT_DATABASE_URL", "postgresql://variable/credit")
    assert DatabaseSettings.of("credit").database_url.get_secret_value() == "postgresql://variable/credit"


def test_a_secret_that_is_nowhere_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "SHENGUAN_CREDIT_DATABASE_URL").unlink()
    with pytest.raises(ValidationError, match="database_url"):
        DatabaseSettings.of("credit")
    monkeypatch.delenv("SHENGUAN_SECRETS")
    with pytest.raises(ValidationError, match="SHENGUAN_IDENTITY_KEY"):
        ServiceSettings.of("credit")


def test_the_variables_of_an_identity_have_no_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHENGUAN_BUREAU_APPROVAL_NATS_SEED_FILE", "a/seed")
    assert NatsAccess.of("bureau-approval").seed_file == Path("a/seed")
