"""Channel (通道): one way a notice leaves the house. SMTP and the signed webhook are built in.

SMS 短信 and 企业微信 have the same port and no adapter here: an installed distribution provides one under the entry
point group ``shenguan.channels``, named as the channel; until then they are refused, never pretended.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import entry_points
from typing import Protocol
from uuid import UUID

from chassis.notices.preference import ChannelName
from chassis.notices.settings import NoticeSettings
from kernel.notice import Notice
from kernel.refusal import Fault, Refusal, malformed

GROUP = "shenguan.channels"
"""Entry points: channel name → a callable that takes NoticeSettings and answers with a Channel."""

_NAMES = {
    ChannelName.INBOX: "站内信",
    ChannelName.WEBHOOK: "网络回调",
    ChannelName.SMTP: "电子邮件",
    ChannelName.SMS: "短信",
    ChannelName.WECOM: "企业微信",
}


class NotDeliveredError(Exception):
    """A try failed (未送达). ``hopeless``: trying again cannot help."""

    def __init__(self, reason: str, *, hopeless: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hopeless = hopeless


@dataclass(frozen=True)
class Part:
    """One notice of a message, and where it stands in the inbox."""

    notice_id: UUID
    notice: Notice
    on_behalf_of: str
    created_at: datetime


@dataclass(frozen=True)
class Message:
    """What is sent: one notice, or a digest. ``message_id`` stays the same however often it is tried."""

    message_id: UUID
    service: str
    person: str
    address: str
    parts: Sequence[Part]

    @property
    def subject(self) -> str:
        """A line that says what it is about."""
        first = self.parts[0].notice.zh
        return first if len(self.parts) == 1 else f"{len(self.parts)} 条提醒：{first}"


class Channel(Protocol):
    """通道: what an adapter does."""

    def refused(self, address: str) -> tuple[str, str] | None:
        """Why this address can never be reached, in Chinese and in English; None when it can."""
        ...

    async def send(self, message: Message) -> None:
        """Hand the message over; return when the other side has taken it. Raises NotDeliveredError."""
        ...


class Channels:
    """The channels this deployment has."""

    def __init__(self, adapters: Mapping[ChannelName, Channel]) -> None:
        self._adapters = adapters

    def get(self, name: ChannelName) -> Channel | None:
        """The adapter, or None when the channel is not configured."""
        return self._adapters.get(name)

    def require(self, wanted: Mapping[ChannelName, str]) -> None:
        """Every channel is configured and can reach its address.

        Refuses ``channel-not-configured`` (422) and ``invalid-content``, each fault pointing at its channel.
        """
        missing = [name for name in wanted if name not in self._adapters]
        if missing:
            raise channel_not_configured(missing)
        faults = [
            Fault(pointer=f"/channels/{name.value}", zh=why[0], en=why[1])
            for name, address in wanted.items()
            if (why := self._adapters[name].refused(address))
        ]
        if faults:
            raise malformed(faults)


def channel_not_configured(names: Iterable[ChannelName]) -> Refusal:
    """通道未配置."""
    return Refusal(
        code="channel-not-configured",
        zh="本部署未配置所选通道，请去掉该通道，或请运维配置后再选",
        en="this deployment has no such channel; leave it out, or ask the operators to configure it first",
        faults=tuple(
            Fault(
                pointer=f"/channels/{name.value}",
                zh=f"未配置{_NAMES[name]}通道",
                en=f"the channel {name.value} is not configured",
            )
            for name in names
        ),
    )


def installed(settings: NoticeSettings) -> dict[ChannelName, Channel]:
    """Adapters other distributions provide."""
    found = {point.name: point for point in entry_points(group=GROUP)}
    return {name: found[name.value].load()(settings) for name in ChannelName if name.value in found}
