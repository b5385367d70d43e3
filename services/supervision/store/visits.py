"""Site visits (入企检查) in PostgreSQL: the enterprise is locked before its visits are read, so no two requests pass one cap.

These locks come after those of objects in every transaction, in one statement with those of alerts. What is read reaches back to the year before the
earliest day asked about; the counts of a year are written anew from its visits, never added to (决定 0019).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from secrets import choice
from typing import Any

import msgspec
from uuid_utils import uuid7

from chassis import setwise
from chassis.database import Connection
from chassis.reads import Asking
from chassis.setwise import LIST
from chassis.writes import Writes
from kernel.clock import china_day
from kernel.visit import DepartmentLevel, VisitKind, VisitState
from supervision.domain.register import RegisteredObject
from supervision.domain.task import Task
from supervision.domain.visits import Matter, SiteVisit, VisitChange, VisitRules
from supervision.domain.visits.counting import VisitBrief, totals
from supervision.domain.visits.rating import VisitRating
from supervision.domain.visits.recusal import Recusal
from supervision.store.needs import Needs, Pair
from supervision.store.rows import holder_of

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""What nobody takes for another letter when it is read aloud."""
_NUMBER, _CODE = 10, 20
"""Letters of a number and of a code: 31^20 is 99 bits."""
_TIMES = "timestamptz"
_VISIT = {
    "visit_no": "uuid",
    "number": "text",
    "joint_no": "uuid",
    **dict.fromkeys(("id_type", "id_no", "subject_kind", "subject_name"), "text"),
    **dict.fromkeys(("source_system", "object_no", "object_name", "object_address", "region"), "text"),
    **dict.fromkeys(("department", "level", "kind"), "text"),
    "planned_on": "date",
    "officers": LIST,
    **dict.fromkeys(("certificates", "matters"), "jsonb"),
    **dict.fromkeys(("reason", "legal_basis", "exemption", "exemption_document"), "text"),
    "consumes": "boolean",
    "tasks": LIST,
    "state": "text",
    "version": "int",
    "requested_by": "text",
    "requested_at": _TIMES,
    "approved_by": "text",
    **dict.fromkeys(("approved_at", "announced_at"), _TIMES),
    "code": "text",
    **dict.fromkeys(("entered_at", "scanned_at"), _TIMES),
    "visited_on": "date",
    "inspections": "jsonb",
    "ended_by": "text",
    "ended_at": _TIMES,
    "end_reason": "text",
    **dict.fromkeys(("unannounced", "over_cap"), "boolean"),
    "recusals": "jsonb",
    **dict.fromkeys(("counted_on", "remind_on"), "date"),
}
_HOLDER = frozenset({"id_type", "id_no", "subject_kind", "subject_name"})
_ENDED = frozenset({VisitState.DONE, VisitState.CANCELLED})
_WORDS = {"level": DepartmentLevel, "kind": VisitKind, "state": VisitState}
_COUNT = {**dict.fromkeys(("id_type", "id_no", "department", "level"), "text"), "year": "int", "visits": "int"}
_CHANGE = {
    "visit_no": "uuid",
    **dict.fromkeys(("act", "by"), "text"),
    "at": _TIMES,
    **dict.fromkeys(("before", "after", "reason"), "text"),
    "unannounced": "boolean",
}
_SUBJECTS = "SELECT id_type, id_no, counted_on FROM site_visit WHERE visit_no = ANY($1::uuid[]) OR code = ANY($2::text[]) AND code <> ''"
BRIEFS = """
SELECT v.* FROM unnest($1::text[], $2::text[]) AS w (id_type, id_no), LATERAL (
    SELECT visit_no::text, number, id_type, id_no, source_system, object_no, department, level, counted_on,
           joint_no::text, state, consumes, code FROM site_visit
     WHERE id_no = w.id_no AND id_type = w.id_type AND counted_on >= $3 OFFSET 0) AS v
 ORDER BY v.visit_no
"""
"""Enterprise by enterprise (OFFSET 0): a planner without statistics would go through everybody's visits by day.

An enterprise has many visits and few that may still change: only those are read whole.
"""
_WHOLE = "SELECT * FROM site_visit WHERE visit_no = ANY($1::uuid[]) ORDER BY visit_no"
_KEEP = setwise.upsert("site_visit", _VISIT, ("visit_no",))
_ADD_CHANGES = setwise.insert("site_visit_change", _CHANGE)
_KEEP_COUNTS = setwise.upsert("visit_count", _COUNT, ("id_no", "id_type", "year", "department", "level"))
_RATING = {"visit_no": "uuid", "stars": "int", "note": "text", "at": _TIMES}
_ADD_RATINGS = setwise.insert("site_visit_rating", _RATING)
_RATINGS = "SELECT r.* FROM site_visit_rating r JOIN site_visit v USING (visit_no) WHERE v.code = ANY($1::text[])"
_DUE = """
SELECT visit_no, remind_on FROM site_visit WHERE remind_on <= $1 AND visit_no <> ALL($2::uuid[])
 ORDER BY remind_on, visit_no LIMIT $3
"""
_TEXTS = msgspec.json.Decoder(tuple[str, ...])
_MATTERS = msgspec.json.Decoder(tuple[Matter, ...])
_RECUSALS = msgspec.json.Decoder(tuple[Recusal, ...])


class LoadedVisits:
    """ports.Visits. What was not loaded raises KeyError."""

    def __init__(self, rules: VisitRules) -> None:
        self.rules = rules
        self._visits: dict[Pair, dict[str, SiteVisit]] = {}
        self._briefs: dict[Pair, dict[str, VisitBrief]] = {}
        self._asked: set[str] = set()
        self._days: set[date] = set()
        self._since = date.min
        self._changed: dict[str, SiteVisit] = {}
        self._years: set[tuple[Pair, int]] = set()
        self._notes: list[VisitChange] = []
        self._ratings: dict[str, VisitRating] = {}
        self._rated: list[VisitRating] = []

    def new_id(self) -> str:
        """A UUIDv7."""
        return str(uuid7())

    def new_number(self, year: int) -> str:
        """检查编号, e.g. 2026-7KQ2M-XB94T."""
        letters = "".join(choice(_LETTERS) for _ in range(_NUMBER))
        return f"{year}-{letters[: _NUMBER // 2]}-{letters[_NUMBER // 2 :]}"

    def new_code(self) -> str:
        """检查码."""
        return "".join(choice(_LETTERS) for _ in range(_CODE))

    def get(self, visit_no: str) -> SiteVisit | None:
        """The visit, or None."""
        if visit_no not in self._asked:
            raise KeyError(visit_no)
        return next((visits[visit_no] for visits in self._visits.values() if visit_no in visits), None)

    def by_code(self, code: str) -> SiteVisit | None:
        """The visit a code was given out for, or None."""
        if code not in self._asked:
            raise KeyError(code)
        found = (each for visits in self._visits.values() for each in visits.values())
        return next((each for each in found if each.code == code and code), None)

    def of(self, id_type: str, id_no: str) -> Sequence[SiteVisit]:
        """The visits of an enterprise that may change: not ended, of a day asked about, or named; the oldest first."""
        return list(self._visits[id_type, id_no].values())

    def briefs(self, id_type: str, id_no: str) -> Sequence[VisitBrief]:
        """All its visits, the oldest first."""
        return list(self._briefs[id_type, id_no].values())

    def counted(self, id_type: str, id_no: str) -> Sequence[VisitBrief]:
        """Those that count."""
        return [brief for brief in self._briefs[id_type, id_no].values() if brief.counts]

    def save(self, visit: SiteVisit) -> None:
        """Keep a new or changed one."""
        theirs = self._visits[visit.subject]
        if known := theirs.get(visit.visit_no):
            self._years.add((visit.subject, known.day.year))
        self._years.add((visit.subject, visit.day.year))
        theirs[visit.visit_no] = self._changed[visit.visit_no] = visit
        self._briefs[visit.subject][visit.visit_no] = visit.brief

    def rating(self, visit_no: str) -> VisitRating | None:
        """What the enterprise said of a visit."""
        return self._ratings.get(visit_no)

    def rate(self, rating: VisitRating) -> None:
        """Keep a new one."""
        self._ratings[rating.visit_no] = rating
        self._rated.append(rating)

    def note(self, change: VisitChange) -> None:
        """Keep the trace of a change."""
        self._notes.append(change)

    def recording(self, needs: Needs) -> bool:
        """True when an inspection may have to be recorded as a visit."""
        return self.rules.begun(needs.visited_on)

    async def ask(self, reads: Asking, needs: Needs, held: Iterable[Task | RegisteredObject], today: date) -> list[str]:
        """What is to be locked before visits are read: the holders of ``held``, and those named by visit or code."""
        if not (needs.visits or needs.codes or needs.visiting or self.recording(needs)):
            return []
        self._asked = needs.visits | needs.codes
        named = await reads.fetch(_SUBJECTS, sorted(needs.visits), sorted(needs.codes)) if self._asked else ()
        holders = {(each.holder.id_type, each.holder.id_no) for each in held}
        self._visits = {key: {} for key in sorted({*holders, *((row["id_type"], row["id_no"]) for row in named)})}
        self._briefs = {key: {} for key in self._visits}
        self._days = {today, *needs.visited_on}
        first = min([today, *needs.visited_on, *(row["counted_on"] for row in named)])
        self._since = date(first.year - 1, 1, 1)
        return [f"site-visits:{id_type}:{id_no}" for id_type, id_no in self._visits]

    async def read(self, reads: Asking, codes: Collection[str]) -> None:
        """Read the visits to the enterprises that were asked for, which are locked, and what was said of them."""
        wanted: list[str] = []
        for row in await reads.fetch(BRIEFS, *setwise.transposed(self._visits), self._since) if self._visits else ():
            brief = self._briefs[row["id_type"], row["id_no"]][row["visit_no"]] = _brief(row)
            named = brief.visit_no in self._asked or row["code"] in self._asked
            if named or brief.day in self._days or brief.state not in _ENDED:
                wanted.append(brief.visit_no)
        for row in await reads.fetch(_WHOLE, wanted) if wanted else ():
            visit = _visit(row)
            self._visits[visit.subject][visit.visit_no] = visit
        for row in await reads.fetch(_RATINGS, sorted(codes)) if codes else ():
            rating = VisitRating(**{**dict(row), "visit_no": str(row["visit_no"])})
            self._ratings[rating.visit_no] = rating

    def write(self, writes: Writes) -> None:
        """Write what changed; what is no longer to come goes before what comes in its place."""
        ordered = sorted(self._changed.values(), key=lambda visit: (visit.state.to_come, visit.visit_no))
        ended = [_row(visit) for visit in ordered if not visit.state.to_come]
        coming = [_row(visit) for visit in ordered if visit.state.to_come]
        changes = [
            tuple(getattr(each, name) or "" if name == "before" else getattr(each, name) for name in _CHANGE)
            for each in self._notes
        ]
        writes.put_rows(_KEEP, ended)
        writes.put_rows(_KEEP, coming)
        writes.put_rows(_ADD_CHANGES, changes)
        writes.put_rows(_KEEP_COUNTS, self._counts())
        writes.put_rows(_ADD_RATINGS, [tuple(getattr(each, name) for name in _RATING) for each in self._rated])

    def _counts(self) -> list[tuple[Any, ...]]:
        """The counts of every year a change touched; what counts no more is 0."""
        rows = []
        for (id_type, id_no), year in sorted(self._years):
            briefs = self._briefs[id_type, id_no].values()
            found = {(each.department, each.level.value): 0 for each in briefs if each.day.year == year}
            found |= totals(self.counted(id_type, id_no), year)
            rows += [(id_type, id_no, *place, year, number) for place, number in sorted(found.items())]
        return rows


class DueVisits:
    """Visits nobody approved, announced or made in time (待提醒的入企检查): found here, reminded of by the handler."""

    async def __call__(
        self, connection: Connection, now: datetime, limit: int, leaving_out: Collection[str]
    ) -> Mapping[str, object]:
        """Up to ``limit`` of them, each with the day it waits for."""
        rows = await connection.fetch(_DUE, china_day(now), sorted(leaving_out), limit)
        return {str(row["visit_no"]): row["remind_on"] for row in rows}


def _row(visit: SiteVisit) -> tuple[Any, ...]:
    holder = visit.holder
    said = {
        "id_type": holder.id_type,
        "id_no": holder.id_no,
        "subject_kind": holder.kind,
        "subject_name": holder.name,
        "counted_on": visit.day,
        **{name: ",".join(getattr(visit, name)) for name in ("officers", "tasks")},
        **{name: _json(getattr(visit, name)) for name in ("certificates", "matters", "inspections", "recusals")},
    }
    return tuple(said[name] if name in said else getattr(visit, name) for name in _VISIT)


def _brief(row: Any) -> VisitBrief:
    return VisitBrief(
        visit_no=row["visit_no"],
        number=row["number"],
        joint_no=row["joint_no"],
        place=(row["source_system"], row["object_no"]),
        department=row["department"],
        level=DepartmentLevel(row["level"]),
        day=row["counted_on"],
        state=VisitState(row["state"]),
        consumes=row["consumes"],
    )


def _visit(row: Any) -> SiteVisit:
    plain = {name: row[name] for name in _VISIT if name not in _HOLDER and name != "counted_on"}
    words = {name: word(row[name]) for name, word in _WORDS.items()}
    lists = {name: tuple(row[name]) for name in ("officers", "tasks")}
    numbers = {name: str(row[name]) for name in ("visit_no", "joint_no")}
    decoded = {name: _TEXTS.decode(row[name]) for name in ("certificates", "inspections")}
    return SiteVisit(
        **plain
        | words
        | lists
        | numbers
        | decoded
        | {"matters": _MATTERS.decode(row["matters"]), "recusals": _RECUSALS.decode(row["recusals"])}
        | {"holder": holder_of(row)}
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
