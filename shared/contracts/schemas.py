"""JSON Schemas of the events (事件 JSON Schema): one file per event, generated, kept in the repository as golden files.

`python -m contracts.schemas docs/schemas` writes them. It refuses to overwrite a file with a schema that would break
what was promised inside v1: a field removed or made required, a type or a meaning of a value taken away.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from contracts.event import Event, cloud_type
from contracts.topology import EVENTS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_WORDING = frozenset({"title", "description", "default"})


def schema_of(event: type[Event]) -> dict[str, Any]:
    """The JSON Schema of one event's body. Unknown fields are allowed: producers may add."""
    name = cloud_type(event).removeprefix("cn.shenguan.")
    return {"$schema": DIALECT, "$id": f"urn:shenguan:schema:{name}", **msgspec.json.schema(event)}


def rendered(event: type[Event]) -> str:
    """The schema as the golden file holds it: keys sorted, so that it is the same on every machine."""
    return json.dumps(schema_of(event), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def file_name(event: type[Event]) -> str:
    """Name of the golden file, the CloudEvents type: ``cn.shenguan.credit.record.added.v1.json``."""
    return f"{cloud_type(event)}.json"


def breaks(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What a reader of the schema ``before`` loses with ``after``; empty when the change only adds."""
    return list(_broken("", before, before, after, after))


def _broken(
    where: str, before: Mapping[str, Any], root_before: Mapping[str, Any], after: Any, root_after: Mapping[str, Any]
) -> Iterator[str]:
    before, after = _resolved(before, root_before), _resolved(after, root_after)
    fields, still = before.get("properties", {}), after.get("properties", {})
    for name in fields.keys() - still.keys():
        yield f"{where}/{name}: removed"
    for name in set(after.get("required", ())) - set(before.get("required", ())):
        yield f"{where}/{name}: made required"
    for name in fields.keys() & still.keys():
        yield from _broken(f"{where}/{name}", fields[name], root_before, still[name], root_after)
    for value in before.get("enum", ()):
        if value not in after.get("enum", ()):
            yield f"{where}: value {value!r} removed"
    yield from _of_parts(where, before, root_before, after, root_after)
    if _shape(before) != _shape(after):
        yield f"{where}: type changed from {_shape(before)} to {_shape(after)}"


def _of_parts(
    where: str,
    before: Mapping[str, Any],
    root_before: Mapping[str, Any],
    after: Mapping[str, Any],
    root_after: Mapping[str, Any],
) -> Iterator[str]:
    for key in ("items", "anyOf"):
        if key not in before or key not in after:
            continue
        parts = before[key] if isinstance(before[key], list) else [before[key]]
        now = after[key] if isinstance(after[key], list) else [after[key]]
        for number, (part, part_now) in enumerate(zip(parts, now, strict=False)):
            yield from _broken(f"{where}/{key}/{number}", part, root_before, part_now, root_after)


def _resolved(part: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in part:
        part = root["$defs"][part["$ref"].rsplit("/", 1)[-1]]
    return part


def _shape(part: Mapping[str, Any]) -> dict[str, Any]:
    looked_into = {"properties", "required", "enum", "items", "anyOf", "$defs", "$ref", "$schema", "$id"}
    shape = {key: value for key, value in part.items() if key not in _WORDING | looked_into}
    return (
        shape | {key: len(part[key]) for key in ("anyOf",) if key in part} | {k: True for k in ("items",) if k in part}
    )


def main(folder: str) -> int:
    """Write the golden files; 1 and no change when one of them would break its readers."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    broken = []
    for event in EVENTS.values():
        golden = target / file_name(event)
        before = json.loads(golden.read_text(encoding="utf-8")) if golden.exists() else {}
        broken += [f"{golden.name}{fault}" for fault in breaks(before, schema_of(event))] if before else []
    if broken:
        sys.stderr.write(
            "事件契约不兼容，请增加新版本 v2 / this breaks readers of v1, make a v2:\n" + "\n".join(broken) + "\n"
        )
        return 1
    for event in EVENTS.values():
        (target / file_name(event)).write_text(rendered(event), encoding="utf-8")
    for stale in sorted(target.glob("*.json")):
        if stale.name not in {file_name(event) for event in EVENTS.values()}:
            sys.stderr.write(f"不再有此事件 / no such event any more: {stale}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or ["docs/schemas"]))
