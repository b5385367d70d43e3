"""Import batch (导入批次): one uploaded file on its way from the upload to the cases it became, and back as far as that goes.

What was registered stays registered: undoing a batch corrects its cases to 只登记 (存量), upon which supervision cancels
the tasks they made by its own rules. What supervision already inspected is not taken back.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from approval.domain.case import Receipt, Statement
from approval.domain.intake import ImportCases, RowRefused
from approval.domain.progress import StepKind
from kernel.refusal import Fault, Refusal, malformed
from kernel.text import prose_fault

KEPT = timedelta(days=30)
"""How long the uploaded file itself is kept, sealed (文件保存期限; 工程约定): after that only its figures are."""
SHORTEST_REASON, LONGEST_REASON = 4, 500


class ImportState(StrEnum):
    """导入状态."""

    UPLOADED = "UPLOADED"  # 已上传
    CHECKED = "CHECKED"  # 已核对: every row was judged, nothing written
    RUNNING = "RUNNING"  # 导入中: some rows are registered, the rest waits for the next call
    DONE = "DONE"  # 已导入
    UNDONE = "UNDONE"  # 已取消


class Untaken(StrEnum):
    """不能取消的原因: why a row of a batch stays as it is when the batch is undone."""

    EXISTING = "EXISTING"  # 存量只登记: there is no task to take back
    ENDING = "ENDING"  # 终止类决定: what it ended is not begun again
    CORRECTED = "CORRECTED"  # 已更正: a later revision speaks for the case
    INSPECTED = "INSPECTED"  # 已检查: supervision acted on it
    JOINED = "JOINED"  # 已并入: the task of another case took it up


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportBatch:
    """导入批次. ``by`` uploaded it and alone goes on with it; instants are aware, UTC."""

    batch: str
    by: str
    name: str
    """文件名."""
    sha256: str
    """Of the bytes as they came, hexadecimal: by it the same file is known again."""
    rows: int
    uploaded_at: datetime
    state: ImportState = ImportState.UPLOADED
    columns: Mapping[str, str] = field(default_factory=dict)
    """字段 → the heading its column has in this file."""
    fixed: Mapping[str, str] = field(default_factory=dict)
    """字段 → what every row says there (每行相同)."""
    existing: bool = False
    taken: int = 0
    """Rows dealt with so far."""
    written: int = 0
    duplicates: int = 0
    refused: tuple[RowRefused, ...] = ()
    ended_at: datetime | None = None
    undone_by: str = ""
    undone_at: datetime | None = None
    undone_why: str = ""
    undone: int = 0
    """Cases that were corrected when it was undone."""

    def checked(self, command: "NoteCheck") -> "ImportBatch":
        """With what a check found. Refuses ``not-yours`` (403), ``import-begun`` (409)."""
        self._must_be_of(command.by)
        if self.state not in {ImportState.UPLOADED, ImportState.CHECKED}:
            raise _begun()
        report = command.refused
        return replace(
            self,
            state=ImportState.CHECKED,
            columns=dict(command.columns),
            fixed=dict(command.fixed),
            existing=command.existing,
            written=command.written,
            duplicates=command.duplicates,
            refused=tuple(report),
        )

    def must_go_on(self, command: "RunImport") -> None:
        """Let the next portion of rows pass.

        Raises:
            Refusal: ``not-yours`` (403); ``import-unchecked``, ``import-ended`` (409); ``import-refused`` (422) when
                rows are faulty and the good ones alone are not wanted; ``import-moved-on`` (409, retryable).
        """
        self._must_be_of(command.by)
        if self.state is ImportState.UPLOADED:
            raise Refusal(
                code="import-unchecked",
                zh="该文件还没有核对，请先核对再导入",
                en="The file was not checked yet; check it first, then import it",
                status=409,
            )
        if self.state in {ImportState.DONE, ImportState.UNDONE}:
            raise Refusal(
                code="import-ended", zh="该批次已导入完毕", en="This batch has been imported already", status=409
            )
        if self.state is ImportState.CHECKED and self.refused and not command.cases.partial:
            raise Refusal(
                code="import-refused",
                zh=f"{len(self.refused)} 行有误，全部未写入；请改正后重新上传，或选择只导入无误的行",
                en=f"{len(self.refused)} rows are faulty and nothing was written; "
                "correct them and upload the file again, or choose to import only the good rows",
            )
        if command.after != self._position:
            raise Refusal(
                code="import-moved-on",
                zh="这些行已由另一次请求导入，请刷新后继续",
                en="Another request imported these rows meanwhile; reload and go on",
                status=409,
                retryable=True,
            )

    def further(
        self, command: "RunImport", receipts: Sequence[Receipt], refused: Iterable[RowRefused]
    ) -> "ImportBatch":
        """With one more portion of rows registered."""
        begun = self if self.state is ImportState.RUNNING else replace(self, written=0, duplicates=0, refused=())
        duplicates = sum(receipt.duplicate for receipt in receipts)
        return replace(
            begun,
            state=ImportState.DONE if command.last else ImportState.RUNNING,
            taken=command.after + command.size,
            written=begun.written + len(receipts) - duplicates,
            duplicates=begun.duplicates + duplicates,
            refused=(*begun.refused, *sorted(refused, key=lambda each: each.row)),
            ended_at=command.now if command.last else None,
        )

    def must_be_undoable(self, command: "UndoImport") -> None:
        """Let an undo pass. Refuses ``invalid-content`` (422) without a reason, ``import-not-there`` (409)."""
        if not SHORTEST_REASON <= len(command.reason) <= LONGEST_REASON:
            zh = f"请写明理由，{SHORTEST_REASON} 至 {LONGEST_REASON} 个字"
            en = f"say why, in {SHORTEST_REASON} to {LONGEST_REASON} characters"
            raise malformed([Fault(pointer="/reason", zh=zh, en=en)])
        if fault := prose_fault("/reason", command.reason, longest=LONGEST_REASON):
            raise malformed([fault])
        if self.state not in {ImportState.RUNNING, ImportState.DONE}:
            raise Refusal(
                code="import-not-there",
                zh="该批次没有导入，或已经取消，没有可取消的内容",
                en="Nothing of this batch was imported, or it was undone already",
                status=409,
            )

    def ended(self, command: "UndoImport", now: datetime, count: int) -> "ImportBatch":
        """Undone."""
        return replace(
            self,
            state=ImportState.UNDONE,
            undone_by=command.by,
            undone_at=now,
            undone_why=command.reason,
            undone=count,
        )

    @property
    def _position(self) -> int:
        return self.taken if self.state is ImportState.RUNNING else 0

    def _must_be_of(self, person: str) -> None:
        if person != self.by:
            raise not_yours()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedLine:
    """导入的一行 as it stands now: what was registered, and what supervision told of the case since."""

    row: int
    statement: Statement
    steps: Collection[StepKind]
    last_revision: int

    def untaken(self) -> Untaken | None:
        """Why it stays; None: it can be taken back."""
        if self.last_revision > self.statement.revision:
            return Untaken.CORRECTED
        if self.statement.existing:
            return Untaken.EXISTING
        if self.statement.kind.ends_licence:
            return Untaken.ENDING
        if {StepKind.INSPECTED, StepKind.CLOSED} & set(self.steps):
            return Untaken.INSPECTED
        return Untaken.JOINED if StepKind.JOINED in self.steps and StepKind.PUSHED not in self.steps else None

    def taken_back(self) -> Statement:
        """The correction to 只登记: what it was, and no tasks from it."""
        return replace(self.statement, revision=self.statement.revision + 1, existing=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeFile:
    """上传文件. ``sealed``: its bytes, encrypted; ``batch``: a UUIDv7 made for it."""

    batch: str
    by: str
    name: str
    sha256: str
    rows: int
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteCheck:
    """记下核对结果."""

    batch: str
    by: str
    columns: Mapping[str, str]
    fixed: Mapping[str, str]
    existing: bool
    written: int
    duplicates: int
    refused: tuple[RowRefused, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunImport:
    """导入一段. ``cases``: the rows after the first ``after`` of them, ``size`` in number; ``last``: none follow."""

    batch: str
    by: str
    after: int
    size: int
    last: bool
    now: datetime
    cases: ImportCases


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoImport:
    """取消导入. ``preview``: only tell what would be done."""

    batch: str
    by: str
    reason: str
    preview: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoReport:
    """取消导入的结果: cases that are (or would be) corrected, and rows that stay, by why."""

    batch: ImportBatch
    taken_back: int
    stay: Mapping[Untaken, Sequence[int]]


def no_such_batch() -> Refusal:
    """``not-found`` (404)."""
    return Refusal(code="not-found", zh="没有这个导入批次", en="There is no such import", status=404)


def not_yours() -> Refusal:
    """``not-yours`` (403)."""
    return Refusal(
        code="not-yours",
        zh="该文件由他人上传，内容只供本人核对与导入",
        en="Somebody else uploaded this file; only that person sees its rows and imports it",
        status=403,
    )


def content_gone() -> Refusal:
    """``content-gone`` (410)."""
    return Refusal(
        code="content-gone",
        zh=f"上传的文件已满 {KEPT.days} 天，按期删除；请重新上传",
        en=f"The uploaded file was removed after {KEPT.days} days; upload it again",
        status=410,
    )


def _begun() -> Refusal:
    return Refusal(
        code="import-begun",
        zh="该批次已开始导入，列的对应不能再改",
        en="The import has begun; its columns cannot be changed any more",
        status=409,
    )
