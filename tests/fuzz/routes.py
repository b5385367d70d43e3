"""Routes (接口清单) to send to, as the running services describe them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from tests.fuzz.standing import Standing

WRITING = ("post", "put", "patch", "delete")
LEFT_OUT = {
    "/ops/v1/clock": "moves the time of everything; asked by hand below",
}


@dataclass(frozen=True)
class Route:
    """One operation: its parameters by place, and the schema of each content type it takes."""

    service: str
    method: str
    path: str
    parameters: tuple[Mapping[str, Any], ...]
    bodies: Mapping[str, Mapping[str, Any]]
    definitions: Mapping[str, Any]
    roles: frozenset[str] = frozenset()

    def said(self, place: str) -> list[Mapping[str, Any]]:
        """Its parameters in ``path`` or ``query``."""
        return [each for each in self.parameters if each["in"] == place]


async def routes(stack: Standing) -> list[Route]:
    """Every operation of every service, in a fixed order."""
    found: list[Route] = []
    for service, url in sorted(stack.urls.items()):
        async with httpx.AsyncClient(base_url=url, headers=stack.headers, trust_env=False) as http:
            document = (await http.get("/openapi.json")).raise_for_status().json()
        definitions = document.get("components", {}).get("schemas", {})
        for path, methods in sorted(document["paths"].items()):
            found += [_route(service, method, path, said, definitions) for method, said in sorted(methods.items())]
    return found


def _route(service: str, method: str, path: str, said: Mapping[str, Any], definitions: Mapping[str, Any]) -> Route:
    content = said.get("requestBody", {}).get("content", {})
    bodies = {kind: each.get("schema", {}) for kind, each in content.items()}
    return Route(
        service,
        method,
        path,
        tuple(said.get("parameters", [])),
        bodies,
        definitions,
        frozenset(said.get("x-roles", ())),
    )


async def known_values(stack: Standing, every: list[Route]) -> dict[str, list[str]]:
    """Name of a field → values it has in the lists of the stack, so that some requests reach what exists."""
    known: dict[str, set[str]] = {}
    for route in every:
        if route.method == "get" and "{" not in route.path:
            async with httpx.AsyncClient(
                base_url=stack.urls[route.service], headers=stack.headers_for(route.roles)
            ) as http:
                answer = await http.get(route.path)
            if (
                answer.is_success
                and "json" in answer.headers["content-type"]
                and "ndjson" not in answer.headers["content-type"]
            ):
                _gather(answer.json(), known)
    return {name: sorted(values) for name, values in sorted(known.items())}


def _gather(content: Any, known: dict[str, set[str]]) -> None:
    if isinstance(content, list):
        for part in content:
            _gather(part, known)
    elif isinstance(content, dict):
        for name, part in content.items():
            if isinstance(part, str | int) and not isinstance(part, bool) and str(part):
                known.setdefault(name, set()).add(str(part))
            _gather(part, known)
