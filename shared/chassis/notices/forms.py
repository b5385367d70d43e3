"""The preference as it travels over HTTP (通知偏好表单)."""

from collections.abc import Iterator
from datetime import date, time
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chassis.notices.preference import ChannelName, Deputy, Digest, Preference, QuietHours, masked_addresses
from kernel.refusal import Fault, malformed

Code = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""A person's code."""
Address = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]


class PreferenceForm(BaseModel):
    """通知偏好; replaces the one before as a whole. Times are those of China, days of absence are both included."""

    model_config = ConfigDict(extra="forbid")

    channels: dict[ChannelName, Address] = Field(default_factory=dict, description="通道 → 地址 / channel → address")
    digest: Digest | None = Field(None, description="缺省按有无 digest_at / by digest_at when left out")
    digest_at: time | None = None
    quiet_from: time | None = None
    quiet_to: time | None = None
    deputy: Code | None = None
    deputy_from: date | None = None
    deputy_to: date | None = None

    def preference(self, person: str) -> Preference:
        """What is meant. Refuses ``invalid-content`` with every fault at once."""
        if faults := [*self._hours_faults(), *self._deputy_faults(person)]:
            raise malformed(faults)
        quiet = deputy = None
        if self.quiet_from is not None and self.quiet_to is not None:
            quiet = QuietHours(self.quiet_from, self.quiet_to)
        if self.deputy and self.deputy_from and self.deputy_to:
            deputy = Deputy(self.deputy, self.deputy_from, self.deputy_to)
        outside: dict[ChannelName, str] = {
            name: address for name, address in self.channels.items() if name is not ChannelName.INBOX
        }
        return Preference(person=person, channels=outside, digest_at=self.digest_at, quiet=quiet, deputy=deputy)

    def _hours_faults(self) -> Iterator[Fault]:
        if self.digest is not None and (self.digest is Digest.DAILY) != (self.digest_at is not None):
            zh, en = "每日汇总（DAILY）须给出时刻，不汇总则不填", "DAILY needs a time of day, NONE has none"
            yield Fault(pointer="/digest_at", zh=zh, en=en)
        if (self.quiet_from is None) != (self.quiet_to is None) or (
            self.quiet_from and self.quiet_from == self.quiet_to
        ):
            zh, en = "免打扰时段须同时给出不同的起止时刻", "quiet hours need two different times of day"
            yield Fault(pointer="/quiet_from", zh=zh, en=en)
        for name in ("digest_at", "quiet_from", "quiet_to"):
            told: time | None = getattr(self, name)
            if told is not None and told.tzinfo is not None:
                zh, en = "请给北京时间，不带时区，如 08:30", "a time of day in China without a zone, e.g. 08:30"
                yield Fault(pointer=f"/{name}", zh=zh, en=en)

    def _deputy_faults(self, person: str) -> Iterator[Fault]:
        told = [self.deputy, self.deputy_from, self.deputy_to]
        if any(told) and not all(told):
            zh, en = "代理人须同时给出起止日期", "a deputy needs the first and the last day"
            yield Fault(pointer="/deputy", zh=zh, en=en)
        if self.deputy == person:
            yield Fault(pointer="/deputy", zh="代理人不能是本人", en="nobody is their own deputy")
        if self.deputy_from and self.deputy_to and self.deputy_to < self.deputy_from:
            yield Fault(pointer="/deputy_to", zh="不能早于 deputy_from", en="must not lie before deputy_from")


def shown(preference: Preference) -> dict[str, Any]:
    """The preference as it is answered, addresses masked."""
    quiet, deputy = preference.quiet, preference.deputy
    return {
        "person": preference.person,
        "channels": {ChannelName.INBOX: "", **masked_addresses(preference.channels)},
        "digest": preference.digest,
        "digest_at": preference.digest_at,
        "quiet_from": quiet.begin if quiet else None,
        "quiet_to": quiet.end if quiet else None,
        "deputy": deputy.person if deputy else None,
        "deputy_from": deputy.first if deputy else None,
        "deputy_to": deputy.last if deputy else None,
    }
