"""Routes (路由): which route of the application a request will reach, found before anything of it is read."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from re import Pattern

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount, compile_path

_ANYWHERE = -1


@dataclass(frozen=True, slots=True)
class _Shape:
    methods: frozenset[str]
    path: str
    pattern: Pattern[str]
    segments: int
    """How many slashes it has; _ANYWHERE: as many as it likes."""
    endpoint: object


@dataclass(frozen=True, slots=True)
class Found:
    """A route (所到路由): its path template, what stands in the place holders, and the function that answers."""

    path: str
    places: Mapping[str, str]
    endpoint: object


class Routes:
    """The routes of an application in the order in which it tries them."""

    def __init__(self, app: FastAPI) -> None:
        self._shapes = tuple(_shapes(app))
        self._near: dict[int, tuple[_Shape, ...]] = defaultdict(tuple)
        for count in {shape.segments for shape in self._shapes} - {_ANYWHERE}:
            self._near[count] = tuple(shape for shape in self._shapes if shape.segments in {count, _ANYWHERE})
        self._near[_ANYWHERE] = tuple(shape for shape in self._shapes if shape.segments == _ANYWHERE)

    def named(self) -> list[tuple[str, str]]:
        """(method, path template) of each; who may GET may ask for the headers alone (HEAD)."""
        return [(method, shape.path) for shape in self._shapes for method in sorted(shape.methods - {"HEAD"})]

    def find(self, method: str, path: str) -> Found | None:
        """The route a request will reach; None where no route is."""
        count = path.count("/")
        for shape in self._near[count if count in self._near else _ANYWHERE]:
            if method in shape.methods and (found := shape.pattern.match(path)):
                return Found(shape.path, found.groupdict(), shape.endpoint)
        return None


def _shapes(app: FastAPI) -> Iterator[_Shape]:
    for route in iter_route_contexts(app.routes):
        original = route.original_route
        path = route.path or ""
        if isinstance(original, Mount):
            yield _Shape(frozenset({"GET", "HEAD"}), path, compile_path(path + "/{path:path}")[0], _ANYWHERE, None)
            continue
        pattern, _, convertors = compile_path(path)
        anywhere = any(type(convertor).__name__ == "PathConvertor" for convertor in convertors.values())
        told = route.path_format or path
        segments = _ANYWHERE if anywhere else path.count("/")
        endpoint = getattr(original, "endpoint", None)
        yield _Shape(frozenset(route.methods or ()), told, pattern, segments, endpoint)
