"""Field tables as text (字段表文件): parsed from TOML and checked when the process starts."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from kernel.field_table import Applies, DateOrder, Field, FieldKind, FieldTable, Secret
from kernel.refusal import Refusal

_WRITTEN = {"YYYY/MM/DD": "%Y/%m/%d", "YYYY-MM-DD": "%Y-%m-%d"}


def parse(text: str) -> FieldTable:
    """The table. Refuses ``invalid-field-table``: something missing, unknown, or named twice."""
    try:
        table = _table(tomllib.loads(text))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _invalid(f"{type(error).__name__}: {error}") from error
    if faults := list(_faults(table)):
        raise _invalid("; ".join(faults))
    return table


def _table(said: Mapping[str, Any]) -> FieldTable:
    return FieldTable(
        name=said["name"],
        zh=said["zh"],
        authority=said["authority"],
        source=said["source"],
        confirmed=said["confirmed"],
        dates=_WRITTEN[said["dates"]],
        forever=date.fromisoformat(said["forever"]),
        fields=tuple(_field(each) for each in said["fields"]),
        one_of=tuple(tuple(group) for group in said.get("one_of", ())),
        orders=tuple(DateOrder(**each) for each in said.get("orders", ())),
    )


def _field(said: Mapping[str, Any]) -> Field:
    words = {
        "kind": FieldKind(said.get("kind", FieldKind.TEXT)),
        "applies": Applies(said.get("applies", Applies.ALL)),
        "secret": Secret(said.get("secret", Secret.NONE)),
        "codes": tuple(said.get("codes", ())),
    }
    return Field(**(dict(said) | words))


def _faults(table: FieldTable) -> Iterator[str]:
    known = {each.code: each for each in table.fields}
    if len(known) < len(table.fields) or len({each.name for each in table.fields}) < len(table.fields):
        yield "a field is named twice"
    if not table.source.strip():
        yield "a source is needed"
    for group in table.one_of:
        yield from (f"one_of names {code}, which is no field" for code in group if code not in known)
    for each in table.fields:
        yield from (f"{each.code}: {told}" for told in _field_faults(each, known))
    for order in table.orders:
        for code in (order.before, order.after):
            if code not in known or known[code].kind is not FieldKind.DATE:
                yield f"orders names {code}, which is no date"


def _field_faults(each: Field, known: Mapping[str, Field]) -> Iterator[str]:
    if each.unless and each.unless not in known:
        yield f"unless names {each.unless}, which is no field"
    if each.kind is FieldKind.CODE and not each.codes:
        yield "a code has codes"
    if each.open_end and each.kind is not FieldKind.DATE:
        yield "only a date has an open end"
    if each.length is not None and each.length < 1:
        yield "a length is 1 or more"


def _invalid(reason: str) -> Refusal:
    return Refusal(
        code="invalid-field-table",
        zh=f"报送字段表文件有误，请改正后重新启动: {reason}",
        en=f"a file of a field table is not valid; correct it and start again: {reason}",
    )
