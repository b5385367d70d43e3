"""A stack's signing keys are made once, belong to their owner alone, and are trusted by name; one may bring its own."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chassis.signing.signer import signer_of
from chassis.signing.trusted import Trusted
from ops.failure import Exit
from ops.keys_command import app
from ops.signing_keys import fresh_key, hand_over, public_half
from ops.state_folder import StateFolder

SERVICES = ("approval", "credit")
TRUSTED = "SHENGUAN_TRUSTED_KEYS"


def handed(folder: StateFolder, **given: str) -> dict[str, str]:
    environment = dict(given)
    hand_over(folder, SERVICES, environment)
    return environment


def ids(environment: dict[str, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key in Trusted.of(environment[TRUSTED]).keys():  # noqa: SIM118 - not a mapping
        found.setdefault(key.service, set()).add(key.key_id)
    return found


def test_keys_are_made_once_are_private_and_everybody_trusts_them(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path / "state")
    environment = handed(folder)
    assert handed(StateFolder(tmp_path / "state")) == environment
    for service in SERVICES:
        path = Path(environment[f"SHENGUAN_{service.upper()}_SIGNING_KEY"])
        assert path.stat().st_mode & 0o777 == 0o600
        assert ids(environment)[service] == {signer_of(str(path)).key_id}
    assert ids(environment)["approval"] != ids(environment)["credit"]


def test_a_changed_key_is_trusted_and_so_is_the_one_before_it(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path / "state")
    before = handed(folder)
    old = ids(before)["credit"]
    Path(before["SHENGUAN_CREDIT_SIGNING_KEY"]).unlink()
    after = ids(handed(folder))["credit"]
    assert old < after
    assert len(after) == 2


def test_keys_somebody_brings_are_used(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path / "state")
    own = fresh_key("sm2-sm3")
    environment = handed(folder, SHENGUAN_CREDIT_SIGNING_KEY=own)
    assert environment["SHENGUAN_CREDIT_SIGNING_KEY"] == own
    assert ids(environment)["credit"] == {signer_of(own).key_id}
    assert handed(folder, **{TRUSTED: "elsewhere.json"})[TRUSTED] == "elsewhere.json"


def test_clearing_the_folder_takes_the_keys_along(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path / "state")
    handed(folder)
    folder.clear()
    assert {path.name for path in folder.path.iterdir()} == {"logs"}


def test_the_command_shows_public_keys_and_never_a_private_one(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path / "state")
    environment = handed(folder)
    answer = CliRunner(env={TRUSTED: ""}).invoke(app, ["signing", "--state", str(folder.path), "--json"])
    assert answer.exit_code == Exit.DONE
    shown = json.loads(answer.stdout)["keys"]
    assert {key["service"]: {key["key_id"]} for key in shown} == ids(environment)
    secret = Path(environment["SHENGUAN_CREDIT_SIGNING_KEY"]).read_text(encoding="ascii").strip()
    assert secret.rpartition(":")[2] not in answer.output


@pytest.mark.parametrize("content", [None, "{not json", "[]x"])
def test_without_public_keys_the_command_says_how_to_name_them(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "keys.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    answer = CliRunner(env=dict(os.environ)).invoke(app, ["signing", "--trusted-keys", str(file)])
    assert answer.exit_code == Exit.USAGE
    assert "--trusted-keys" in answer.output


def test_a_new_key_comes_with_the_public_half_that_has_to_be_trusted() -> None:
    answer = CliRunner().invoke(app, ["new", "credit", "--json"])
    assert answer.exit_code == Exit.DONE
    told = json.loads(answer.stdout)
    assert told["setting"] == "SHENGUAN_CREDIT_SIGNING_KEY"
    (key,) = Trusted.of(json.dumps([told["public_key"]])).keys()
    assert key.key_id == signer_of(told["signing_key"]).key_id


def test_the_keys_of_a_level_below_are_believed_for_its_region_alone_and_once(tmp_path: Path) -> None:
    own, given = tmp_path / "own.json", tmp_path / "given.json"
    below = public_half("approval", fresh_key("ed25519"))
    own.write_text(json.dumps([public_half("console", fresh_key("ed25519"))]), encoding="utf-8")
    given.write_text(json.dumps([below]), encoding="utf-8")
    own.chmod(0o444)
    words = ["trust", "640202", str(given), "--trusted-keys", str(own), "--json"]
    first, again = (CliRunner().invoke(app, words) for _ in range(2))
    assert (first.exit_code, again.exit_code) == (0, 0), first.output
    assert [json.loads(each.stdout)["added"] for each in (first, again)] == [[below | {"region": "640202"}], []]
    regions = {(key.service, key.region) for key in Trusted.of(str(own)).keys()}  # noqa: SIM118 - not a mapping
    assert regions == {("console", ""), ("approval", "640202")}
    assert own.stat().st_mode & 0o777 == 0o444
    given.write_text('[{"service": "approval"}]', encoding="utf-8")
    refused = CliRunner().invoke(app, words)
    assert refused.exit_code == Exit.USAGE
    assert "given.json" in refused.output + refused.stderr
