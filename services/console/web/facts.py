"""Facts (事件) as people read them: the name of an event in Chinese and what happened in English, from its contract."""

from functools import cache

from console.web.language import SOURCE
from contracts.event_list import chinese
from contracts.topology import EVENTS


@cache
def _named() -> dict[str, tuple[str, str]]:
    return {event.fact: (chinese(event), _english(event.__doc__ or "")) for event in EVENTS.values()}


def fact_text(fact: str, language: str) -> str:
    """What an event says happened; its own name where nobody knows it."""
    zh, en = _named().get(fact, (fact, fact))
    return zh if language == SOURCE else en


def _english(docstring: str) -> str:
    """The first clause of the English part: after the Chinese name and its colon."""
    said = docstring.partition(":")[2].replace("\n", " ").strip() or docstring
    clause = said.partition(";")[0].partition(". ")[0].rstrip(".")
    return clause[:1].upper() + clause[1:]
