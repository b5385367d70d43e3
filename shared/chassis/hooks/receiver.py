"""Receiver (接收方): one address outside, asked with care. What it answers is judged here, what follows elsewhere.

Only https, or http on this machine; only public addresses, or networks the operators named. The name is looked up once and
that very address is connected to, so a name server cannot lead into the house afterwards. No redirect, no proxy.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from time import perf_counter
from urllib.parse import SplitResult, urlsplit

import httpx
from standardwebhooks import Webhook

from chassis.discretion import kept_quiet
from chassis.hooks.settings import HookSettings
from kernel.refusal import Fault

Number = IPv4Address | IPv6Address
_LONGEST_ADDRESS = 500
_PORTS = {"https": 443, "http": 80}
_GONE = 410
_OF_THIS_FACT = frozenset({400, 409, 413, 415, 422})
"""Answers that are about what was sent; every other refusal is about the receiver."""
_READ, _KEPT = 2048, 200
"""Bytes read of an answer that is no success, characters kept."""


class Verdict(StrEnum):
    """接收结果."""

    TAKEN = "TAKEN"
    REFUSED = "REFUSED"
    """This fact, not others."""
    AWAY = "AWAY"
    """Nothing is taken at present."""
    GONE = "GONE"
    """Nothing will be taken any more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """一次答复. ``status``: None when there was none; ``text``: its beginning, or why there is none."""

    verdict: Verdict
    status: int | None
    text: str
    milliseconds: int


def unfit(address: str, settings: HookSettings) -> Fault | None:
    """What is wrong with an address, as far as it can be told without asking a name server."""
    parts = _parts(address)
    if parts is None:
        zh, en = "应为 https 地址，不含用户名与片段", "must be an https address without user name and fragment"
        return Fault(pointer="/address", zh=zh, en=en)
    number = _number(parts.hostname or "")
    if parts.scheme == "http" and not (number and number.is_loopback):
        zh, en = "应为 https；http 只用于本机", "must be https; http is for this machine alone"
        return Fault(pointer="/address", zh=zh, en=en)
    if number and not _allowed(number, settings):
        zh, en = (
            "内部网络的地址须由运维列入 SHENGUAN_HOOK_INSIDE",
            "an address inside has to be named in SHENGUAN_HOOK_INSIDE by the operators",
        )
        return Fault(pointer="/address", zh=zh, en=en)
    return None


class Receiver:
    """One address, while a handful of facts is brought to it. ``secrets``: each signs."""

    def __init__(self, client: httpx.AsyncClient, address: str, secrets: Sequence[str], settings: HookSettings) -> None:
        self._client, self._address, self._settings = client, address, settings
        self._signing = [Webhook(secret) for secret in secrets]

    async def send(self, event_id: str, body: str) -> Answer:
        """POST once."""
        began = perf_counter()

        def answered(verdict: Verdict, status: int | None, text: str) -> Answer:
            return Answer(verdict, status, text, round((perf_counter() - began) * 1000))

        try:
            async with asyncio.timeout(self._settings.timeout_seconds):
                status, text = await self._post(event_id, body)
        except TimeoutError:
            return answered(Verdict.AWAY, None, "no answer in time")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return answered(Verdict.AWAY, None, kept_quiet(f"{type(error).__name__}: {error}")[:_KEPT])
        return answered(_verdict(status), status, kept_quiet(text)[:_KEPT])

    async def _post(self, event_id: str, body: str) -> tuple[int, str]:
        parts = _parts(self._address)
        if parts is None or parts.hostname is None:
            raise httpx.InvalidURL("no address")
        at = await self._number_of(parts)
        port = parts.port or _PORTS[parts.scheme]
        place = f"[{at}]" if at.version == 6 else str(at)  # noqa: PLR2004 - IPv6
        query = f"?{parts.query}" if parts.query else ""
        asked = self._client.stream(
            "POST",
            f"{parts.scheme}://{place}:{port}{parts.path or '/'}{query}",
            content=body.encode(),
            headers=self._headers(event_id, body) | {"host": parts.netloc},
            extensions={"sni_hostname": parts.hostname},
        )
        async with asked as answer:
            return answer.status_code, "" if answer.is_success else await _beginning(answer)

    async def _number_of(self, parts: SplitResult) -> Number:
        host = parts.hostname or ""
        if literal := _number(host):
            found = [literal]
        else:
            loop = asyncio.get_running_loop()
            told = await loop.getaddrinfo(host, parts.port or _PORTS[parts.scheme], type=socket.SOCK_STREAM)
            found = [ip_address(str(place[0]).partition("%")[0]) for *_, place in told]
        for at in found:
            if not _allowed(at, self._settings):
                raise OSError(f"{host} leads to {at}, which is not asked (SHENGUAN_HOOK_INSIDE)")
        return found[0]

    def _headers(self, event_id: str, body: str) -> dict[str, str]:
        said_at = datetime.now(UTC)  # the receiver compares it with its own clock, never with a moved one
        return {
            "content-type": "application/json",
            "webhook-id": event_id,
            "webhook-timestamp": str(int(said_at.timestamp())),
            "webhook-signature": " ".join(each.sign(event_id, said_at, body) for each in self._signing),
        }


@asynccontextmanager
async def receiver(address: str, secrets: Sequence[str], settings: HookSettings) -> AsyncIterator[Receiver]:
    """With connections of its own: another receiver at the same number may have another name."""
    verify = ssl.create_default_context(cafile=settings.ca_file or None)
    # trust_env off: a proxy of the environment must not see what is signed.
    async with httpx.AsyncClient(timeout=settings.timeout_seconds, trust_env=False, verify=verify) as client:
        yield Receiver(client, address, secrets, settings)


async def _beginning(answer: httpx.Response) -> str:
    read = b""
    async for piece in answer.aiter_bytes():
        read += piece
        if len(read) >= _READ:
            break
    return read[:_READ].decode(errors="replace")


def _verdict(status: int) -> Verdict:
    if httpx.codes.is_success(status):
        return Verdict.TAKEN
    if status == _GONE:
        return Verdict.GONE
    return Verdict.REFUSED if status in _OF_THIS_FACT else Verdict.AWAY


def _allowed(number: Number, settings: HookSettings) -> bool:
    mapped = number.ipv4_mapped if isinstance(number, IPv6Address) else None
    at = mapped or number
    if any(at in network for network in settings.inside):
        return True
    return at.is_global and not at.is_multicast


def _parts(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        fits = parts.scheme in _PORTS and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    if not fits or parts.username is not None or parts.fragment or len(address) > _LONGEST_ADDRESS:
        return None
    return parts if address.isascii() and address.isprintable() and " " not in address else None


def _number(host: str) -> Number | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
