"""The scripts and styles of others are those the manifest names, each with its licence, and go into the wheel."""

import json
import tomllib
from pathlib import Path

from console.web.vendoring import ASSETS, MANIFEST, manifest_of

ROOT = Path(__file__).parents[3]
VENDOR = ROOT / "services" / "console" / "web" / "static" / "vendor"


def test_every_file_is_as_the_manifest_has_it() -> None:
    assert json.loads((VENDOR / MANIFEST).read_text(encoding="utf-8")) == manifest_of(VENDOR)


def test_nothing_lies_there_that_nobody_named() -> None:
    named = {path for entry in manifest_of(VENDOR) for path in entry["files"]}
    assert {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()} == named | {MANIFEST}


def test_every_asset_brings_its_licence() -> None:
    assert [asset.name for asset in ASSETS if not (VENDOR / asset.folder / "LICENSE").is_file()] == []


def test_the_wheel_takes_the_pages_along() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert "services" in wheel["only-include"]
    assert wheel.get("exclude") is None
