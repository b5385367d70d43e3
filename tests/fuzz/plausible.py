"""Plausible (似真内容): documents that fit a schema nearly always, so that what is spoiled afterwards gets far."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

_FORMATS: Mapping[str, Sequence[str]] = {
    "date": ("2026-03-02", "2012-02-29", "1999-12-31", "2031-01-01"),
    "date-time": ("2026-03-02T08:00:00Z", "2026-03-02T08:00:00+08:00", "2011-01-01T00:00:00.000001Z"),
    "uuid": ("00000000-0000-0000-0000-000000000000", "0192f0c1-2345-7abc-8def-0123456789ab"),
    "binary": ("a,b\n1,2\n",),
}
_WORDS = ("1006", "a", "区审批局", "LDB-01", "county", "91640202MA00000A14", "001", "640202", "面馆", "x-1")
_DEEPEST = 6


class Plausible:
    """Draws values; ``known``: name of a field → values that exist."""

    def __init__(self, definitions: Mapping[str, Any], known: Mapping[str, Sequence[str]], random: Random) -> None:
        self._definitions = definitions
        self._known = known
        self._random = random

    def value(self, schema: Mapping[str, Any], name: str = "", depth: int = 0) -> Any:
        """A value for a schema."""
        schema = self._resolved(schema)
        kind = schema.get("type")
        kind = self._random.choice(kind) if isinstance(kind, list) else kind
        if "const" in schema or "enum" in schema:
            return self._random.choice(schema.get("enum") or [schema["const"]])
        if kind == "object" or "properties" in schema:
            return self._object(schema, depth)
        if kind == "array":
            return self._array(schema, name, depth)
        return self._text(schema, name) if kind == "string" or kind is None else self._plain(kind, schema)

    def _plain(self, kind: str, schema: Mapping[str, Any]) -> Any:
        if kind == "boolean":
            return self._random.random() < 0.5
        if kind == "null":
            return None
        return self._random.choice((schema.get("minimum", 0), 1, 7, schema.get("maximum", 100)))

    def _array(self, schema: Mapping[str, Any], name: str, depth: int) -> list[Any]:
        drawn = self._random.choice((0, 1, 1, 2)) if depth < _DEEPEST else 0
        count = max(drawn, schema.get("minItems", 0))
        return [self.value(schema.get("items", {}), name, depth + 1) for _ in range(count)]

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        for _ in range(_DEEPEST):
            if "$ref" in schema:
                schema = self._definitions[schema["$ref"].rsplit("/", 1)[1]]
            elif choices := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
                schema = self._random.choice(choices)
            else:
                break
        return schema

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        required = set(schema.get("required", ()))
        return {
            name: self.value(part, name, depth + 1)
            for name, part in schema.get("properties", {}).items()
            if name in required or (depth < _DEEPEST and self._random.random() < 0.6)
        }

    def _text(self, schema: Mapping[str, Any], name: str) -> str:
        if schema.get("format") in _FORMATS:
            return self._random.choice(_FORMATS[schema["format"]])
        exist = self._known.get(name)
        if exist and self._random.random() < 0.8:
            return self._random.choice(exist)
        return self._random.choice(_WORDS)
