"""Set-wise statements (集合写入): many rows of one table in one statement, one array per column."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

LIST = "list"
"""A column that is text[] in the table and travels as codes joined by commas (codes have none)."""


def select(table: str, key: Mapping[str, str], within: str = "") -> str:
    """SELECT of the rows with many keys. ``key``: column → PostgreSQL type; a WHERE may follow.

    ``within``: the condition of the partial index that has the keys, where no other index does.

    Looked up key by key, and only then is anything else looked at (OFFSET 0): what the planner thinks a partial index
    holds is as old as its statistics, of a big table those stay old for long, and it would read that index instead.
    """
    met = " AND ".join([*(f"{table}.{name} = new.{name}" for name in key), *filter(None, [within])])
    looked_up = f"SELECT * FROM {table} WHERE {met} OFFSET 0"  # noqa: S608 - constants of the stores
    return f"SELECT {table}.* FROM {_unnested(key)}, LATERAL ({looked_up}) AS {table}"  # noqa: S608 - as above


def insert(table: str, columns: Mapping[str, str]) -> str:
    """INSERT of many rows. ``columns``: name → PostgreSQL type, or LIST, in the order of the parameters."""
    picked = ", ".join(f"string_to_array({n}, ',')" if t == LIST else n for n, t in columns.items())
    names = ", ".join(columns)
    return f"INSERT INTO {table} ({names}) SELECT {picked} FROM {_unnested(columns)}"  # noqa: S608 - as above


def upsert(table: str, columns: Mapping[str, str], key: Sequence[str]) -> str:
    """The same, replacing rows of the same key."""
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    return f"{insert(table, columns)} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"


def update(table: str, columns: Mapping[str, str], key: str) -> str:
    """UPDATE of many existing rows by one key column, which is among ``columns``."""
    picked = {name: f"string_to_array(new.{name}, ',')" if t == LIST else f"new.{name}" for name, t in columns.items()}
    changes = ", ".join(f"{name} = {value}" for name, value in picked.items() if name != key)
    return f"UPDATE {table} SET {changes} FROM {_unnested(columns)} WHERE {table}.{key} = new.{key}"  # noqa: S608 - as above


def transposed(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    """Rows as the parameters of a set-wise statement: one list per column."""
    return [list(column) for column in zip(*rows, strict=True)]


def _unnested(columns: Mapping[str, str]) -> str:
    types = ("text" if kind == LIST else kind for kind in columns.values())
    arrays = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(types, start=1))
    return f"unnest({arrays}) AS new ({', '.join(columns)})"
