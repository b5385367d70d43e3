"""Preference (通知偏好): how one person wants to be told. Pure; times of day are those of China.

The inbox has everything at once. Digest, quiet hours and channels only say when and how it also leaves the house;
while a person is away the deputy (代理人) is told instead, and the notice of the person says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from kernel.clock import CHINA, china_day
from kernel.masking import masked_mail, masked_name, masked_phone


class ChannelName(StrEnum):
    """通道. The inbox is the table itself and always on; the others leave the house."""

    INBOX = "INBOX"
    WEBHOOK = "WEBHOOK"
    SMTP = "SMTP"
    SMS = "SMS"
    WECOM = "WECOM"


class Digest(StrEnum):
    """汇总: every notice by itself, or one message a day."""

    NONE = "NONE"
    DAILY = "DAILY"


@dataclass(frozen=True)
class QuietHours:
    """免打扰时段: from ``begin`` to before ``end``; may pass midnight."""

    begin: time
    end: time

    def left(self, local: datetime) -> datetime:
        """The first instant at or after ``local`` (time of China) outside these hours."""
        clock = local.time()
        passes = self.begin > self.end
        inside = clock >= self.begin or clock < self.end if passes else self.begin <= clock < self.end
        if not inside:
            return local
        day = local.date() + timedelta(days=int(passes and clock >= self.begin))
        return datetime.combine(day, self.end, CHINA)


@dataclass(frozen=True)
class Deputy:
    """代理人 from a day to a day in China, both included."""

    person: str
    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class Preference:
    """通知偏好. ``channels``: channel → address; ``digest_at`` None: no digest."""

    person: str
    channels: Mapping[ChannelName, str] = field(default_factory=dict)
    digest_at: time | None = None
    quiet: QuietHours | None = None
    deputy: Deputy | None = None

    @property
    def digest(self) -> Digest:
        """汇总."""
        return Digest.NONE if self.digest_at is None else Digest.DAILY

    def due(self, at: datetime) -> datetime:
        """When a notice told at ``at`` (aware) may leave the house, UTC."""
        local = at.astimezone(CHINA)
        if self.digest_at is not None:
            digest = datetime.combine(local.date(), self.digest_at, CHINA)
            local = digest if digest >= local else digest + timedelta(days=1)
        if self.quiet is not None:
            local = self.quiet.left(local)
        return local.astimezone(UTC)

    def stand_in(self, at: datetime) -> str | None:
        """Who is told instead at ``at``, or None when the person is not away."""
        away = self.deputy is not None and self.deputy.first <= china_day(at) <= self.deputy.last
        return self.deputy.person if self.deputy is not None and away else None


def masked_addresses(channels: Mapping[ChannelName, str]) -> dict[ChannelName, str]:
    """Channels with their addresses as they may be shown; a webhook is a machine's and stands whole."""
    shown = {ChannelName.SMTP: masked_mail, ChannelName.SMS: masked_phone, ChannelName.WECOM: masked_name}
    return {name: shown.get(name, str)(address) for name, address in channels.items()}


def receiver(person: str, known: Mapping[str, Preference], at: datetime) -> str:
    """Who is told what ``person`` should know: the deputy, or the deputy's deputy; oneself when all are away."""
    seen = {person}
    last = person
    while (preference := known.get(last)) and (following := preference.stand_in(at)):
        if following in seen:
            return person
        seen.add(following)
        last = following
    return last
