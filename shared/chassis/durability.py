"""Durability (逐条落盘): a service only talks to a NATS that has a message on its disk before it acknowledges it.

Without ``sync_interval: always`` the loss of power takes messages that were acknowledged, and nobody is told
(decision 0002). Clients cannot ask for this setting; the server's monitoring address can.
"""

import asyncio
from time import monotonic

import httpx
import msgspec
import structlog

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
    """Return when the server syncs every message; with no address, warn that nobody could check.

    Raises NotDurableError: it does not, or did not say within ``patience`` seconds.
    """
    if not monitoring:
        _log.warning(
            "nats.durability_unchecked",
            zh="未设 SHENGUAN_NATS_MONITORING_URL，无法核对 NATS 是否逐条落盘（sync_interval: always）",
            en="SHENGUAN_NATS_MONITORING_URL is not set: whether NATS syncs every message could not be checked",
        )
    elif not await _answered(monitoring, patience):
        raise NotDurableError(
            zh=f"{monitoring} 的 NATS 没有逐条落盘，断电会丢失已确认的事件；请在其 jetstream 配置中设 sync_interval: always",
            en=f"the NATS at {monitoring} does not sync every message, acknowledged events could go with the power;"
            " set sync_interval: always in its jetstream settings",
        )


async def _answered(monitoring: str, patience: float) -> bool:
    deadline = monotonic() + patience
    while True:
        try:
            return await syncs_always(monitoring)
        except ConnectionError as away:
            if monotonic() > deadline:
                raise NotDurableError(
                    zh=f"{patience:.0f} 秒内无法从 {monitoring} 得知 NATS 是否逐条落盘（{away}）；"
                    "请检查 SHENGUAN_NATS_MONITORING_URL",
                    en=f"{monitoring} did not say within {patience:.0f} s whether NATS syncs every message ({away});"
                    " check SHENGUAN_NATS_MONITORING_URL",
                ) from away
            _log.warning("nats.monitoring_waiting", cause=str(away))
        await asyncio.sleep(_PAUSE)
