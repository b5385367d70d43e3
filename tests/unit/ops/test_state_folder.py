"""The state folder keeps secrets to its owner, one supervisor at a time, and removes only what is its own."""

import os
from pathlib import Path

import pytest

from ops.child import Mark, mark_of
from ops.failure import CannotRun, Exit
from ops.running import StackInfo, find_running, this_process
from ops.state_folder import StateFolder


def info(state: Path, supervisor: Mark) -> StackInfo:
    return StackInfo(
        state=state,
        supervisor=supervisor,
        ready=True,
        urls={"approval": "http://127.0.0.1:1"},
        nats_url="nats://127.0.0.1:2",
        database_urls={"approval": "postgresql://127.0.0.1:3/a"},
        processes={"approval": supervisor, "approval-2": supervisor},
        restarts={"approval": 4},
        replica_urls={"approval-2": "http://127.0.0.1:4"},
    )


def test_secrets_are_made_once_and_readable_by_their_owner_alone(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path / "state")
    password, key = folder.password("shenguan_approval"), folder.identity_key()
    assert folder.password("shenguan_credit") != password
    again = StateFolder(tmp_path / "state")
    assert (again.password("shenguan_approval"), again.identity_key()) == (password, key)
    for name in ("passwords.json", "identity.key"):
        assert (folder.path / name).stat().st_mode & 0o777 == 0o600


def test_a_second_supervisor_is_refused_in_both_languages_and_may_start_once_the_first_has_gone(tmp_path: Path) -> None:
    first, second = StateFolder(tmp_path / "state"), StateFolder(tmp_path / "state")
    with first.held(), pytest.raises(CannotRun) as refused, second.held():
        pass
    assert refused.value.exit_code == Exit.USAGE
    assert "shenguan stop" in refused.value.zh
    assert "shenguan stop" in refused.value.en
    with second.held():
        pass


def test_clearing_a_folder_leaves_what_the_stack_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("ten years of work", encoding="utf-8")
    folder = StateFolder(tmp_path)
    folder.password("nats")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder.write("postgres.json", {"home": str(elsewhere)})
    folder.clear()
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "ten years of work"
    assert not (tmp_path / "passwords.json").exists()
    assert not elsewhere.exists()


def test_only_root_opens_a_new_folder_for_passing_through_and_never_one_it_found(tmp_path: Path) -> None:
    found = tmp_path / "found"
    found.mkdir(mode=0o700)
    assert StateFolder(found).path.stat().st_mode & 0o777 == 0o700
    expected = 0o711 if os.geteuid() == 0 else 0o700
    assert StateFolder(tmp_path / "new").path.stat().st_mode & 0o777 == expected


def test_a_running_stack_is_found_by_what_its_supervisor_wrote(tmp_path: Path) -> None:
    written = info(tmp_path, this_process())
    StateFolder(tmp_path).write("stack.json", written.document())
    assert find_running(tmp_path) == written
    assert list(written.process_urls) == ["approval", "approval-2"]


def test_a_pid_that_is_another_process_by_now_is_no_running_stack(tmp_path: Path) -> None:
    mine = mark_of(os.getpid())
    assert mine is not None
    StateFolder(tmp_path).write("stack.json", info(tmp_path, Mark(mine.pid, mine.started - 1)).document())
    assert find_running(tmp_path) is None


def test_looking_for_a_stack_leaves_no_trace(tmp_path: Path) -> None:
    assert find_running(tmp_path / "nowhere") is None
    assert not (tmp_path / "nowhere").exists()
