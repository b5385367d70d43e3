"""The gate of webhooks (回调验签): before anything is done, the signature is checked over the exact bytes.

``webhook-id`` becomes the idempotency key, so that a message sent a thousand times has one effect and one answer.
"""

from collections.abc import Callable

import structlog
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.access.principal import PrincipalKind, on_behalf_of
from chassis.database import Pool
from chassis.edge import whole_body
from chassis.keys.holder import KeyHolder
from chassis.problems import problem_response
from chassis.webhooks.keeping import SOURCE
from chassis.webhooks.stored import good_secrets
from kernel.refusal import Refusal
from kernel.role import Role
from kernel.sealed import Place

PATH = "/api/v1/webhooks/"
_log = structlog.get_logger(__name__)
_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
_LONGEST_SOURCE = 64


class WebhookGate:
    """ASGI middleware; acts on ``POST /api/v1/webhooks/{source}`` alone. Stands outside of the idempotency keys."""

    def __init__(self, app: ASGIApp, pool: Callable[[], Pool], unseal: Callable[[bytes, Place], str]) -> None:
        self._app = app
        self._pool = pool
        self._unseal = unseal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on on behalf of the source, or answer 401."""
        if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith(PATH):
            await self._app(scope, receive, send)
            return
        source = scope["path"].removeprefix(PATH)
        # Somebody else's address is not read from: a body without a limit of its own would fill the memory.
        body = await whole_body.read(receive) if SOURCE.fullmatch(source) else b""
        said = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            await self._require_signed(source, body, said)
        except Refusal as refusal:
            _log.warning("webhook.refused", source=source[:_LONGEST_SOURCE], code=refusal.code)
            await problem_response(refusal)(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if name != b"idempotency-key"]
        headers.append((b"idempotency-key", said["webhook-id"].encode("latin-1")))
        scope["headers"] = headers  # in place: who looks from outside finds the route in this very scope
        with on_behalf_of(_sender(source)):
            await self._app(scope, whole_body.again(body, receive), send)

    async def _require_signed(self, source: str, body: bytes, said: dict[str, str]) -> None:
        if missing := [name for name in _HEADERS if not said.get(name)]:
            listed = ", ".join(missing)
            raise _refused(
                "unsigned", f"缺少请求头 {listed}，请按 Standard Webhooks 签名", f"the headers {listed} are missing"
            )
        sealed = await good_secrets(self._pool, source) if SOURCE.fullmatch(source) else []
        for one, place in sealed:
            try:
                Webhook(self._unseal(one, place)).verify(
                    body, {name: said[name] for name in _HEADERS}, json_parse=False
                )
            except (WebhookVerificationError, ValueError) as error:
                if "Message timestamp" in str(error):
                    zh, en = (
                        "时间戳与本机相差超过五分钟，请校准时钟后重新签名",
                        "the timestamp is more than five minutes off",
                    )
                    raise _refused("timestamp", zh, f"{en}; set the clock and sign again") from error
            else:
                return
        zh, en = (
            "签名不符，请核对来源系统、密钥与所签内容",
            "the signature does not fit; check source, secret and what was signed",
        )
        raise _refused("signature", zh, en)


def _sender(source: str) -> KeyHolder:
    everywhere = frozenset({"*"})
    return KeyHolder(
        id=f"webhook:{source}",
        kind=PrincipalKind.SYSTEM,
        roles=frozenset({Role.BUREAU_SYSTEM}),
        regions=everywhere,
        departments=everywhere,
        scopes=frozenset({f"POST {PATH}{source}"}),
        source_systems=frozenset({source}),
    )


def _refused(why: str, zh: str, en: str) -> Refusal:
    return Refusal(code=f"webhook-{why}", zh=f"回调未被接受：{zh}", en=f"The webhook is not taken: {en}", status=401)
