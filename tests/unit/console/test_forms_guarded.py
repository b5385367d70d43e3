"""Every page that changes something takes a form of this session; nothing changes by a link."""

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from console.web import forms
from console.web.wiring import Web
from tests.tokens import SETTINGS


@pytest.fixture
def routes(monkeypatch: pytest.MonkeyPatch) -> list[APIRoute]:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)

    def reading() -> None: ...

    web = Web(b"0" * 32, lambda: None, reading, "http://127.0.0.1:8104")  # type: ignore[arg-type, return-value] # nobody asks it anything
    found = [context.original_route for context in iter_route_contexts(web.router.routes)]
    return [route for route in found if isinstance(route, APIRoute)]


def methods(route: APIRoute) -> set[str]:
    return route.methods or set()


def guarded(route: APIRoute) -> bool:
    return any(each.call is forms.typed for each in route.dependant.dependencies)


def test_every_post_takes_a_form_of_the_session(routes: list[APIRoute]) -> None:
    changing = [route for route in routes if methods(route) - {"GET", "HEAD"}]
    assert len(changing) > 5
    assert [route.path for route in changing if not guarded(route)] == []


def test_no_get_takes_one(routes: list[APIRoute]) -> None:
    assert [route.path for route in routes if "GET" in methods(route) and guarded(route)] == []
