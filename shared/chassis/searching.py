"""Searching (查找): words that stand anywhere in the code or the name of an entry, found by an index.

Chinese words have two letters more often than three, which trigrams do not find: the index holds every letter and every
pair of neighbours (grams). What holds all pairs of a word is looked at once more, for they may stand apart.
"""

from sqlalchemy import ColumnElement, and_, func, literal_column

FUNCTION = """
CREATE FUNCTION grams(said text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT substr(lower(said), i, n)), '{}')
      FROM generate_series(1, length(said)) AS i, (VALUES (1), (2)) AS size (n) WHERE i + n - 1 <= length(said)
$$
"""


def searched(table: str, code: str, name: str) -> str:
    """The statement that makes the index; ``found`` asks by the very same expression."""
    return f"CREATE INDEX {table}_searched ON {table} USING gin (grams({code} || ' ' || {name}))"


def found(code: ColumnElement[str], name: ColumnElement[str], words: str) -> ColumnElement[bool]:
    """Entries in whose code or name every word stands; capitals make no difference, and no word is in every entry."""
    entry = code + literal_column("' '") + name
    parts = [
        condition
        for word in words.split()
        for condition in (
            func.grams(entry).op("@>")(func.grams(word)),
            func.strpos(func.lower(entry), func.lower(word)) > 0,
        )
    ]
    return and_(True, *parts)  # noqa: FBT003 - what SQLAlchemy begins an empty conjunction with
