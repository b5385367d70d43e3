"""Ports of draws (双随机抽查的端口): announced draws with their pools, what a pool is gathered from, what was drawn."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from supervision.domain.draws.algorithm import DrawnObject
from supervision.domain.draws.assignment import Assignment
from supervision.domain.draws.ceremony import Draw, DrawState
from supervision.domain.draws.gathering import Gathered
from supervision.domain.draws.pool import Pool
from supervision.domain.draws.replacement import Able, Replacement
from supervision.domain.draws.rules import DrawRules


class Draws(Protocol):
    """抽取; loaded for the commands on it alone."""

    @property
    def rules(self) -> DrawRules:
        """抽取规则."""
        ...

    def new_secret(self) -> str:
        """256 bits nobody can guess, in hexadecimal."""
        ...

    def of(self, plan_no: str, entry: str) -> Mapping[str, DrawState]:
        """Every draw of an entry, of whatever version of the plan; loaded to prepare another."""
        ...

    def gathered(self, plan_no: str, entry: str) -> Gathered:
        """What a pool of an entry is made of today; loaded to prepare a draw."""
        ...

    def get(self, draw_no: str) -> Draw | None:
        """The draw, or None."""
        ...

    def pool(self, draw_no: str) -> Pool:
        """The pool it was announced with; loaded to run it."""
        ...

    def assignment(self, draw_no: str, source_system: str, object_no: str) -> Assignment | None:
        """What became of an object that was drawn, or None."""
        ...

    def replacements(self, draw_no: str) -> Sequence[Replacement]:
        """Every replacement of a draw, the first one first; loaded to replace an officer."""
        ...

    def able(self, draw_no: str, department: str) -> Able:
        """Who of a department may be asked to stand in; loaded to replace an officer."""
        ...

    def replace(self, replacement: Replacement) -> None:
        """Keep a new replacement; it never changes."""
        ...

    def announce(self, draw: Draw, pool: Pool) -> None:
        """Keep a new draw with its pool."""
        ...

    def conclude(self, draw: Draw, receipt: Mapping[str, Any], result: Sequence[DrawnObject]) -> None:
        """Keep a draw that was run, its receipt and what was drawn."""
        ...

    def save(self, draw: Draw) -> None:
        """Keep a changed draw."""
        ...

    def assign(self, assignment: Assignment) -> None:
        """Keep what became of an object that was drawn."""
        ...


class DrawsWork(Protocol):
    """What of draws a unit of work holds."""

    @property
    def draws(self) -> Draws:
        """抽取."""
        ...
