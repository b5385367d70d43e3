"""Signatures (签名) on the record of an inspection: of the officers, of the party, of a witness; or that one refused.

Source: 行政处罚法 (2021) art. 55; 食品生产经营监督检查管理办法 (拒签的注明情况).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kernel.refusal import Fault, Refusal, malformed
from kernel.sealed import Place
from supervision.domain.content import code_faults, name_faults
from supervision.domain.evidence import Evidence
from supervision.domain.inspection import Inspection

LONGEST_REASON = 500
_SHA256 = 64


class SignerRole(StrEnum):
    """签名人身份."""

    OFFICER = "OFFICER"  # 执法人员
    PARTY = "PARTY"  # 当事人
    WITNESS = "WITNESS"  # 见证人


@dataclass(frozen=True, kw_only=True)
class AddSignature:
    """签名、拒签. An officer is named by ``code``, anybody else by name. Raises ``invalid-content``.

    ``evidence``: SHA-256 of the picture of the signature, among the evidence of the task; empty when the paper record
    was signed by hand (``on_paper``, 纸质签名), which is then kept as the original. ``masked_name`` and
    ``sealed_name`` stand for the name, which comes no further than the edge; it is sealed for ``signature_id``.
    """

    signature_id: str = ""
    task_id: str
    inspection_no: str
    role: SignerRole
    code: str = ""
    masked_name: str = ""
    sealed_name: bytes | None = None
    evidence: str = ""
    on_paper: bool = False
    refused: bool = False
    reason: str = ""
    by: str

    def __post_init__(self) -> None:
        if faults := list(_faults(self)):
            raise malformed(faults)


def name_place(signature_id: str) -> Place:
    """Where the name of a signature is sealed (姓名密文所在)."""
    return Place("signature", "sealed_name", (signature_id,))


@dataclass(frozen=True, kw_only=True)
class Signature:
    """签名记录; never changed."""

    signature_id: str
    task_id: str
    source_system: str
    inspection_no: str
    role: SignerRole
    code: str
    masked_name: str
    sealed_name: bytes | None
    evidence: str
    on_paper: bool
    refused: bool
    reason: str
    recorded_by: str
    recorded_at: datetime


def require_of_task(inspection: Inspection | None, command: AddSignature) -> Inspection:
    """The inspection belongs to the task; else ``not-found`` (404)."""
    if inspection is None or inspection.task_id != command.task_id:
        raise Refusal(
            code="not-found",
            zh=f"任务 {command.task_id} 没有编号为 {command.inspection_no} 的检查，请核对检查编号",
            en=f"task {command.task_id} has no inspection {command.inspection_no}; check the number",
            status=404,
        )
    return inspection


def require_in_crew(inspection: Inspection, command: AddSignature) -> None:
    """An officer who signs was one of the crew; else ``signer-elsewhere`` (422)."""
    if command.role is SignerRole.OFFICER and command.code not in inspection.report.inspectors:
        raise Refusal(
            code="signer-elsewhere",
            zh=f"执法人员 {command.code} 没有参加该检查，请由参加检查的执法人员签名",
            en=f"inspector {command.code} was not on this inspection; those who were sign it",
            faults=(Fault(pointer="/code", zh="不是该检查的执法人员", en="not an inspector of this inspection"),),
        )


def require_picture(found: Evidence | None, command: AddSignature) -> None:
    """The signature is a picture among the evidence of the task; else ``signature-not-found`` (422)."""
    if command.evidence and (found is None or not found.media_type.image):
        raise Refusal(
            code="signature-not-found",
            zh="该任务的证据中没有这张签名图片，请先上传签名图片（image/jpeg 或 image/png），再填写其 SHA-256",
            en="the evidence of the task has no such picture; "
            "upload the signature (image/jpeg or image/png) first and give its SHA-256",
            faults=(Fault(pointer="/evidence", zh="不是该任务的图片证据", en="no picture of this task"),),
        )


def _faults(command: AddSignature) -> Iterator[Fault]:
    yield from name_faults("/inspection_no", command.inspection_no, longest=64)
    yield from code_faults("/by", command.by)
    yield from name_faults("/reason", command.reason, longest=LONGEST_REASON, required=command.refused)
    yield from _signer_faults(command)
    if command.refused and command.evidence:
        yield Fault(pointer="/evidence", zh="拒签没有签名图片，请删除", en="who refused has no signature; leave it out")
    if not command.refused and command.reason:
        yield Fault(pointer="/reason", zh="只有拒签才填写原因", en="a reason is given by who refused alone")
    if command.on_paper and (command.refused or command.evidence):
        yield Fault(
            pointer="/on_paper",
            zh="纸质签名没有签名图片，也不是拒签；请只填其一",
            en="a signature on paper has no picture and is no refusal; say one of them",
        )
    if not command.refused and not command.on_paper and not _is_hash(command.evidence):
        yield Fault(
            pointer="/evidence",
            zh="请填写签名图片的 SHA-256（64 位小写十六进制）；纸质签名请填 on_paper，拒签请填 refused 与 reason",
            en="give the SHA-256 of the signature, 64 lower-case hexadecimal digits; or on_paper; or refused with a reason",
        )


def _signer_faults(command: AddSignature) -> Iterator[Fault]:
    if command.role is SignerRole.OFFICER:
        yield from code_faults("/code", command.code)
        if command.masked_name:
            yield Fault(pointer="/name", zh="执法人员只填编号", en="an officer is named by code alone")
        return
    if command.code:
        yield Fault(pointer="/code", zh="只有执法人员填写编号", en="a code is for officers alone")
    if not command.masked_name and not command.refused:
        yield Fault(pointer="/name", zh="请填写签名人姓名", en="give the name of who signed")


def _is_hash(text: str) -> bool:
    return len(text) == _SHA256 and set(text) <= set("0123456789abcdef")
