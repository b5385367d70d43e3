"""Placeholders (待补个人信息): what stands for a person's number and name in a file of a service that knows neither.

``P…`` is the reference itself and stands for the number, ``N…`` for the name of the same person. Approval, which keeps
both, puts them in; a file with placeholders is no personal data and no authority takes it.
"""

import re
from collections.abc import Iterable

PLACEHOLDER = re.compile(r"[PN][0-9A-F]{40}")


def name_of(reference: str) -> str:
    """Stands for the name of a person."""
    return f"N{reference[1:]}"


def is_placeholder(text: str) -> bool:
    """True when a cell waits for a number or a name."""
    return PLACEHOLDER.fullmatch(text) is not None


def reference_in(placeholder: str) -> str:
    """Whose number or name it stands for."""
    return f"P{placeholder[1:]}"


def references_in(cells: Iterable[str]) -> set[str]:
    """Everybody whose number or name cells wait for."""
    return {reference_in(cell) for cell in cells if is_placeholder(cell)}
