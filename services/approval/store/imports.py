"""Import batches (导入批次) in PostgreSQL, with the cases they register: one transaction for both."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from approval.domain.case import Receipt, Statement, SupervisedObject
from approval.domain.holder import Holder, name_place, number_place
from approval.domain.import_batch import KEPT, ImportBatch, ImportedLine, ImportState, RunImport, UndoImport
from approval.domain.intake import ImportCases, RowRefused
from approval.domain.progress import StepKind
from approval.store.work import SqlWork
from chassis import setwise
from kernel.decision import DecisionKind
from kernel.sealed import Place
from kernel.subject import SubjectKind

_BATCH = "SELECT * FROM import_batch WHERE batch = $1 FOR UPDATE"
_FIELDS = {
    **dict.fromkeys(("batch", "by", "name", "sha256"), "text"),
    "rows": "int",
    "uploaded_at": "timestamptz",
    "state": "text",
    **dict.fromkeys(("columns", "fixed"), "jsonb"),
    "existing": "boolean",
    **dict.fromkeys(("taken", "written", "duplicates", "refused_rows"), "int"),
    "refused": "jsonb",
    "ended_at": "timestamptz",
    "undone_by": "text",
    "undone_at": "timestamptz",
    "undone_why": "text",
    "undone": "int",
}
_KEEP = setwise.upsert("import_batch", _FIELDS, ["batch"])
_KEEP_FILE = "INSERT INTO import_content (batch, sealed, kept_until) VALUES ($1, $2, $3)"
_LET_GO = "DELETE FROM import_content WHERE kept_until < $1"
_LINES = setwise.insert(
    "import_line", {"batch": "text", "line": "int", "source_system": "text", "case_id": "text", "revision": "int"}
)
_IMPORTED = """
SELECT l.line, d.*, s.kind AS subject_kind, s.name AS subject_name, s.sealed_no, s.sealed_name,
       ARRAY(SELECT DISTINCT c.kind FROM case_step c
              WHERE c.case_id = d.case_id AND c.source_system = d.source_system) AS steps,
       (SELECT max(e.revision) FROM decision e
         WHERE e.source_system = d.source_system AND e.case_id = d.case_id) AS last_revision
  FROM import_line l JOIN decision d USING (source_system, case_id, revision)
  JOIN subject s ON s.id_type = d.id_type AND s.id_no = d.id_no
 WHERE l.batch = $1 ORDER BY l.line
"""


class SqlImports(SqlWork):
    """``handlers.imports.ImportWork`` on a transaction."""

    _batches: dict[str, ImportBatch]
    _lines: dict[str, list[ImportedLine]]

    async def load(self, messages: Sequence[Any]) -> None:
        """Lock the batches; read what undoing one may take back."""
        self._batches, self._lines = {}, {}
        cases = [message.cases for message in messages if isinstance(message, RunImport)]
        for message in messages:
            row = await self._tx.connection.fetchrow(_BATCH, message.batch)
            if row:
                self._batches[message.batch] = _batch(row)
            if isinstance(message, UndoImport):
                rows = await self._tx.connection.fetch(_IMPORTED, message.batch)
                lines = self._lines[message.batch] = [self._imported(each) for each in rows]
                back = [(line.row, line.taken_back()) for line in lines if line.untaken() is None]
                cases.append(ImportCases(rows=tuple(back)))
        await super().load(cases)

    def batch(self, batch: str) -> ImportBatch | None:
        """The batch, or None."""
        return self._batches.get(batch)

    def keep_batch(self, batch: ImportBatch) -> None:
        """Keep a new or changed one."""
        self._tx.writes.put_rows(_KEEP, [_row(batch)])

    def keep_file(self, batch: str, sealed: bytes) -> None:
        """Keep the file of a new batch, and let go of those that are over their time."""
        self._tx.writes.put(_KEEP_FILE, batch, sealed, self.now + KEPT)
        self._tx.writes.put(_LET_GO, self.now)

    def keep_lines(self, batch: str, lines: Iterable[tuple[int, Receipt]]) -> None:
        """Keep which row became which revision."""
        rows = [(batch, row, each.source_system, each.case_id, each.revision) for row, each in lines]
        self._tx.writes.put_rows(_LINES, rows)

    def imported(self, batch: str) -> Sequence[ImportedLine]:
        """What the batch registered."""
        return self._lines[batch]

    def _imported(self, row: Any) -> ImportedLine:
        return ImportedLine(
            row=row["line"],
            statement=self._statement(row),
            steps=frozenset(StepKind(each) for each in row["steps"]),
            last_revision=row["last_revision"],
        )

    def _statement(self, row: Any) -> Statement:
        names = ("source_system", "case_id", "revision", "item_code", "region", "decided_on", "valid_from", "valid_to")
        more = ("commitment", "existing", "licence_no", "by_deceit")
        return Statement(
            **{name: row[name] for name in (*names, *more)},
            kind=DecisionKind(row["kind"]),
            subject=self._holder(row),
            object=SupervisedObject(object_no=row["object_no"], name=row["object_name"], address=row["object_address"]),
        )

    def _holder(self, row: Any) -> Holder:
        kind, who = SubjectKind(row["subject_kind"]), (row["id_type"], row["id_no"])
        if row["sealed_no"] is None:
            return Holder(id_type=who[0], id_no=who[1], kind=kind, name=row["subject_name"])
        number = self.identity.open(row["sealed_no"], number_place(*who))
        return Holder(
            id_type=who[0], id_no=number, kind=kind, name=self.identity.open(row["sealed_name"], name_place(*who))
        )


def file_place(batch: str) -> Place:
    """Where an uploaded file is sealed (上传文件密文所在)."""
    return Place("import_content", "sealed", (batch,))


def _batch(row: Any) -> ImportBatch:
    plain = {
        name: row[name] for name in _FIELDS if name not in {"state", "columns", "fixed", "refused", "refused_rows"}
    }
    return ImportBatch(
        **plain,
        state=ImportState(row["state"]),
        columns=msgspec.json.decode(row["columns"]),
        fixed=msgspec.json.decode(row["fixed"]),
        refused=msgspec.json.decode(row["refused"], type=tuple[RowRefused, ...]),
    )


def _row(batch: ImportBatch) -> tuple[Any, ...]:
    told = {
        "state": batch.state.value,
        "columns": msgspec.json.encode(batch.columns).decode(),
        "fixed": msgspec.json.encode(batch.fixed).decode(),
        "refused": msgspec.json.encode(batch.refused).decode(),
        "refused_rows": len(batch.refused),
    }
    return tuple(told[name] if name in told else getattr(batch, name) for name in _FIELDS)
