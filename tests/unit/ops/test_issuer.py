"""The development issuer: its tokens open the stack of its own folder, and nobody else's."""

import json
import subprocess
import sys
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

import pytest

from chassis.access.principal import Principal, PrincipalKind
from chassis.access.settings import OidcSettings
from chassis.access.tokens import Tokens
from kernel.refusal import Refusal
from kernel.role import Role
from ops import sign_in
from ops.issuer import BUSINESS, Issuer, headers_of
from ops.state_folder import StateFolder
from tests.journey import bare_environment


def believing(issuer: Issuer, monkeypatch: pytest.MonkeyPatch, *, inline: bool = False) -> Tokens:
    for name, value in issuer.settings(inline=inline).items():
        monkeypatch.setenv(name, value)
    return Tokens(OidcSettings().required())


def shenguan(*words: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("shenguan")), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=bare_environment())


@pytest.mark.parametrize("inline", [True, False])
async def test_what_it_signs_is_believed_by_who_has_its_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, inline: bool
) -> None:
    issuer = Issuer(StateFolder(tmp_path))
    made = issuer.token("1001", kind="PERSON", roles=[Role.APPROVER], departments=["SPJ"], regions=["640202"])
    assert await believing(issuer, monkeypatch, inline=inline)(made) == Principal(
        id="1001",
        kind=PrincipalKind.PERSON,
        roles=frozenset({Role.APPROVER}),
        regions=frozenset({"640202"}),
        departments=frozenset({"SPJ"}),
    )


async def test_the_issuer_of_another_folder_is_another_issuer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, theirs = Issuer(StateFolder(tmp_path / "a")), Issuer(StateFolder(tmp_path / "b"))
    with pytest.raises(Refusal, match="not-signed-in"):
        await believing(mine, monkeypatch)(theirs.commands())


def test_its_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first, second = Issuer(StateFolder(tmp_path)), Issuer(StateFolder(tmp_path))
    assert first.name == second.name
    key, public = tmp_path / "issuer.key", json.loads((tmp_path / "issuer.jwks").read_text())
    assert key.stat().st_mode & 0o777 == 0o600
    assert "d" in json.loads(key.read_text())
    assert all("d" not in each for each in public["keys"])


def test_it_signs_no_two_administrations_into_one_hand(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="roles-not-separated"):
        Issuer(StateFolder(tmp_path)).token("a", kind="PERSON", roles=[Role.AUDITOR, Role.SYSTEM_ADMIN])


def test_a_command_sends_the_token_it_is_given_and_none_to_a_stranger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHENGUAN_TOKEN", raising=False)
    assert sign_in.headers_for("http://127.0.0.1:8101") == {}
    monkeypatch.setenv("SHENGUAN_TOKEN", "given")
    assert sign_in.headers_for("http://127.0.0.1:8101") == {"Authorization": "Bearer given"}
    assert headers_of(tmp_path) == {"Authorization": "Bearer given"}


def claims_of(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


def test_the_command_prints_a_token_for_a_person_and_for_a_system(tmp_path: Path) -> None:
    Issuer(StateFolder(tmp_path))
    state = ("--state", str(tmp_path))
    said = shenguan(
        "token", "--person", "1001", "--role", "SUPERVISOR", "--department", "A", "--region", "640202", *state
    )
    claims = claims_of(said.stdout.strip())
    assert (claims["sub"], claims["kind"], claims["roles"]) == ("1001", "PERSON", ["SUPERVISOR"])
    assert (claims["departments"], claims["regions"]) == (["A"], ["640202"])
    assert claims["exp"] - claims["iat"] == 8 * 3600
    system = json.loads(shenguan("token", "--system", "office", "--hours", "1", "--json", *state).stdout)
    assert claims_of(system["token"])["roles"] == sorted((*BUSINESS, Role.SYSTEM_ADMIN))
    settings = shenguan("token", "--settings", *state).stdout
    assert settings.startswith("SHENGUAN_OIDC_ISSUER='urn:shenguan:development:")


@pytest.mark.parametrize(
    "words",
    [
        ("--person", "a"),
        ("--person", "a", "--system", "b", "--role", "APPROVER"),
        (),
        ("--person", "a", "--role", "AUDITOR", "--role", "SECURITY_ADMIN"),
        ("--person", "x" * 65, "--role", "APPROVER"),
    ],
)
def test_the_command_says_what_is_missing_and_prints_no_token(tmp_path: Path, words: tuple[str, ...]) -> None:
    Issuer(StateFolder(tmp_path))
    said = shenguan("token", *words, "--state", str(tmp_path))
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr


def test_a_folder_without_an_issuer_is_told_so(tmp_path: Path) -> None:
    said = shenguan("token", "--system", "office", "--state", str(tmp_path / "none"))
    assert said.returncode == 2
    assert "shenguan up" in said.stderr
