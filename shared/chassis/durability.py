"""Durability (逐条落盘): a service only talks to a NATS that has a message on its disk before it acknowledges it.

Without ``sync_interval: always`` the loss of power takes messages that were acknowledged, and nobody is told
(decision 0002). Clients cannot ask for this setting; the server's monitoring address can.
"""

import asyncio
from collections.abc import Sequence
from time import monotonic

import httpx
import msgspec
import structlog

from chassis.settings import servers_of

_log = structlog.get_logger(__name__)

_PATIENCE = 60.0
_PAUSE = 0.5
_ANSWER = 5.0


class NotDurableError(Exception):
    """Acknowledged events could be lost, or nobody can tell; both sentences say what to do about it."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")


class _Config(msgspec.Struct):
    sync_always: bool = False


class _JetStream(msgspec.Struct):
    """What ``/jsz`` answers, as far as it matters here."""

    server_id: str
    config: _Config = msgspec.field(default_factory=_Config)
    disabled: bool = False


async def syncs_always(monitoring: str) -> bool:
    """Whether a server fsyncs before it acknowledges (``sync_interval: always``), asked at its monitoring address.

    Raises ConnectionError: no NATS with JetStream answers there at the moment.
    """
    try:
        async with httpx.AsyncClient(timeout=_ANSWER, trust_env=False) as http:
            page = (await http.get(f"{monitoring.rstrip('/')}/jsz")).raise_for_status()
        answer = msgspec.json.decode(page.content, type=_JetStream)
    except (httpx.HTTPError, httpx.InvalidURL, msgspec.MsgspecError) as error:
        raise ConnectionError(repr(error)) from error
    if answer.disabled:  # also for a moment while the server starts: it monitors before it has its streams
        raise ConnectionError("JetStream is not enabled")
    return answer.config.sync_always


async def demand_sync(monitoring: str, patience: float = _PATIENCE) -> None:
    """Return when the servers that answer sync every message; with no address, warn that nobody could check.

    ``monitoring``: one address, or those of a cluster joined by commas. Of a cluster one has to answer: its streams
    live on while another is down. Raises NotDurableError: one does not sync, or none said within ``patience`` seconds.
    """
    if not monitoring:
        _log.warning(
            "nats.durability_unchecked",
            zh="未设 SHENGUAN_NATS_MONITORING_URL，无法核对 NATS 是否逐条落盘（sync_interval: always）",
            en="SHENGUAN_NATS_MONITORING_URL is not set: whether NATS syncs every message could not be checked",
        )
    elif careless := await _careless(servers_of(monitoring), patience):
        raise NotDurableError(
            zh=f"{careless} 的 NATS 没有逐条落盘，断电会丢失已确认的事件；请在其 jetstream 配置中设 sync_interval: always",
            en=f"the NATS at {careless} does not sync every message, acknowledged events could go with the power;"
            " set sync_interval: always in its jetstream settings",
        )


async def _careless(addresses: Sequence[str], patience: float) -> str:
    """The addresses whose servers do not sync, empty when all that answer do. Raises NotDurableError: none answers."""
    deadline = monotonic() + patience
    while True:
        told = dict(zip(addresses, await asyncio.gather(*(_said(each) for each in addresses)), strict=True))
        away = {each: said for each, said in told.items() if isinstance(said, ConnectionError)}
        if len(away) < len(told):
            return ", ".join(each for each, said in told.items() if said is False)
        cause = "; ".join(f"{each}: {said}" for each, said in away.items())
        if monotonic() > deadline:
            raise NotDurableError(
                zh=f"{patience:.0f} 秒内无法得知 NATS 是否逐条落盘（{cause}）；请检查 SHENGUAN_NATS_MONITORING_URL",
                en=f"no NATS said within {patience:.0f} s whether it syncs every message ({cause});"
                " check SHENGUAN_NATS_MONITORING_URL",
            )
        _log.warning("nats.monitoring_waiting", cause=cause)
        await asyncio.sleep(_PAUSE)


async def _said(address: str) -> bool | ConnectionError:
    try:
        return await syncs_always(address)
    except ConnectionError as away:
        return away
