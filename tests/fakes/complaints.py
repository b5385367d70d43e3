"""The fake of the complaints supervision keeps, and builders of what their tests talk about."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from supervision.domain.complaint import ComplainantLook, Complaint, ReceiveComplaint
from supervision.domain.complaint_rules import ComplaintRules
from supervision.settings import SupervisionSettings

CHANNELS = SupervisionSettings().complaint_rules()
RECEIVED_AT = datetime(2011, 9, 1, 4, tzinfo=UTC)
USCC = "91999999MA00000154"


@dataclass
class ComplaintFile:
    """What was flushed."""

    rules: ComplaintRules = field(default_factory=lambda: CHANNELS)
    rows: dict[str, Complaint] = field(default_factory=dict)
    looks: list[ComplainantLook] = field(default_factory=list)


class FakeComplaints:
    def __init__(self, file: ComplaintFile) -> None:
        self._file = file
        self.rules = file.rules
        self.rows = dict(file.rows)
        self.looks: list[ComplainantLook] = []

    def get(self, complaint_id: str) -> Complaint | None:
        return self.rows.get(complaint_id)

    def numbered(self, channel: str, complaint_no: str) -> Complaint | None:
        number = (channel, complaint_no)
        return next((each for each in self.rows.values() if (each.channel, each.complaint_no) == number), None)

    def save(self, complaint: Complaint) -> None:
        self.rows[complaint.complaint_id] = complaint

    def note(self, look: ComplainantLook) -> None:
        self.looks.append(look)

    def commit(self) -> None:
        self._file.rows = self.rows
        self._file.looks += self.looks
        self.looks = []


def a_complaint(number: int = 1, **changes: Any) -> ReceiveComplaint:
    plain: dict[str, Any] = {
        "by": "office-1",
        "complaint_id": str(UUID(int=70_000 + number)),
        "channel": "HOTLINE",
        "complaint_no": f"GD{number}",
        "received_at": RECEIVED_AT,
        "id_no": USCC,
        "subject_name": "示例甲号餐饮服务有限公司",
        "department": "DEMO-FOOD",
        "content": "后厨有老鼠",
        "reply_wanted": True,
        "masked_name": "张*",
        "masked_contact": "138****0000",
        "sealed_name": b"sealed name",
        "sealed_contact": b"sealed contact",
        "digest": bytes([number]) * 32,
    }
    return ReceiveComplaint(**plain | changes)
