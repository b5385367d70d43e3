"""Notice (通知): one sentence for one person about one fact (自动提醒; 石大政办发〔2021〕54号, 数字政府计划 审管执信).

A handler tells it in its transaction; how and when it leaves the house is the chassis' matter.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Notice:
    """通知. A person is told a fact of one kind once, however often it is told: ``(person, kind, fact)`` is the key.

    ``person``: code of a person, or of a role's inbox. ``kind``: what sort of fact, an enumeration of the service.
    ``fact``: stable key of the fact, e.g. a deadline's id. ``about``: what to look at, e.g. ``task:<id>``.
    """

    person: str
    kind: str
    fact: str
    zh: str
    en: str
    about: str = ""
