"""Documents of rules for the tests: the one shipped, changed."""

from typing import Any

import yaml

from credit.domain.rules_document import canonical
from credit.settings import CreditSettings

SHIPPED = CreditSettings().rules_file.read_text(encoding="utf-8")


def a_document(version: str = "2012-2", on: str = "2012-04-01", **points: int) -> dict[str, Any]:
    """The rules as shipped, in force from a day, with other points of classes, e.g. ``GENERAL=-30``."""
    document: dict[str, Any] = yaml.safe_load(SHIPPED)
    for item in document["scorecard"]["items"]:
        item["points"] = item["points"] if item.get("kind") else points.get(item["record_class"], item["points"])
    return document | {"version": version, "effective_from": on}


def a_content(version: str = "2012-2", on: str = "2012-04-01", **points: int) -> str:
    """The same as canonical text."""
    return canonical(a_document(version, on, **points))
