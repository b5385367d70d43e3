"""Intake (接入报文): what bureau systems hand in over NATS, and what the server answers.

A body on ``shenguan.intake.<service>.v1.…`` is the JSON the service takes by HTTP too; unknown fields are refused. The answer
says that it is kept, not that it was registered: what the rules refuse becomes a dead letter of the service.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from contracts.permissions import bureau_of, inbox_of
from contracts.topology import INTAKE, filters_of
from kernel.decision import DecisionKind
from kernel.inspection import InspectionResult, LineResult, Severity
from kernel.subject import SubjectKind

MOST_INSPECTORS = 50
MOST_LINES = 1000


class SubjectDocument(Struct, forbid_unknown_fields=True):
    """行政相对人 as a bureau states it."""

    id_type: Annotated[str, Meta(description="证件类型 / 001, 111, 099")]
    id_no: Annotated[str, Meta(max_length=100, description="证件号码 / number")]
    kind: Annotated[SubjectKind | None, Meta(description="主体类别，未填则 111 为自然人，其余为组织 / kind")] = None
    name: Annotated[str, Meta(description="名称或姓名 / name")] = ""


class ObjectDocument(Struct, forbid_unknown_fields=True):
    """监管对象 as a bureau states it."""

    object_no: Annotated[str, Meta(description="对象编号，来源系统内唯一 / unique within the source system")]
    name: str = ""
    address: str = ""


class CaseDocument(Struct, forbid_unknown_fields=True, kw_only=True):
    """审批办件: one revision of one case, as ``POST /api/v1/cases`` takes it."""

    source_system: Annotated[str, Meta(description="来源系统 / source system")]
    case_id: Annotated[str, Meta(description="办件编号 / number of the case")]
    revision: Annotated[
        int, Meta(ge=-(2**31), lt=2**31, description="版次，更正加一 / 1, a correction is the next")
    ] = 1
    kind: Annotated[DecisionKind, Meta(description="办理类型 / kind of the decision")]
    item_code: Annotated[str, Meta(description="事项编码 / item")]
    region: Annotated[str, Meta(description="区划代码，6 位 / region code, 6 digits (GB/T 2260)")]
    decided_on: Annotated[date, Meta(description="决定日期，北京时间的某日 / a day in China")]
    valid_from: date | None = None
    valid_to: Annotated[date | None, Meta(description="有效期至，长期不填 / none when there is no end")] = None
    commitment: Annotated[bool, Meta(description="告知承诺 / granted on a promise")] = False
    existing: Annotated[bool, Meta(description="存量，只登记 / registered only, makes no task")] = False
    licence_no: str = ""
    by_deceit: Annotated[bool, Meta(description="以不正当手段取得，只用于 ANNUL / with ANNUL alone")] = False
    subject: SubjectDocument
    object: ObjectDocument


class LineDocument(Struct, forbid_unknown_fields=True):
    """检查项结果."""

    code: str
    result: LineResult


class FindingDocument(Struct, forbid_unknown_fields=True):
    """检查发现的问题; it explains a line that is FAIL."""

    line_code: str
    severity: Severity
    note: str = ""


class InspectionDocument(Struct, forbid_unknown_fields=True, kw_only=True):
    """检查: one inspection of an object, as ``POST /api/v1/inspections`` takes it."""

    source_system: Annotated[str, Meta(description="来源系统 / source system")]
    inspection_no: Annotated[str, Meta(description="检查编号，来源系统内唯一 / unique within the source system")]
    object_no: Annotated[str, Meta(description="对象编号，与办件相同 / as in the case")]
    object_version: Annotated[
        Annotated[int, Meta(ge=1)] | None, Meta(description="已知的对象决定序号 / decision of the object known of")
    ] = None
    object_name: str = ""
    region: Annotated[str | None, Meta(description="区划代码，6 位 / region code, 6 digits (GB/T 2260)")] = None
    inspected_on: Annotated[date, Meta(description="检查日期，北京时间的某日 / a day in China")]
    inspectors: Annotated[
        list[str], Meta(max_length=MOST_INSPECTORS, description="执法人员，至少两名 / codes, two or more")
    ]
    result: InspectionResult
    lines: Annotated[list[LineDocument], Meta(max_length=MOST_LINES)] = []
    findings: Annotated[list[FindingDocument], Meta(max_length=MOST_LINES)] = []
    code_shown: Annotated[bool | None, Meta(description="是否亮码 / the code was shown")] = None
    code_excuse: Annotated[str, Meta(description="未亮码理由 / why it was not")] = ""
    for_cause: Annotated[bool | None, Meta(description="是否有因检查 / a complaint or clue made it")] = None
    result_class: Annotated[str, Meta(description="公示的抽查结果类型 / class it is publicised under")] = ""


class Kept(Struct, kw_only=True, omit_defaults=True):
    """收下回执: the answer of JetStream to one message, on its reply subject: kept, or ``error`` and not kept."""

    stream: Annotated[str, Meta(description="INTAKE")] = ""
    seq: Annotated[int, Meta(description="流中的序号 / sequence in the stream")] = 0
    duplicate: Annotated[bool, Meta(description="同一 Nats-Msg-Id 已收下 / the same Nats-Msg-Id is kept already")] = (
        False
    )
    error: Annotated[
        dict[str, str | int] | None,
        Meta(description="code、err_code、description；未收下，稍后原样再发 / send it again"),
    ] = None


@dataclass(frozen=True, slots=True)
class Door:
    """One entrance over NATS (接入口)."""

    service: str
    chinese: str
    document: type[Struct]
    same: str
    """The address that takes the same document over HTTP."""

    @property
    def identity(self) -> str:
        """Who may publish there."""
        return bureau_of(self.service)

    @property
    def address(self) -> str:
        """The subject; the last part is the sender's own."""
        return filters_of(self.service, "INTAKE")[0].removesuffix(">") + "{sender}"

    @property
    def inbox(self) -> str:
        """Where the sender hears the answer."""
        return f"{inbox_of(self.identity)}.>"


_DOCUMENTS: Mapping[str, tuple[str, type[Struct], str]] = {
    "approval": ("报送办件", CaseDocument, "/api/v1/cases"),
    "supervision": ("报送检查", InspectionDocument, "/api/v1/inspections"),
}
DOORS = tuple(Door(service, *_DOCUMENTS[service]) for service in INTAKE)
"""Every entrance over NATS."""
HEADERS = {
    "Nats-Msg-Id": "自己的编号：一小时内重发同一编号只收一次；报文本身以来源系统与编号去重，多久都只登记一次 / an id of your own: "
    "the same within an hour is kept once; the content is registered once however late it comes again",
    "traceparent": "W3C Trace Context，可不填 / may be left out",
}
"""What a sender may say beside the body; nothing is required."""
