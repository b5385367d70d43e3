"""The pages and an identity provider as processes; no service stands behind them, and the pages say so."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

from kernel.role import Role
from ops.loopback import free_port
from tests.integration.console.issuer import CLIENT, SECRET
from tests.tokens import SETTINGS, token

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0
NOBODY = "http://127.0.0.1:9"
"""Where no service is (the port nobody answers at)."""
SERVICES = {f"SHENGUAN_CONSOLE_{name}_URL": NOBODY for name in ("APPROVAL", "SUPERVISION", "CREDIT")}

SAME = {"Sec-Fetch-Site": "same-origin"}
"""What a browser says of a form of the page itself."""
Open = Callable[..., str]


@contextmanager
def process(module: str, environment: dict[str, str]) -> Iterator[str]:
    """A program of the tests on a free port: its address, once it answers."""
    port = free_port(0)
    outer = {name: value for name, value in os.environ.items() if not name.startswith("SHENGUAN_")}
    started = subprocess.Popen([sys.executable, "-m", module, str(port)], cwd=ROOT, env=outer | environment)
    try:
        address, until = f"http://127.0.0.1:{port}", monotonic() + PATIENCE
        while monotonic() < until and started.poll() is None:
            try:
                httpx.get(f"{address}/sign-in", trust_env=False)
            except httpx.TransportError:
                sleep(0.1)
            else:
                break
        assert started.poll() is None
        yield address
    finally:
        started.terminate()
        started.wait(PATIENCE)


@pytest.fixture(scope="module")
def pages() -> Iterator[Open]:
    """Opens the pages with settings of their own."""
    with ExitStack() as leaving:

        def opened(**settings: str) -> str:
            environment = SETTINGS | SERVICES | settings
            return leaving.enter_context(process("tests.integration.console.alone", environment))

        yield opened


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The identity provider."""
    with process("tests.integration.console.issuer", {}) as address:
        yield address


@pytest.fixture(scope="module")
def with_provider(pages: Open, provider: str) -> str:
    """The pages as a deployment has them: who comes is sent to the identity provider."""
    return pages(
        SHENGUAN_OIDC_ISSUER=provider,
        SHENGUAN_OIDC_JWKS=f"{provider}/jwks",
        SHENGUAN_CONSOLE_OIDC_CLIENT_ID=CLIENT,
        SHENGUAN_CONSOLE_OIDC_CLIENT_SECRET=SECRET,
    )


@pytest.fixture(scope="module")
def with_tokens(pages: Open) -> str:
    """The pages of an embedded stack: a token is pasted."""
    return pages(SHENGUAN_CONSOLE_TOKEN_SIGN_IN="true")


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    with httpx.Client(follow_redirects=True, trust_env=False, timeout=30) as client:
        yield client


def signed_in(browser: httpx.Client, pages: str, *roles: Role) -> httpx.Response:
    said = token("officer-1", "PERSON", roles, departments=["DEMO-FOOD"])
    return browser.post(f"{pages}/sign-in/token", data={"token": said, "next": "/keys"}, headers=SAME)


def form_token(page: str) -> str:
    found = re.search(r'name="form" value="([^"]+)"', page)
    assert found
    return found[1]
