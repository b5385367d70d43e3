"""Signing in: through the identity provider, by a token on an embedded stack, and in no other way."""

import httpx

from kernel.role import Role
from tests.integration.console.conftest import SAME, Open, form_token, signed_in
from tests.tokens import token


def test_who_is_not_signed_in_is_asked_and_comes_back(browser: httpx.Client, with_provider: str) -> None:
    asked = browser.get(f"{with_provider}/tasks?state=CLAIMED")
    assert asked.url.path == "/sign-in"
    assert "/sign-in/provider?next=/tasks%3Fstate%3DCLAIMED" in asked.text
    came = browser.get(f"{with_provider}/sign-in/provider", params={"next": "/keys"})
    assert came.url.path == "/keys"
    assert '<span class="name" title="officer-1">钱示一</span>' in came.text
    assert "监管人员" in came.text


def test_who_has_no_name_in_the_token_is_shown_by_the_code(browser: httpx.Client, with_tokens: str) -> None:
    assert (
        '<span class="name" title="officer-1">officer-1</span>' in signed_in(browser, with_tokens, Role.SUPERVISOR).text
    )


def test_the_session_is_a_cookie_no_script_reads(browser: httpx.Client, with_provider: str) -> None:
    browser.get(f"{with_provider}/sign-in/provider")
    kept = next(cookie for cookie in browser.cookies.jar if cookie.name == "shenguan_session")
    assert kept.has_nonstandard_attr("HttpOnly")
    assert kept.get_nonstandard_attr("SameSite") == "lax"
    assert kept.value
    assert "officer-1" not in kept.value
    assert "钱示一" not in kept.value
    assert len(kept.value.split(".")) == 5  # a JWE, not a JWS anybody reads


def test_a_sign_in_of_another_browser_is_not_finished_here(browser: httpx.Client, with_provider: str) -> None:
    begun = httpx.get(f"{with_provider}/sign-in/provider", trust_env=False)
    there = httpx.get(begun.headers["location"], trust_env=False)
    refused = browser.get(there.headers["location"])
    assert refused.status_code == 400
    assert "登录没有完成或已超时" in refused.text
    browser.get(f"{with_provider}/sign-in/provider", follow_redirects=False)  # this browser has one of its own
    assert browser.get(there.headers["location"]).status_code == 400
    assert "shenguan_session" not in browser.cookies


def test_the_provider_away_is_said(browser: httpx.Client, pages: Open) -> None:
    alone = pages(SHENGUAN_CONSOLE_OIDC_CLIENT_ID="console", SHENGUAN_OIDC_ISSUER="http://127.0.0.1:9")
    answer = browser.get(f"{alone}/sign-in/provider")
    assert (answer.status_code, "身份系统暂时没有答复" in answer.text) == (503, True)


def test_nobody_goes_on_to_another_site(browser: httpx.Client, with_tokens: str) -> None:
    said = token("officer-1", "PERSON", [Role.SUPERVISOR])
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:0"):
        answer = browser.post(
            f"{with_tokens}/sign-in/token",
            data={"token": said, "next": elsewhere, "form": ""},
            headers=SAME,
            follow_redirects=False,
        )
        browser.cookies.clear()
        assert answer.headers["location"] == "/tasks"


def test_a_token_is_taken_only_where_it_is_allowed(browser: httpx.Client, with_provider: str, with_tokens: str) -> None:
    assert signed_in(browser, with_provider, Role.SUPERVISOR).status_code == 404
    browser.cookies.clear()
    assert signed_in(browser, with_tokens, Role.SUPERVISOR).url.path == "/keys"


def test_a_token_of_nobody_signs_nobody_in(browser: httpx.Client, with_tokens: str) -> None:
    answer = browser.post(f"{with_tokens}/sign-in/token", data={"token": "a.b.c"}, headers=SAME)
    assert answer.status_code == 401 or answer.url.path == "/sign-in"
    assert "shenguan_session" not in browser.cookies


def test_roles_are_switched_on_demonstration_stacks_alone(browser: httpx.Client, with_tokens: str) -> None:
    assert browser.get(f"{with_tokens}/roles").status_code == 404
    assert browser.post(f"{with_tokens}/roles", data={"role": "AUDITOR"}, headers=SAME).status_code == 404
    assert "/roles" not in browser.get(f"{with_tokens}/sign-in").text


def test_signing_out_ends_the_session(browser: httpx.Client, with_tokens: str) -> None:
    page = signed_in(browser, with_tokens, Role.SUPERVISOR)
    form = {"form": form_token(page.text)}
    ended = browser.post(f"{with_tokens}/sign-out", data=form, headers=SAME, follow_redirects=False)
    assert ended.headers["clear-site-data"] == '"storage"'
    assert browser.get(f"{with_tokens}/tasks").url.path == "/sign-in"
