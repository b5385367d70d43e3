"""The map in pyproject.toml names every service on disk, and no dependency shadows our packages."""

import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]


def packages(folder: str) -> set[str]:
    return {p.parent.name for p in (ROOT / folder).glob("*/__init__.py")}


def test_every_package_on_disk_is_on_the_map() -> None:
    assert set(LINTER["root_packages"]) == packages("services") | packages("shared")


def test_every_service_has_the_same_anatomy() -> None:
    anatomy = next(c for c in LINTER["contracts"] if c["id"] == "anatomy")
    assert set(anatomy["containers"]) == packages("services")


def test_no_dependency_ships_a_package_with_one_of_our_names() -> None:
    owners = packages_distributions()
    ours = packages("services") | packages("shared")
    assert {n: owners[n] for n in ours if set(owners.get(n, [])) - {"shenguan"}} == {}


def test_every_service_is_in_the_direction_contract() -> None:
    direction = next(c for c in LINTER["contracts"] if c["id"] == "direction")
    assert set(direction["layers"][0].split(" | ")) == packages("services")
