"""AsyncAPI 3 of the events (事件接口说明): every event, its subject, who says it and who hears it, as one document.

`python -m contracts.asyncapi docs/asyncapi.json` writes it; it is kept in the repository as a golden file.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from contracts.event import Event, cloud_type, speaker
from contracts.event_list import chinese, listeners
from contracts.topology import EVENTS, stream_of
from kernel.subject import PARTITIONS

_HEADERS = {
    "ce-id": "UUIDv7: the same event has the same id however often it comes",
    "ce-source": "/gov/{区划6}/{service}",
    "ce-type": "type of the event, cn.shenguan.….v1",
    "ce-subject": "id of the aggregate",
    "ce-time": "when it was told, RFC 3339",
    "ce-correlationid": "the approval case the story began with, {source_system}:{case_id}",
}


def document() -> dict[str, Any]:
    """The whole of it, self-contained."""
    schemas = _schemas()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "审管联动事件 / events of the linkage",
            "version": "1",
            "description": "CloudEvents 1.0，二进制模式：信息在 ce-* 头里，正文是 JSON；读者忽略不认识的字段。 "
            "CloudEvents 1.0 in binary mode: ce-* headers, a body of JSON; readers ignore fields they do not know.",
        },
        "defaultContentType": "application/json",
        "channels": {event.fact: _channel(event) for event in EVENTS.values()},
        "operations": dict(_operations()),
        "components": {
            "messages": {kind: _message(kind, event) for kind, event in EVENTS.items()},
            "messageTraits": {"cloudevent": {"headers": _headers()}},
            "schemas": schemas,
        },
    }


def rendered() -> str:
    """The document as the golden file holds it."""
    return json.dumps(document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _schemas() -> dict[str, Any]:
    events = tuple(EVENTS.values())
    _, named = msgspec.json.schema_components(events, ref_template="#/components/schemas/{name}")
    return named


def _channel(event: type[Event]) -> dict[str, Any]:
    return {
        "address": f"shenguan.{event.fact}.v{event.generation}.{{region}}.{{partition}}",
        "title": chinese(event),
        "description": f"NATS JetStream {stream_of(speaker(event))}",
        "messages": {cloud_type(event): {"$ref": f"#/components/messages/{cloud_type(event)}"}},
        "parameters": {
            "region": {"description": "区划代码，6 位 / region code, 6 digits (GB/T 2260)"},
            "partition": {
                "description": "主体的散列 / hash of the subject",
                "enum": [str(number) for number in range(PARTITIONS)],
            },
        },
    }


def _message(kind: str, event: type[Event]) -> dict[str, Any]:
    return {
        "name": kind,
        "title": chinese(event),
        "contentType": "application/json",
        "traits": [{"$ref": "#/components/messageTraits/cloudevent"}],
        "payload": {"$ref": f"#/components/schemas/{event.__name__}"},
    }


def _headers() -> dict[str, Any]:
    told = {name: {"type": "string", "description": said} for name, said in _HEADERS.items()}
    return {"type": "object", "properties": told, "required": ["ce-id", "ce-source", "ce-type"]}


def _operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for event in EVENTS.values():
        yield f"{speaker(event)}.send.{event.fact}", _operation("send", speaker(event), event)
        for service in listeners(event):
            yield f"{service}.receive.{event.fact}", _operation("receive", service, event)


def _operation(action: str, service: str, event: type[Event]) -> dict[str, Any]:
    return {
        "action": action,
        "tags": [{"name": service}],
        "channel": {"$ref": f"#/channels/{event.fact}"},
        "messages": [{"$ref": f"#/channels/{event.fact}/messages/{cloud_type(event)}"}],
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(rendered(), encoding="utf-8")
