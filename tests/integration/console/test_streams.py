"""The stream of a page passes the same session, gate and headers as the page."""

import httpx
import pytest

from kernel.role import Role
from tests.integration.console.conftest import signed_in

STREAM = {"Accept": "text/event-stream"}
PAGES = ("/board", "/tasks?state=CLAIMED", "/cases/yct/SL-1")


@pytest.mark.parametrize("page", PAGES)
def test_nobody_is_told_anything_who_is_not_signed_in(browser: httpx.Client, with_tokens: str, page: str) -> None:
    answer = browser.get(with_tokens + page, headers=STREAM, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in")


@pytest.mark.parametrize("page", PAGES)
def test_nobody_is_told_of_a_page_that_is_not_theirs(browser: httpx.Client, with_tokens: str, page: str) -> None:
    signed_in(browser, with_tokens, Role.AUDITOR)
    answer = browser.get(with_tokens + page, headers=STREAM)
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (403, "text/html")


@pytest.mark.parametrize("page", PAGES)
def test_a_stream_carries_the_headers_of_the_house_and_ends_when_the_database_is_away(
    browser: httpx.Client, with_tokens: str, page: str
) -> None:
    signed_in(browser, with_tokens, Role.SUPERVISOR)
    answer = browser.get(with_tokens + page, headers=STREAM)
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.text.split() == ["retry:", "300"], "it said nothing, and the browser asks again"
