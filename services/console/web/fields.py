"""Fields (填写项) of the forms that are tables in code: what each asks, and how what was filled in is sent to a service."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from console.web.forms import Typed
from console.web.language import said

YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Field:
    """一个填写项.

    ``kind``: ``text``, ``long``, ``papers`` (one a line), ``day``, ``officer`` and ``officers`` (of the department),
    ``department``, ``yes`` (or no: ``answers`` is what they are called), or ``choice`` of ``options``, whose words begin with
    ``words``.
    """

    name: str
    label: str
    kind: str = "long"
    hint: str = ""
    required: bool = True
    options: Sequence[str] = ()
    words: str = ""
    answers: tuple[str, str] = (said("合格"), said("不合格"))

    def taken(self, typed: Typed) -> Any:
        """What was filled in, as the services take it; empty where nothing was."""
        if self.kind == "officers":
            return typed.texts(self.name)
        text = typed.text(self.name)
        if self.kind == "papers":
            return [line.strip() for line in text.splitlines() if line.strip()]
        return text == YES if self.kind == "yes" and text else text


@dataclass(frozen=True, slots=True)
class Remedy:
    """一项办理: something done with what a page shows, in one of its ``states``. ``path`` of the service, with ``{id}``.

    ``on``: what it is done with, a credit record or its open ``repair`` or ``objection``.
    """

    verb: str
    label: str
    path: str
    on: str = "record"
    states: tuple[str, ...] = ()
    """Empty for what begins a procedure."""
    fields: tuple[Field, ...] = ()
    hint: str = ""
    primary: bool = False

    def body(self, typed: Typed) -> dict[str, Any]:
        """What is sent to the service, which names what is missing."""
        taken = {each.name: each.taken(typed) for each in self.fields}
        return {name: value for name, value in taken.items() if value != ""}
