"""Memory is used when there is room, and what a killed run left there long ago is removed; nothing else ever is."""

import os
from pathlib import Path

import pytest

from ops.scenario import ground
from ops.state_folder import StateFolder


def old(folder: Path) -> None:
    os.utime(folder, (0, 0))


def test_what_a_killed_run_left_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "_MEMORY", tmp_path)
    monkeypatch.setattr(ground, "_ROOM", 0)
    left, fresh, held, foreign = (
        tmp_path / name for name in ("shenguan-left", "shenguan-now", "shenguan-held", "other")
    )
    for folder in (left, fresh, held):
        with StateFolder(folder).held():
            pass
    foreign.mkdir()
    with StateFolder(held).held():
        for folder in (left, held, foreign):
            old(folder)
        assert ground.memory_folder() == tmp_path
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "shenguan-held", "shenguan-now"]


def test_without_room_the_disk_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "_MEMORY", tmp_path)
    monkeypatch.setattr(ground, "_ROOM", 2**62)
    assert ground.memory_folder() is None
    monkeypatch.setattr(ground, "_MEMORY", tmp_path / "missing")
    assert ground.memory_folder() is None
