"""A document (文书): what is printed, before anybody decided how it looks."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Field:
    """栏目: one labelled line; an empty ``value`` is left to be written by hand."""

    label: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """段落: a heading with sentences below it, and ``blank_lines`` lines to write on."""

    heading: str
    sentences: tuple[str, ...] = ()
    blank_lines: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """表: rows under named columns; ``blank_rows`` more are left to be written by hand."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    blank_rows: int = 0


@dataclass(frozen=True, slots=True)
class Signing:
    """签名栏: who signs; ``note`` says what is known already (signed, refused and why); ``pictures`` are PNG or JPEG."""

    label: str
    note: str = ""
    pictures: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """月度考核表: one wide table, the last row all of them together; ``notes``: what it rests on, at its foot."""

    title: str
    month: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """文书. ``sealed``: the department puts its stamp on it. ``basis``: what it rests on, at its foot."""

    title: str
    number: str
    department: str
    fields: tuple[Field, ...]
    passages: tuple[Passage, ...] = ()
    table: Table | None = None
    signings: tuple[Signing, ...] = ()
    sealed: bool = False
    basis: str

    def document(self) -> dict[str, Any]:
        """For the printer: plain values, a picture as the numbers of its bytes."""
        told = asdict(self)
        for signing in told["signings"]:
            signing["pictures"] = [list(picture) for picture in signing["pictures"]]
        return told
