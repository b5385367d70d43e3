"""What `shenguan bench --part console` asks of the pages, and what it says of them."""

from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from chassis.pages import PageAsked
from console.queries import Place
from console.web import keeping_up
from console.web.rendering import templates
from ops.bench import console, news, pages

DRAWN = [
    {"source_system": "yct", "case_id": f"C{n}", "item_code": f"B{n:04d}", "id_no": f"91640200MA{n:08d}"}
    for n in range(50)
]


def query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_every_second_page_of_a_list_lies_deep_inside_where_the_page_itself_would_lead() -> None:
    for kind in pages.kinds(DRAWN):
        addresses = [kind.asked(n) for n in range(40)]
        if urlsplit(addresses[0]).path not in {"/tasks", "/cards", "/cases"}:
            continue
        assert ["cursor" in query(each) for each in addresses] == [n % 2 == 1 for n in range(40)]
        shape: Any = Place if kind.name.startswith("tasks") else UUID
        read = {
            PageAsked(cursor=query(each)["cursor"], limit=1).after(shape)
            for each in addresses
            if "cursor" in query(each)
        }
        assert len(read) > 10


@pytest.mark.parametrize(
    ("path", "names"),
    [("/tasks", {"state", "due"}), ("/cases", {"source", "item", "holder", "unmatched"}), ("/cards", {"card"})],
)
def test_every_filter_of_a_page_is_asked(path: str, names: set[str]) -> None:
    asked: set[str] = set()
    for kind in pages.kinds(DRAWN):
        for address in (kind.asked(n) for n in range(20)):
            asked |= query(address).keys() if urlsplit(address).path == path else set()
    assert asked == names | {"cursor"}


def test_an_open_page_says_itself_where_it_listens_for_what_and_where_it_fetches_itself() -> None:
    parts: Any = templates("zh").get_template("parts.html").module
    follows = news.FOLLOWS.search(f"<div {parts.keeps_up('figures', '/tasks?a=1&b=2', '/tasks?a=1&b=2&since=x')}>")
    assert follows is not None
    assert follows.groups() == ("/tasks?a=1&amp;b=2&amp;since=x", "/tasks?a=1&amp;b=2", keeping_up.TOLD)


def found(p99: float | None, limit: float) -> dict[str, Any]:
    return {"cold": 50.0, "p50": 9.0, "p99": p99, "limit": limit, "met": p99 is not None and p99 <= limit}


def test_a_page_that_is_late_or_does_not_keep_up_is_named() -> None:
    late = {"board": found(20.0, 1000.0), "tasks": found(301.0, 300.0), "cases": found(20.0, 300.0)}
    told = {"cases": 1000, "pages": late, "news": {"board": found(700.0, 1000.0), "case": found(None, 1000.0)}}
    assert console.missed(told) == ["tasks", "case"]
    lines = dict(console.lines(told))
    assert lines["tasks"] == "50.0 · 9.0 · 301.0 > 300 ■"
    assert lines["cases"] == "50.0 · 9.0 · 20.0"
