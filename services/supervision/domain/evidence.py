"""Evidence (证据): files that show what was found, known by the SHA-256 of their content and never changed or deleted.

The type is what the content begins with, not what somebody says. Source: 行政处罚法 (2021) art. 46 (证据种类: 书证,
视听资料, 电子数据), 47 (全过程记录, 归档保存).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from kernel.refusal import Fault, Refusal, malformed
from supervision.domain.content import code_faults, name_faults

HEAD = 16
"""Bytes of a content that tell its type."""
LONGEST_NAME = 200
LONGEST_NOTE = 1000
_MP4 = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash")
"""Major brands of ISO/IEC 14496-12 files that are video/mp4."""


class MediaType(StrEnum):
    """证据文件类型."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    PDF = "application/pdf"
    MP4 = "video/mp4"

    @property
    def ending(self) -> str:
        """How the name of such a file ends."""
        return "." + self.value.rpartition("/")[2]

    @property
    def image(self) -> bool:
        """True for a picture, as a signature is."""
        return self in {MediaType.JPEG, MediaType.PNG}


class Content(Protocol):
    """内容: the bytes of a file, piece by piece, as often as they are asked for."""

    def pieces(self) -> Iterator[bytes]:
        """All of it, in order."""
        ...


@dataclass(frozen=True, kw_only=True)
class AddEvidence:
    """提交证据: a file that was received, for a task or one line of its checklist. Raises ``invalid-content``.

    ``by`` is the officer who adds it, empty: who has the task in hand. ``sha256``: 64 hexadecimal digits. A file
    without a name is named by its hash.
    """

    task_id: str
    sha256: str
    size: int
    media_type: MediaType
    name: str = ""
    by: str = ""
    note: str = ""
    line_code: str = ""
    content: Content

    def __post_init__(self) -> None:
        faults = [
            *(_name_faults(self.name) if self.name else ()),
            *(code_faults("/by", self.by) if self.by else ()),
            *name_faults("/note", self.note, longest=LONGEST_NOTE, required=False),
            *(code_faults("/line_code", self.line_code) if self.line_code else ()),
        ]
        if faults:
            raise malformed(faults)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """证据记录: one reference to a file; two of the same content share what is stored."""

    evidence_id: str
    task_id: str
    sha256: str
    size: int
    media_type: MediaType
    name: str
    note: str
    line_code: str
    added_by: str
    added_at: datetime


def media_type_of(head: bytes) -> MediaType | None:
    """What a content is by its first bytes (魔数), or None for what is not taken."""
    if head.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    if head.startswith(b"%PDF-"):
        return MediaType.PDF
    if head[4:8] == b"ftyp" and head[8:12] in _MP4:
        return MediaType.MP4
    return None


def require_type(said: str, head: bytes) -> MediaType:
    """The type, when the content is what the sender says it is; else ``evidence-type`` (415)."""
    found = media_type_of(head)
    if found is None or found != said:
        taken = ", ".join(kind.value for kind in MediaType)
        raise Refusal(
            code="evidence-type",
            zh=f"文件内容是 {found or '不接受的类型'}，声明的类型是 {said[:64] or '空'}；"
            f"只接受 {taken}，且 Content-Type 应与内容一致",
            en=f"the content is {found or 'of no type that is taken'}, Content-Type says {said[:64] or 'nothing'}; "
            f"send one of {taken} and say what it is",
            status=415,
        )
    return found


def require_line(code: str, checklist: frozenset[str]) -> None:
    """The line stands in the checklist of the task; else ``line-unknown`` (422)."""
    if code not in checklist:
        raise Refusal(
            code="line-unknown",
            zh=f"该任务的检查表中没有检查项 {code}，请按任务的检查表填写，或不填",
            en=f"the checklist of the task has no line {code}; name one of its lines or none",
            faults=(Fault(pointer="/line_code", zh="检查表中没有该检查项", en="the checklist has no such line"),),
        )


def nobody_in_hand() -> Refusal:
    """没有提交人: ``invalid-content``."""
    return malformed(
        [
            Fault(
                pointer="/by",
                zh="任务无人认领，请填写提交证据的执法人员编号",
                en="nobody has the task in hand; say which officer adds the evidence",
            ),
        ],
    )


def task_closed(task_id: str) -> Refusal:
    """任务已关闭: 409 ``task-not-open``."""
    return Refusal(
        code="task-not-open",
        zh=f"任务 {task_id} 已关闭，不能再增加证据；请把证据附在同一对象的未办结任务上",
        en=f"task {task_id} is closed and takes no more evidence; add it to an open task of the object",
        status=409,
    )


def _name_faults(name: str) -> list[Fault]:
    faults = name_faults("/name", name, longest=LONGEST_NAME)
    if not faults and any(mark in name for mark in "/\\\t\r\n"):
        faults.append(
            Fault(
                pointer="/name",
                zh="文件名不能含路径、制表符或换行，请只填文件名",
                en="a file name has no path, tab or line break; give the name alone",
            ),
        )
    return faults
