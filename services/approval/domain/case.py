"""Case (审批办件): what the bureau stated, in one revision, about one object.

A case is known by (source_system, case_id). The same revision with the same content is the same statement again,
with other content it is refused; revision n + 1 corrects revision n and speaks about the same object.
"""

from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from approval.domain.holder import Holder, Reference
from kernel.decision import DecisionKind
from kernel.masking import discreet
from kernel.refusal import Refusal
from kernel.subject import SubjectKey


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisedObject:
    """监管对象, e.g. one licensed shop; ``object_no`` is unique within the source system."""

    object_no: str
    name: str = ""
    address: str = ""

    @classmethod
    def stated(cls, object_no: str, name: str, address: str) -> "SupervisedObject":
        """As somebody wrote it, without outer blanks: it is told to all, so phones and numbers of persons are masked."""
        return cls(object_no=object_no.strip(), name=discreet(name.strip()), address=discreet(address.strip()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """办件陈述: one revision of one case as the source system sent it, texts already stripped of outer blanks."""

    source_system: str
    case_id: str
    """办件编号."""
    revision: int = 1
    """版次: 1 for the first statement, the next number for each correction."""
    kind: DecisionKind
    item_code: str
    """事项编码."""
    region: str
    """区划代码, 6 digits."""
    decided_on: date
    """决定日期, day in China."""
    valid_from: date | None = None
    valid_to: date | None = None
    """有效期至; None = 长期."""
    commitment: bool = False
    """告知承诺."""
    existing: bool = False
    """存量: a licence in force that is taken over."""
    licence_no: str = ""
    by_deceit: bool = False
    """以欺骗、贿赂等不正当手段取得: the ground of an ANNUL (行政许可法第六十九条第二款)."""
    subject: Holder
    object: SupervisedObject

    @property
    def correction(self) -> bool:
        """True when this revision replaces an earlier one (更正)."""
        return self.revision > 1

    def fingerprint(self, reference: Reference) -> bytes:
        """32 bytes, equal exactly for equal content. Keyed where it covers personal data, so it cannot be guessed back."""
        key = self.subject.key(reference)
        name = reference("NAME", self.subject.name) if self.subject.natural else self.subject.name
        words = (
            self.kind.value,
            self.item_code,
            self.region,
            self.decided_on.isoformat(),
            self.valid_from.isoformat() if self.valid_from else "",
            self.valid_to.isoformat() if self.valid_to else "",
            f"{self.commitment:d}{self.existing:d}",
            self.licence_no,
            key.id_type,
            key.id_no,
            self.subject.kind.value,
            name,
            self.object.object_no,
            self.object.name,
            self.object.address,
            # Only when it is said: what was registered before there was such a ground keeps its fingerprint.
            *(("by_deceit",) if self.by_deceit else ()),
        )
        return sha256("\x1f".join(words).encode()).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """审批决定 as registered: the statement, the subject's name outside, and its number in the object's history."""

    statement: Statement
    subject: SubjectKey
    object_version: int
    """1, 2, 3 … per object without gaps: the order in which readers apply decisions."""
    fingerprint: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """回执: what the sender gets; ``duplicate`` when the same statement had arrived before."""

    source_system: str
    case_id: str
    revision: int
    object_no: str
    object_version: int
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One registered revision as the case file keeps it."""

    object_no: str
    object_version: int
    fingerprint: bytes


@dataclass(slots=True)
class CaseFile:
    """办件档案: the registered revisions of one case."""

    source_system: str
    case_id: str
    entries: dict[int, Entry] = field(default_factory=dict)

    def repeated(self, statement: Statement, fingerprint: bytes) -> Receipt | None:
        """The first receipt again when this very statement is registered, None when its revision is new.

        Raises:
            Refusal: ``case-differs`` (409) when the revision is registered with other content.
        """
        entry = self.entries.get(statement.revision)
        if entry is None:
            return None
        if entry.fingerprint != fingerprint:
            raise Refusal(
                code="case-differs",
                zh=f"办件 {self.case_id} 第 {statement.revision} 版已登记且内容不同，更正请以下一版次提交",
                en=f"Case {self.case_id} revision {statement.revision} is registered with other content; "
                "send a correction as the next revision",
                status=409,
            )
        return self._receipt(statement.revision, entry, duplicate=True)

    def must_follow(self, statement: Statement) -> None:
        """Accept only the next revision of the same object.

        Raises:
            Refusal: ``revision-gap`` (409, retryable) when the revision before is not registered yet;
                ``object-changed`` (409) when a correction names another object.
        """
        if not statement.correction:
            return
        before = self.entries.get(statement.revision - 1)
        if before is None:
            raise Refusal(
                code="revision-gap",
                zh=f"办件 {self.case_id} 第 {statement.revision - 1} 版尚未登记，请先提交该版再重试",
                en=f"Revision {statement.revision - 1} of case {self.case_id} is not registered yet; "
                "send it first, then try again",
                status=409,
                retryable=True,
            )
        if before.object_no != statement.object.object_no:
            raise Refusal(
                code="object-changed",
                zh=f"更正不得更换监管对象（原为 {before.object_no}），请撤销原办件并另行新办",
                en=f"A correction may not name another object (it was {before.object_no}); "
                "end the case and register a new one",
                status=409,
            )

    def add(self, decision: Decision) -> Receipt:
        """Keep a registered revision and answer with its receipt."""
        entry = Entry(decision.statement.object.object_no, decision.object_version, decision.fingerprint)
        self.entries[decision.statement.revision] = entry
        return self._receipt(decision.statement.revision, entry, duplicate=False)

    def _receipt(self, revision: int, entry: Entry, *, duplicate: bool) -> Receipt:
        return Receipt(
            source_system=self.source_system,
            case_id=self.case_id,
            revision=revision,
            object_no=entry.object_no,
            object_version=entry.object_version,
            duplicate=duplicate,
        )


@dataclass(slots=True)
class ObjectFile:
    """对象档案: how many decisions one object has had."""

    source_system: str
    object_no: str
    version: int = 0

    def next_version(self) -> int:
        """Count one more decision and tell its number."""
        self.version += 1
        return self.version
