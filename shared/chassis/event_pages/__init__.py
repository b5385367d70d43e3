"""The page of the events (事件说明页): the AsyncAPI 3 document of all that goes over NATS, as it is and as people read it.

No scripts. The same in every service: what is told and heard is a matter of the whole, not of one process.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, select_autoescape

from contracts.asyncapi import document


@dataclass(frozen=True, slots=True)
class Row:
    """One field of an event (字段)."""

    name: str
    kind: str
    required: bool
    said: str


@dataclass(frozen=True, slots=True)
class Told:
    """One event, or what bureau systems hand in, as the page shows it (事件、接入)."""

    fact: str
    title: str
    address: str
    stream: str
    speaker: str
    listeners: tuple[str, ...]
    headers: tuple[Row, ...]
    """Of this message alone; those every event has stand in the document."""
    fields: tuple[Row, ...]
    answer: tuple[Row, ...]
    """What the sender is answered; of events nothing is."""


def events_router(listening: Callable[[], Response]) -> APIRouter:
    """The routes. ``listening``: what this very service listens to."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/asyncapi.json", listening)

    @routes.get("/docs/events")
    def page() -> HTMLResponse:
        return HTMLResponse(_page())

    @routes.get("/docs/events.json")
    def whole() -> Response:
        return Response(_whole(), media_type="application/json")

    return routes


@cache
def _page() -> str:
    pages = Environment(loader=PackageLoader("chassis.event_pages", "."), autoescape=select_autoescape())
    return pages.get_template("events.html").render(events=list(told(document())))


@cache
def _whole() -> bytes:
    return msgspec.json.encode(document())


def told(asyncapi: dict[str, Any]) -> Iterator[Told]:
    """Each event of the document, in its order."""
    heard: dict[str, dict[str, list[str]]] = {}
    for operation in asyncapi["operations"].values():
        fact = operation["channel"]["$ref"].rpartition("/")[2]
        heard.setdefault(fact, {}).setdefault(operation["action"], []).append(operation["tags"][0]["name"])
    components = asyncapi["components"]
    for fact, channel in asyncapi["channels"].items():
        if fact not in heard:  # answers
            continue
        (message,) = channel["messages"]
        said = components["messages"][message]
        answer = asyncapi["channels"].get(f"{fact}.kept", {"messages": ()})["messages"]
        yield Told(
            fact=fact,
            title=channel["title"],
            address=channel["address"],
            stream=channel["description"],
            speaker="".join(heard[fact]["send"]),
            listeners=tuple(heard[fact].get("receive", ())),
            headers=tuple(_rows(said.get("headers", {}), {})),
            fields=tuple(_payload(said, components["schemas"])),
            answer=tuple(
                row for kind in answer for row in _payload(components["messages"][kind], components["schemas"])
            ),
        )


def _payload(message: dict[str, Any], named: dict[str, Any]) -> Iterator[Row]:
    return _rows(named[message["payload"]["$ref"].rpartition("/")[2]], named)


def _rows(schema: dict[str, Any], named: dict[str, Any]) -> Iterator[Row]:
    required = set(schema.get("required", ()))
    for name, part in schema.get("properties", {}).items():
        yield Row(name, _kind(part, named), name in required, part.get("description", ""))


def _kind(part: dict[str, Any], named: dict[str, Any]) -> str:
    """What a value is, in a few words."""
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        inside = named[name]
        return _kind(inside, named) if "properties" not in inside else f"{name} {{{', '.join(inside['properties'])}}}"
    if "anyOf" in part:
        return " | ".join(_kind(each, named) for each in part["anyOf"])
    if "enum" in part:
        return " | ".join(map(str, part["enum"]))
    if part.get("type") == "array":
        return f"[{_kind(part.get('items', {}), named)}]"
    return str(part.get("format") or part.get("type") or "any")
