"""Packing (合并文本列): a column of text travels as one text and is an array again at the server.

asyncpg looks at every value of an array twice before it encodes it, ten times what joining them costs; the server splits a
text as fast as it reads an array. What cannot be packed travels as the array it is.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

_BEFORE = "\x1e"
"""Stands before each value: of one empty text remains something to split."""
_NOTHING = "\x1d"
"""Stands for NULL."""
_ARRAY = r"\$(\d+)::text\[\]"
_PARAMETER = re.compile(r"\$(\d+)")


def packed(statement: str, parameters: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    """A statement with what it was written for, both as they travel.

    Every parameter ``$n::text[]`` that is a list is packed, or, when a value of one of them holds a sign that separates,
    none: so that a statement has two forms at most, for the server keeps each prepared.
    """
    places = _places(statement)
    if not places:
        return statement, parameters
    travelling = list(parameters)
    for place in places:
        joined = _joined(parameters[place])
        if joined is None:
            return statement, parameters
        travelling[place] = joined
    return _splitting(statement), travelling


def _joined(values: Any) -> str | None:
    """Values behind one another; None when they cannot be told apart again."""
    if not isinstance(values, list):
        return None
    try:
        joined = _BEFORE.join(["", *values])
        nothing = 0
    except TypeError:
        nothing = values.count(None)
        joined = _BEFORE.join(["", *(_NOTHING if value is None else value for value in values)])
    if joined.count(_BEFORE) != len(values) or joined.count(_NOTHING) != nothing:
        return None
    return joined


@lru_cache(maxsize=500)
def _places(statement: str) -> tuple[int, ...]:
    """Places of the parameters that are arrays of text wherever they stand."""
    arrays = re.findall(_ARRAY, statement)
    used = _PARAMETER.findall(statement)
    return tuple(sorted({int(each) - 1 for each in arrays if arrays.count(each) == used.count(each)}))


@lru_cache(maxsize=500)
def _splitting(statement: str) -> str:
    """The statement for packed parameters. The first value is what stands before the first sign: nothing."""
    split = r"(string_to_array($\1::text, E'\\x1e', E'\\x1d'))[2:]"
    places = {str(place + 1) for place in _places(statement)}
    return re.sub(_ARRAY, lambda found: found.expand(split) if found[1] in places else found[0], statement)
