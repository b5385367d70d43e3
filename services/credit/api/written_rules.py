"""Written rules (规则文本): one edition as YAML or JSON, read without trusting it."""

import json
from typing import Any

import yaml

from credit.domain.rulebook import invalid_rules
from credit.domain.rules_document import canonical, read_edition

LONGEST = 256 * 1024
"""Bytes of one edition; YAML is read slowly."""
OPENAPI_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "object"}} for kind in ("application/yaml", "application/json")},
    }
}


class _Plain(yaml.SafeLoader):
    """YAML without aliases: a few lines of them unfold to more than a memory holds."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """A node. Raises YAMLError for an alias."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not taken; write the value again")
        return super().compose_node(parent, index)


def canonical_of(body: bytes, content_type: str) -> tuple[str, str]:
    """Version and canonical text of an edition. Refuses ``invalid-rules``."""
    content = canonical(_document(body, content_type))
    return read_edition(content).version, content


def _document(body: bytes, content_type: str) -> Any:
    try:
        if "json" in content_type:
            return json.loads(body)
        return yaml.load(body, Loader=_Plain)  # noqa: S506 - a SafeLoader
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise invalid_rules(f"neither YAML nor JSON of one edition: {error}") from error
