"""The fake store of officers' matters (conflicts, evidence, signatures) and builders of what their tests talk about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from supervision.domain.conflict import Conflict, DeclareConflict
from supervision.domain.evidence import AddEvidence, Content, Evidence, MediaType
from supervision.domain.signature import AddSignature, Signature, SignerRole

PNG = b"\x89PNG\r\n\x1a\n" + b"picture" * 10
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"picture" * 10
PDF = b"%PDF-1.7\n" + b"page" * 10
MP4 = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00" + b"film" * 10


@dataclass
class Files:
    """What the officers left behind."""

    conflicts: dict[str, Conflict] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    blobs: dict[str, bytes] = field(default_factory=dict)
    signatures: list[Signature] = field(default_factory=list)
    ids: int = 0

    def new_id(self) -> str:
        self.ids += 1
        return str(UUID(int=self.ids))


class FakeConflicts:
    def __init__(self, files: Files) -> None:
        self._files = files
        self.rows = dict(files.conflicts)

    def new_id(self) -> str:
        return self._files.new_id()

    def get(self, conflict_id: str) -> Conflict | None:
        return self.rows.get(conflict_id)

    def of(self, inspectors: Sequence[str]) -> Sequence[Conflict]:
        return [conflict for code in inspectors for conflict in self.rows.values() if conflict.inspector == code]

    def save(self, conflict: Conflict) -> None:
        self.rows[conflict.conflict_id] = conflict

    def commit(self) -> None:
        self._files.conflicts = self.rows


class FakeEvidence:
    def __init__(self, files: Files) -> None:
        self._files = files
        self.rows = list(files.evidence)
        self.blobs: Mapping[str, bytes] = files.blobs

    def new_id(self) -> str:
        return self._files.new_id()

    def of_task(self, task_id: str, sha256: str) -> Evidence | None:
        return next((row for row in self.rows if (row.task_id, row.sha256) == (task_id, sha256)), None)

    def add(self, record: Evidence, content: Content) -> None:
        self.rows.append(record)
        self.blobs = {record.sha256: b"".join(content.pieces()), **self.blobs}

    def commit(self) -> None:
        self._files.evidence = self.rows
        self._files.blobs = dict(self.blobs)


class FakeSignatures:
    def __init__(self, files: Files) -> None:
        self._files = files
        self.rows = list(files.signatures)

    def new_id(self) -> str:
        return self._files.new_id()

    def save(self, signature: Signature) -> None:
        self.rows.append(signature)

    def commit(self) -> None:
        self._files.signatures = self.rows


class Bytes:
    """domain Content in memory, in small pieces."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def pieces(self) -> Iterator[bytes]:
        step = 16 if len(self._content) < 4096 else 1 << 20  # several pieces either way
        for start in range(0, len(self._content), step):
            yield self._content[start : start + step]


def declaring(inspector: str = "orange-1", **changes: Any) -> DeclareConflict:
    plain: dict[str, Any] = {
        "inspector": inspector,
        "source_system": "chicago",
        "object_no": "O1",
        "reason": "配偶为该店股东",
        "valid_from": date(2011, 9, 1),
        "by": "chief",
    }
    return DeclareConflict(**plain | changes)


def of_subject(**changes: Any) -> DeclareConflict:
    return declaring(**{"source_system": "", "object_no": "", "id_type": "099", "id_no": "S1"} | changes)


def a_file(task_id: str, content: bytes = PNG, **changes: Any) -> AddEvidence:
    plain: dict[str, Any] = {
        "task_id": task_id,
        "sha256": sha256(content).hexdigest(),
        "size": len(content),
        "media_type": MediaType.PNG,
        "name": "后厨照片.png",
        "by": "orange-1",
        "content": Bytes(content),
    }
    return AddEvidence(**plain | changes)


def signing(task_id: str, number: str = "I1", **changes: Any) -> AddSignature:
    plain: dict[str, Any] = {
        "task_id": task_id,
        "inspection_no": number,
        "role": SignerRole.PARTY,
        "masked_name": "王**",
        "sealed_name": b"sealed",
        "evidence": sha256(PNG).hexdigest(),
        "by": "orange-1",
    }
    return AddSignature(**plain | changes)
