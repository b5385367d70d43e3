"""Facts (事件) as people read them: in Chinese by the name its contract gives an event, in English by its own words."""

from functools import cache

from console.web.language import SOURCE
from contracts.event_list import chinese
from contracts.topology import EVENTS


@cache
def _chinese() -> dict[str, str]:
    return {event.fact: chinese(event) for event in EVENTS.values()}


def fact_text(fact: str, language: str) -> str:
    """What an event says happened: ``approval.case.decided`` is 审批办件已决定 or Case decided."""
    if language == SOURCE:
        return _chinese().get(fact, fact)
    words = fact.partition(".")[2].replace(".", " ").replace("_", " ")
    return words[:1].upper() + words[1:]
