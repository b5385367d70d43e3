"""Rate (频率限制): how often one principal may ask, per class of request, counted in this process alone.

Several replicas allow as many times more; what must hold for a whole deployment belongs into the gateway before it.
"""

from ipaddress import IPv6Address, ip_address
from math import ceil
from time import time

from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.access.principal import PrincipalKind, present
from chassis.edge.settings import EdgeSettings
from chassis.problems import problem_response
from kernel.refusal import Refusal

_UNCOUNTED = {"/healthz", "/readyz"}
"""Asked by whoever keeps the process alive."""
_READING = {"GET", "HEAD", "OPTIONS"}
_SIGNED_IN = {PrincipalKind.PERSON, PrincipalKind.SYSTEM}


class RateLimit:
    """ASGI middleware; stands inside of what finds out who is asking."""

    def __init__(self, app: ASGIApp, settings: EdgeSettings) -> None:
        self._app = app
        self._rates = settings.rates()
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count; refuse with 429 and the seconds to wait."""
        if scope["type"] != "http" or scope["path"] in _UNCOUNTED:
            await self._app(scope, receive, send)
            return
        kind, who = _asking(scope)
        rate = self._rates.get(kind)
        if rate is None or await self._limiter.hit(rate, kind, who):
            await self._app(scope, receive, send)
            return
        window = await self._limiter.get_window_stats(rate, kind, who)
        seconds = max(1, ceil(window.reset_time - time()))
        answer = problem_response(_refusal(str(rate), seconds))
        answer.headers["Retry-After"] = str(seconds)
        await answer(scope, receive, send)


def _asking(scope: Scope) -> tuple[str, str]:
    principal = present()
    kind = "read" if scope["method"] in _READING else "write"
    if principal.kind in _SIGNED_IN:
        return kind, f"{principal.kind}:{principal.id}"
    return "public" if principal.kind == PrincipalKind.NOBODY else kind, _address(scope)


def _address(scope: Scope) -> str:
    """The client's address; of IPv6 the network a customer gets whole."""
    host: str = (scope.get("client") or ("", 0))[0]
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return host if not isinstance(address, IPv6Address) else str(IPv6Address(int(address) >> 64 << 64))


def _refusal(rate: str, seconds: int) -> Refusal:
    return Refusal(
        code="too-many-requests",
        zh=f"请求过于频繁（上限 {rate}），请 {seconds} 秒后重试；大量数据请使用批量接口",
        en=f"Too many requests (at most {rate}); try again in {seconds} s, and send much data as a batch",
        status=429,
        retryable=True,
    )
