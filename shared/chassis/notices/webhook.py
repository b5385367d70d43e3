"""Signed webhook (签名网络回调): Standard Webhooks, so that a receiver knows who said it and drops a repetition.

Only origins on the list are asked, and no redirect is followed: an address cannot lead into the house's own network.
"""

import asyncio
import socket
from datetime import UTC, datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx
import msgspec
from standardwebhooks import Webhook

from chassis.notices.channel import Message, NotDeliveredError
from chassis.notices.settings import NoticeSettings

TYPE = "shenguan.notice.v1"
_GONE = 410


class WebhookChannel:
    """channel.Channel over HTTP."""

    def __init__(self, settings: NoticeSettings) -> None:
        self._webhook = Webhook(settings.webhook_secret.get_secret_value())
        self._origins = frozenset(map(_origin, settings.webhook_origins))
        self._timeout = settings.timeout_seconds

    @staticmethod
    def configured(settings: NoticeSettings) -> bool:
        """A secret and at least one origin are set."""
        return bool(settings.webhook_secret.get_secret_value() and settings.webhook_origins)

    def refused(self, address: str) -> tuple[str, str] | None:
        """Addresses of other origins are refused."""
        if _origin(address) in self._origins:
            return None
        return (
            "回调地址不在允许的名单内，请联系运维将其来源加入 SHENGUAN_NOTICE_WEBHOOK_ORIGINS",
            "the address is not on the list; ask the operators to add its origin to SHENGUAN_NOTICE_WEBHOOK_ORIGINS",
        )

    async def send(self, message: Message) -> None:
        """POST; any 2xx has taken it, 410 never will, everything else is tried again."""
        if self.refused(message.address):
            raise NotDeliveredError("the origin is not on the list", hopeless=True)
        await _require_outside(message.address)
        body = msgspec.json.encode(_payload(message)).decode()
        try:
            # trust_env off: a proxy of the environment must not see what is signed.
            async with httpx.AsyncClient(timeout=self._timeout, trust_env=False, follow_redirects=False) as client:
                answer = await client.post(message.address, content=body, headers=self._headers(message, body))
        except httpx.HTTPError as error:
            raise NotDeliveredError(f"{type(error).__name__}: {error}") from error
        if not answer.is_success:
            raise NotDeliveredError(f"HTTP {answer.status_code}", hopeless=answer.status_code == _GONE)

    def _headers(self, message: Message, body: str) -> dict[str, str]:
        said_at = datetime.now(UTC)  # the receiver compares it with its own clock, never with a moved one
        message_id = f"msg_{message.message_id}"
        return {
            "content-type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(said_at.timestamp())),
            "webhook-signature": self._webhook.sign(message_id, said_at, body),
        }


async def _require_outside(address: str) -> None:
    """A name on the list that leads to this machine or its link is not asked, whatever a name server says.

    Who means this machine lists it by its number or as localhost.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if host == "localhost" or _is_number(host):
        return
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NotDeliveredError(f"{host} has no address: {error}") from error
    for *_, (number, *_rest) in found:
        at = ip_address(str(number).partition("%")[0])
        if at.is_loopback or at.is_link_local or at.is_unspecified or at.is_multicast:
            raise NotDeliveredError(f"{host} leads to {at}, which is not asked")


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _payload(message: Message) -> dict[str, object]:
    notices = [
        {
            "notice_id": str(part.notice_id),
            "kind": part.notice.kind,
            "fact": part.notice.fact,
            "zh": part.notice.zh,
            "en": part.notice.en,
            "about": part.notice.about,
            "on_behalf_of": part.on_behalf_of,
            "created_at": part.created_at,
        }
        for part in message.parts
    ]
    said_at = max(part.created_at for part in message.parts)
    return {
        "type": TYPE,
        "timestamp": said_at,
        "data": {"service": message.service, "person": message.person, "notices": notices},
    }


def _origin(address: str) -> tuple[str, str, int] | None:
    try:
        parts = urlsplit(address)
        port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    except (KeyError, ValueError):
        return None
    if not parts.hostname or parts.username is not None or parts.password is not None:
        return None
    return parts.scheme, parts.hostname, port
