"""Rules document (规则文档): an edition as one plain document, and its one canonical writing.

What is kept, told and hashed is the canonical text; the rules are read from it again, so that nobody can submit one thing
and have another applied.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any, get_args, get_origin

from credit.domain.rulebook import RuleSet, invalid_rules, rule_set
from kernel.text import text_fault

_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._\-]{0,49}")
_LONGEST_TEXT = 1000
_GREATEST = 1_000_000
_LONGEST = 200_000


def canonical(document: Any) -> str:
    """The one way to write a document: JSON, keys sorted, no blanks, UTF-8, days as text. Refuses ``invalid-rules``."""
    try:
        written = json.dumps(
            document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain
        )
        written.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise invalid_rules(f"the document cannot be kept: {error}") from error
    if len(written) > _LONGEST:
        raise invalid_rules(f"the document has more than {_LONGEST} characters")
    return written


def read_edition(content: str) -> RuleSet:
    """The rules a canonical text says. Refuses ``invalid-rules``, also for values no rule can have."""
    document = json.loads(content)
    if not isinstance(document, Mapping):
        raise invalid_rules("an edition is one document with version, effective_from, …")
    rules = rule_set(document)
    if not _NAME.fullmatch(rules.version):
        raise invalid_rules("version has 1 to 50 letters, digits, dots, hyphens or underscores")
    card = rules.scorecard
    figures = (card.base, card.floor, card.ceiling, *(figure for _, figure in card.grades))
    rows: tuple[Any, ...] = (*rules.inspections, *rules.penalties, *rules.periods.values(), *figures)
    for row in (*rows, *card.items, *card.caps, *card.decay, *card.veto):
        for field in fields(row):
            if not _fits(field.type, getattr(row, field.name)):
                raise invalid_rules(f"{type(row).__name__}: {field.name} is no value it can have")
    return rules


def digest_of(content: str) -> str:
    """SHA-256 of a canonical text, hexadecimal (摘要)."""
    return sha256(content.encode()).hexdigest()


def _plain(value: Any) -> str:
    if type(value) is date:
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no value of a rule")


def _fits(kind: Any, value: Any) -> bool:
    """True when a value is of the kind its field says, and neither too great nor too long to be kept."""
    if get_origin(kind) is tuple:
        return all(isinstance(each, str) and text_fault("", each, longest=_LONGEST_TEXT) is None for each in value)
    if type(value) not in (get_args(kind) or (kind,)):
        return False
    match value:
        case int() | Decimal():
            return -_GREATEST <= value <= _GREATEST if isinstance(value, int) else value.is_finite()
        case str():
            return text_fault("", value, longest=_LONGEST_TEXT) is None
        case _:
            return True
