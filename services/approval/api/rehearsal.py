"""Rehearsal (演练登记): statements are taken or refused by the very rules of this service, in memory and with no directory.

`shenguan conformance` plays the linkage with it (entry point ``shenguan.rehearsals``): what passes here passes there.
Which items there are is the matter of each deployment, so every item code is known here.
"""

import csv
from datetime import UTC, date, datetime
from hashlib import sha256
from importlib.resources import files
from typing import Any

import msgspec

from approval.api.bodies import decode_case
from approval.api.cases import receipt_line
from approval.domain.case import CaseFile, Decision, ObjectFile, Statement
from approval.domain.content import must_be_sound
from approval.domain.gate import GateReply
from approval.domain.gate_rules import GateAnswer
from chassis.edge.json_shape import require_sound
from chassis.ndjson import DEEPEST
from chassis.webhooks.rehearsing import told
from kernel.clock import china_day
from kernel.refusal import malformed
from kernel.subject import number_fault, tidy_number

_LEVELS = (2, 4, 6)
"""Digits of 省、市、县 in a region code; the rest is zeros."""


class Rehearsal:
    """One deployment that begins empty."""

    def __init__(self) -> None:
        self._cases: dict[tuple[str, str], CaseFile] = {}
        self._objects: dict[tuple[str, str], ObjectFile] = {}
        areas = files("approval.migrations") / "seed" / "areas.csv"
        counties = {row["code"] for row in csv.DictReader(areas.read_text(encoding="utf-8").splitlines())}
        self._regions = {f"{code[:length]:0<6}" for code in counties for length in _LEVELS}

    def register(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """Status and members of the answer ``POST /api/v1/cases`` gives. Refuses what it refuses."""
        statement = self._sound(body)
        key = (statement.source_system, statement.case_id)
        case = self._cases.setdefault(key, CaseFile(*key))
        fingerprint = statement.fingerprint(_reference)
        if (earlier := case.repeated(statement, fingerprint)) is not None:
            return receipt_line(earlier)
        case.must_follow(statement)
        spot = (statement.source_system, statement.object.object_no)
        number = self._objects.setdefault(spot, ObjectFile(*spot)).next_version()
        subject = statement.subject.key(_reference)
        decision = Decision(statement=statement, subject=subject, object_version=number, fingerprint=fingerprint)
        return receipt_line(case.add(decision))

    def told(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """The same of ``POST /api/v1/webhooks/{source}``; the kit looks at the signature itself."""
        return told(body, "case.decided", self.register)

    def ask(self, body: bytes) -> bytes:
        """The answer of ``POST /api/v1/gate`` about somebody nothing is known of. Refuses a wrong number."""
        asked = msgspec.json.decode(body, type=_GateQuestion)
        if fault := number_fault("/id_no", asked.id_type, tidy_number(asked.id_no)):
            raise malformed([fault])
        reply = GateReply(
            answer=GateAnswer.ALLOW,
            reasons=(),
            grade=None,
            public_safety=False,
            on=_today(),
            rules="rehearsal",
            as_of=None,
            applied_at=None,
            age_seconds=None,
        )
        return msgspec.json.encode(reply)

    def _sound(self, body: bytes) -> Statement:
        require_sound(body, DEEPEST)
        statement = decode_case(body).statement
        must_be_sound(statement, today=_today(), item_known=bool, region_known=lambda code: code in self._regions)
        return statement


class _GateQuestion(msgspec.Struct):
    id_type: str
    id_no: str
    item: str


def _today() -> date:
    return china_day(datetime.now(UTC))


def _reference(id_type: str, id_no: str) -> str:
    return sha256(f"rehearsal {id_type} {id_no}".encode()).hexdigest()
