"""Notifier (通知投递): carries what is due out of the house, with growing pauses, beside the service and never before it.

A kill between sending and settling sends again under the same id (at least once). What is given up stays in the inbox.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog

from chassis.database import Pool
from chassis.failures import AWAY
from chassis.notices.channel import Channel, Channels, NotDeliveredError, installed
from chassis.notices.mail import MailChannel
from chassis.notices.preference import ChannelName
from chassis.notices.queue import Claimed, DeliveryState, Try, claim, settle
from chassis.notices.settings import NoticeSettings
from chassis.notices.webhook import WebhookChannel
from chassis.sealing import KeyRing
from chassis.waking import woken
from kernel.clock import Clock

_log = structlog.get_logger(__name__)

_SAFETY_NET = 1.0
_AT_ONCE = 8


def channels_of(settings: NoticeSettings) -> Channels:
    """The channels the settings configure, and those other distributions provide."""
    adapters: dict[ChannelName, Channel] = installed(settings)
    if WebhookChannel.configured(settings):
        adapters[ChannelName.WEBHOOK] = WebhookChannel(settings)
    if MailChannel.configured(settings):
        adapters[ChannelName.SMTP] = MailChannel(settings)
    return Channels(adapters)


class Notifier:
    """Empties one service's queue of notices into the channels."""

    def __init__(
        self,
        service: str,
        pool: Callable[[], Pool],
        clock: Clock,
        channels: Channels,
        settings: NoticeSettings,
        ring: KeyRing,
    ) -> None:
        self._service = service
        self._pool = pool
        self._clock = clock
        self._channels = channels
        self._ring = ring
        self._patience = 2 * settings.timeout_seconds
        self._pauses = [timedelta(seconds=seconds) for seconds in settings.retry_seconds]
        self._woken = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Something was told in this process, or the clock was moved."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver until stopped; looks every second as a safety net."""
        while not self._stopping:
            self._woken.clear()
            try:
                while await self.deliver_once():
                    pass
            except AWAY as away:
                _log.warning("notifier.waiting", cause=repr(away))
            except Exception:  # noqa: BLE001 - the notices are still queued; the next round tries them again
                _log.exception("notifier.failed")
            if not self._stopping:
                await woken(self._woken, _SAFETY_NET)

    async def stop(self) -> None:
        """Finish what is being sent and stop; what is queued stays queued."""
        self._stopping = True
        self._woken.set()

    async def deliver_once(self) -> bool:
        """Claim, send and settle one batch; True when there was something. No connection is held while sending."""
        async with self._pool().acquire() as connection:
            claimed = await claim(connection, self._service, self._clock.now(), self._ring)
        if not claimed:
            return False
        tries = await self._sent(claimed)
        async with self._pool().acquire() as connection:
            await settle(connection, tries, self._clock.now())
        return True

    async def _sent(self, claimed: Sequence[Claimed]) -> list[Try]:
        room = asyncio.Semaphore(_AT_ONCE)

        async def sent(one: Claimed) -> Try:
            async with room:
                return await self._try(one)

        return list(await asyncio.gather(*map(sent, claimed)))

    async def _try(self, claimed: Claimed) -> Try:
        if not claimed.message.address:
            return Try(claimed, DeliveryState.DROPPED, "the person no longer wants this channel")
        channel = self._channels.get(claimed.channel)
        if channel is None:
            return Try(claimed, DeliveryState.GIVEN_UP, "channel-not-configured")
        try:
            async with asyncio.timeout(self._patience):
                await channel.send(claimed.message)
        except NotDeliveredError as failure:
            return self._failed(claimed, failure.reason, hopeless=failure.hopeless)
        except TimeoutError:
            return self._failed(claimed, "no answer in time", hopeless=False)
        except Exception as bug:  # noqa: BLE001 - one adapter's bug is that message's failure
            _log.exception("notifier.bug", channel=claimed.channel.value)
            return self._failed(claimed, repr(bug), hopeless=False)
        return Try(claimed, DeliveryState.SENT)

    def _failed(self, claimed: Claimed, reason: str, *, hopeless: bool) -> Try:
        if hopeless or claimed.attempts >= len(self._pauses):
            _log.error("notice.given_up", channel=claimed.channel.value, cause=reason)
            return Try(claimed, DeliveryState.GIVEN_UP, reason)
        again = self._clock.now() + self._pauses[claimed.attempts]
        return Try(claimed, DeliveryState.FAILED, reason, again)
