"""What stands around the pages: forms of other sites, tampered sessions, roles, headers, and what goes wrong."""

import httpx
import pytest

from kernel.role import Role
from tests.integration.console.conftest import SAME, form_token, signed_in

TASK = "/tasks/00000000-0000-7000-8000-000000000001"


@pytest.fixture
def officer(browser: httpx.Client, with_tokens: str) -> httpx.Client:
    signed_in(browser, with_tokens, Role.SUPERVISOR)
    browser.base_url = httpx.URL(with_tokens)
    return browser


def test_every_page_lets_in_nothing_of_another_host(officer: httpx.Client) -> None:
    for path in ("/sign-in", "/keys", "/nothing", "/tasks"):
        policy = officer.get(path).headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert "http" not in policy


def test_the_worker_asks_this_host_alone_and_is_asked_for_again(officer: httpx.Client) -> None:
    worker = officer.get("/visit-worker.js")
    assert worker.headers["content-security-policy"] == "default-src 'none'; connect-src 'self'"
    assert (worker.headers["cache-control"], worker.headers["content-type"].split(";")[0]) == (
        "no-cache",
        "text/javascript",
    )


def test_the_walk_and_the_pages_of_an_enterprise_are_not_an_officers(officer: httpx.Client) -> None:
    assert officer.get("/walk").status_code == 404
    assert (
        officer.post("/walk/1", data={"form": form_token(officer.get("/keys").text)}, headers=SAME).status_code == 404
    )
    assert officer.get("/enterprise").status_code == 403


def test_every_answer_carries_the_headers_of_the_house(officer: httpx.Client) -> None:
    answers = [
        officer.get("/keys"),
        officer.get("/nothing"),
        officer.post("/view", headers={"Origin": "https://x.example"}),
    ]
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "said",
    [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
    ids=str,
)
def test_a_form_of_another_site_does_nothing(officer: httpx.Client, said: dict[str, str]) -> None:
    right = form_token(officer.get("/keys").text)
    answer = officer.post("/sign-out", data={"form": right}, headers=said, follow_redirects=False)
    assert (answer.status_code, "来自其他网站" in answer.text) == (403, True)
    assert "officer-1" in officer.get("/keys").text


@pytest.mark.parametrize("form", ["", "guessed"])
def test_a_form_of_another_session_does_nothing(officer: httpx.Client, form: str) -> None:
    answer = officer.post(f"{TASK}/claim", data={"form": form}, headers=SAME)
    assert (answer.status_code, "未提交" in answer.text) == (403, True)


def test_a_session_somebody_changed_is_none(officer: httpx.Client) -> None:
    kept = officer.cookies["shenguan_session"]
    officer.cookies.clear()
    officer.cookies.set("shenguan_session", kept[:-4] + "AAAA")
    assert officer.get("/tasks").url.path == "/sign-in"


def test_a_form_sent_after_the_session_says_that_nothing_was_sent(officer: httpx.Client) -> None:
    officer.cookies.clear()
    answer = officer.post(f"{TASK}/claim", data={"form": "x"}, headers=SAME)
    assert (answer.status_code, "没有提交" in answer.text) == (401, True)


def test_another_role_is_told_what_it_takes(browser: httpx.Client, with_tokens: str) -> None:
    signed_in(browser, with_tokens, Role.AUDITOR)
    answer = browser.get(f"{with_tokens}/tasks")
    assert answer.status_code == 403
    assert "无权使用此功能" in answer.text
    assert "You may not do this" in answer.text


def test_a_service_that_is_away_is_said_in_both_languages(officer: httpx.Client) -> None:
    answer = officer.get(TASK)
    assert answer.status_code == 503
    assert "监管服务暂时没有答复" in answer.text
    assert "The supervision service does not answer" in answer.text


def test_what_was_typed_is_kept_and_can_be_sent_again(officer: httpx.Client) -> None:
    right = form_token(officer.get("/keys").text)
    typed = {"form": right, "once": "1", "reason": "不属于本部门 <b>"}
    answer = officer.post(f"{TASK}/return", data=typed, headers=SAME)
    assert answer.status_code == 503
    assert "不属于本部门 &lt;b&gt;" in answer.text
    assert '<input type="hidden" name="once" value="1">' in answer.text
    assert f'<form method="post" action="{TASK}/return">' in answer.text


def test_the_language_and_large_text_are_kept_by_the_browser(officer: httpx.Client) -> None:
    right = form_token(officer.get("/keys").text)
    for choice in ("en", "large", "keys"):
        officer.post("/view", data={"form": right, "choice": choice, "back": "/keys"}, headers=SAME)
    page = officer.get("/keys").text
    assert '<html lang="en" class="large">' in page
    assert 'data-keys="off"' in page
    assert "Sign out" in page


def test_files_are_kept_for_ever_under_their_hash_alone(officer: httpx.Client) -> None:
    page = officer.get("/keys").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert officer.get(address).headers["cache-control"] == "public, max-age=31536000, immutable"
    assert officer.get(address.partition("?")[0]).headers["cache-control"] == "no-cache"
    assert officer.get("/static/../settings.py").status_code == 404
    assert officer.get("/static/%2e%2e/settings.py").status_code == 404
