"""Facts (文书所据): what the services answered of a task and its visit, and who the officers are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

_CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Officer:
    """执法人员. ``certificate``: the number of the certificate, empty when none is registered."""

    code: str
    name: str
    certificate: str = ""

    @property
    def told(self) -> str:
        """As a paper names one."""
        return f"{self.name or self.code}（执法证号 {self.certificate or '＿＿＿＿＿＿'}）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """文书所据: answers of the supervision service as they came. ``visit`` is empty when none was made."""

    department: str
    task: Mapping[str, Any] = field(default_factory=dict)
    visit: Mapping[str, Any] = field(default_factory=dict)
    officers: Sequence[Officer] = ()
    counts: Mapping[str, Any] = field(default_factory=dict)
    """频次 of the enterprise this year, as ``visit-counts`` answers it."""
    drawings: Mapping[str, bytes] = field(default_factory=dict)
    """手写签名: the pictures of the task's signatures by their SHA-256."""

    def of(self, name: str) -> str:
        """A fact the visit says, or else the task."""
        return str(self.visit.get(name) or self.task.get(name) or "")

    @property
    def inspection(self) -> Mapping[str, Any]:
        """The inspection that concluded the task; empty before that."""
        return self.task.get("inspection") or {}

    @property
    def crew(self) -> str:
        """The officers, one after the other."""
        return "、".join(officer.told for officer in self.officers)


def day(value: Any) -> str:
    """A day, as ``2026年11月28日``; empty when there is none."""
    if not value:
        return ""
    told = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    return f"{told.year}年{told.month}月{told.day}日"


def moment(value: Any) -> str:
    """An instant in China, to the minute; empty when there is none. Raises ValueError: it has no offset."""
    if not value:
        return ""
    told = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    if told.tzinfo is None:
        raise ValueError(f"an instant without an offset: {value}")
    here = told.astimezone(_CHINA)
    return f"{day(here.date())}{here:%H}时{here:%M}分"
