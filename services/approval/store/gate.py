"""The credit gate (审批信用关口) in PostgreSQL: one statement reads all an answer rests on, one keeps its trace.

Mergers are followed to their end and back: what is said of any subject of the group counts. A loop ends the walk, it
does not hang. The grade is that of the subject all others were merged into; until credit has told one, the worst.
The trace is committed without waiting for the disk: it outlives this process, and an answer stays quick.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from approval.domain.gate import AskGate, GateFacts, GateQuery, faults_of
from approval.domain.gate_rules import GateRules
from approval.domain.item import Item
from approval.domain.objection import ObjectionFact, ObjectionTold, under_objection
from approval.ports import Identity
from approval.store.credit import hold_of
from chassis.transaction import Transaction
from kernel.credit import Grade

_FACTS = """
WITH RECURSIVE onward (id_type, id_no) AS (
    SELECT $1::text, $2::text
     UNION
    SELECT a.into_type, a.into_no FROM onward JOIN subject_alias a USING (id_type, id_no) WHERE a.into_no IS NOT NULL
), alike (id_type, id_no) AS (
    SELECT id_type, id_no FROM onward
     UNION
    SELECT a.id_type, a.id_no FROM alike JOIN subject_alias a ON a.into_no = alike.id_no AND a.into_type = alike.id_type
)
SELECT i.item_code AS listed, i.name, i.department, i.public_safety, i.version, s.as_of, s.applied_at,
       (SELECT g.grade FROM alike JOIN grade g USING (id_type, id_no) LEFT JOIN subject_alias a USING (id_type, id_no)
         ORDER BY a.into_no IS NOT NULL, g.grade DESC LIMIT 1) AS grade,
       h.*
  FROM (SELECT) AS asked LEFT JOIN item i ON i.item_code = $3 LEFT JOIN credit_seen s ON s.only_row
       LEFT JOIN (SELECT hold.*, ARRAY(SELECT ROW (o.objection_id, o.fact) FROM objection_told o
                                        WHERE hold.origin = 'RECORD' AND o.record_id = hold.hold_id) AS objections
                     FROM alike JOIN hold USING (id_type, id_no) WHERE hold.kind IS NOT NULL) h ON true
"""
_NOTE = """
INSERT INTO gate_query (at, id_type, id_no, item_code, judged_on, answer, reasons, grade, rules, as_of, by, source_system)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 FROM set_config('synchronous_commit', 'off', true)
"""


class SqlGate:
    """``ports.GateWork`` on a connection; needs no transaction: one statement reads, one writes."""

    def __init__(self, tx: Transaction, identity: Identity, rules: GateRules) -> None:
        self._tx = tx
        self.identity = identity
        self.rules = rules
        self.now = tx.now
        self.today = tx.today
        self.facts = GateFacts()
        self._query: GateQuery | None = None

    async def load(self, messages: Sequence[AskGate]) -> None:
        """Read what is held about the one question."""
        (asked,) = messages
        if not any(faults_of(asked)):
            key = asked.holder.key(self.identity.reference)
            self.facts = _facts(await self._tx.connection.fetch(_FACTS, key.id_type, key.id_no, asked.item_code))

    def note(self, query: GateQuery) -> None:
        """Keep a trace of the answer."""
        self._query = query

    async def flush(self) -> None:
        """Write the trace."""
        if self._query:
            await self._tx.connection.execute(_NOTE, self.now, *_trace(self._query))


def _facts(rows: Sequence[Any]) -> GateFacts:
    said = rows[0]
    item = said["listed"] and Item(
        item_code=said["listed"],
        name=said["name"],
        department=said["department"],
        public_safety=said["public_safety"],
        version=said["version"],
    )
    return GateFacts(
        item=item,
        grade=Grade(said["grade"]) if said["grade"] else None,
        holds=tuple(hold_of(row) for row in rows if row["hold_id"] is not None),
        under_objection=under_objection(told for row in rows for told in _objections(row)),
        as_of=said["as_of"],
        applied_at=said["applied_at"],
    )


def _objections(row: Any) -> Iterator[ObjectionTold]:
    for objection_id, fact in row["objections"] or ():
        yield ObjectionTold(record_id=row["hold_id"], objection_id=objection_id, fact=ObjectionFact(fact))


def _trace(query: GateQuery) -> tuple[Any, ...]:
    reply = query.reply
    return (
        *(query.subject.id_type, query.subject.id_no, query.item_code, reply.on, reply.answer.value),
        [reason.code for reason in reply.reasons],
        reply.grade and reply.grade.value,
        *(reply.rules, reply.as_of, query.by, query.source_system),
    )
