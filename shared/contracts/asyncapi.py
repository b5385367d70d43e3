"""AsyncAPI 3 of all that goes over NATS (事件接口说明): every event, and what bureau systems hand in, as one document.

`python -m contracts.asyncapi docs/asyncapi.json` writes it; it is kept in the repository as a golden file.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from contracts.event import Event, cloud_type, speaker
from contracts.event_list import chinese, listeners
from contracts.intake import DOORS, HEADERS, Door, Kept
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
            "description": "事件：CloudEvents 1.0，二进制模式，信息在 ce-* 头里，正文是 JSON；读者忽略不认识的字段。"
            "接入：业务系统报送，不认识的字段不收。 "
            "Events: CloudEvents 1.0 in binary mode, ce-* headers, a body of JSON; readers ignore fields they do not know. "
            "Intake: what bureau systems hand in; unknown fields are refused.",
        },
        "defaultContentType": "application/json",
        "channels": {event.fact: _channel(event) for event in EVENTS.values()} | dict(_intake_channels()),
        "operations": dict(_operations()) | dict(_intake_operations()),
        "components": {
            "messages": {kind: _message(kind, event) for kind, event in EVENTS.items()} | dict(_intake_messages()),
            "messageTraits": {"cloudevent": {"headers": _headers()}},
            "schemas": schemas,
        },
    }


def rendered() -> str:
    """The document as the golden file holds it."""
    return json.dumps(document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _schemas() -> dict[str, Any]:
    kinds = (*EVENTS.values(), *(door.document for door in DOORS), Kept)
    _, named = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
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
    return {**_strings(_HEADERS), "required": ["ce-id", "ce-source", "ce-type"]}


def _strings(said: Mapping[str, str]) -> dict[str, Any]:
    properties = {name: {"type": "string", "description": text} for name, text in said.items()}
    return {"type": "object", "properties": properties}


def _operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for event in EVENTS.values():
        yield f"{speaker(event)}.send.{event.fact}", _operation("send", speaker(event), event)
        for service in listeners(event):
            yield f"{service}.receive.{event.fact}", _operation("receive", service, event)


def fact_of(door: Door) -> str:
    """The name of an entrance in the document: ``intake.approval``."""
    return f"intake.{door.service}"


def _intake_channels() -> Iterator[tuple[str, dict[str, Any]]]:
    for door in DOORS:
        fact = fact_of(door)
        yield (
            fact,
            {
                "address": door.address,
                "title": door.chinese,
                "description": "NATS JetStream INTAKE",
                "messages": {fact: {"$ref": f"#/components/messages/{fact}"}},
                "parameters": {"sender": {"description": "来源系统自取的一节 / a part of the sender's own"}},
            },
        )
        yield (
            f"{fact}.kept",
            {
                "address": None,
                "title": f"{door.chinese}的收下回执",
                "description": f"the reply subject of each message, below {door.inbox}",
                "messages": {"intake.kept": {"$ref": "#/components/messages/intake.kept"}},
            },
        )


def _intake_messages() -> Iterator[tuple[str, dict[str, Any]]]:
    for door in DOORS:
        yield (
            fact_of(door),
            {
                "name": fact_of(door),
                "title": door.chinese,
                "contentType": "application/json",
                "headers": _strings(HEADERS),
                "payload": {"$ref": f"#/components/schemas/{door.document.__name__}"},
            },
        )
    kept = {"$ref": f"#/components/schemas/{Kept.__name__}"}
    yield "intake.kept", {"name": "intake.kept", "contentType": "application/json", "payload": kept}


def _intake_operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for door in DOORS:
        fact = fact_of(door)
        told = {
            "channel": {"$ref": f"#/channels/{fact}"},
            "messages": [{"$ref": f"#/channels/{fact}/messages/{fact}"}],
        }
        reply = {
            "channel": {"$ref": f"#/channels/{fact}.kept"},
            "messages": [{"$ref": f"#/channels/{fact}.kept/messages/intake.kept"}],
        }
        yield (
            f"{door.identity}.send.{fact}",
            {"action": "send", "tags": [{"name": door.identity}], **told, "reply": reply},
        )
        yield f"{door.service}.receive.{fact}", {"action": "receive", "tags": [{"name": door.service}], **told}


def _operation(action: str, service: str, event: type[Event]) -> dict[str, Any]:
    return {
        "action": action,
        "tags": [{"name": service}],
        "channel": {"$ref": f"#/channels/{event.fact}"},
        "messages": [{"$ref": f"#/channels/{event.fact}/messages/{cloud_type(event)}"}],
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(rendered(), encoding="utf-8")
