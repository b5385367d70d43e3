"""The sheet of screenshots shows every picture once and names what was not photographed."""

from pathlib import Path

from tests.browser.contact_sheet import JOURNEYS, written


def test_every_picture_is_shown_once(tmp_path: Path) -> None:
    (tmp_path / JOURNEYS).mkdir()
    names = ["board-desktop.png", "receipt.png", f"{JOURNEYS}/test_a_task[1].png"]
    for name in names:
        (tmp_path / name).touch()
    sheet = written(tmp_path).read_text("utf-8")
    assert [sheet.count(f'<img src="{name}"') for name in names] == [1, 1, 1]
    assert "missing: large" in sheet
