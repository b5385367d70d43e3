"""Scorecard (评分规则): from records to a score and a grade, with a reason for every point.

``score`` is pure: the same records, day and card give the same answer, in whatever order the records came. Every reason
names its record, and base + points of the reasons = score, always: a point nobody can explain harms an enterprise.
Merits are added first, up to the ceiling; then loss of trust is taken, oldest first, down to the floor. So a further
negative record never raises a score.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from credit.domain.record import ONE_FACT, CreditRecord, day_after, months_after
from kernel.credit import Grade, RecordClass, RecordKind

CLASS_ZH: Mapping[RecordClass, str] = {
    RecordClass.MINOR: "轻微失信",
    RecordClass.GENERAL: "一般失信",
    RecordClass.SERIOUS: "严重失信",
    RecordClass.MERIT: "守信",
}
KIND_ZH: Mapping[RecordKind, str] = {
    RecordKind.INSPECTION: "检查不合格",
    RecordKind.PENALTY: "行政处罚",
    RecordKind.COMMITMENT_BREACH: "承诺违约",
    RecordKind.ABNORMAL_LIST: "列入经营异常名录",
    RecordKind.SEVERE_LIST: "列入严重失信主体名单",
    RecordKind.COMMENDATION: "表彰",
    RecordKind.OTHER: "其他信用信息",
}


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number of a rule (规则数值) with where it comes from; ``confirmed`` False = nobody competent confirmed it."""

    value: int
    source: str
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class Item:
    """What one record does (评分项): points for a class, of one kind when a kind is named; the kind goes first."""

    record_class: RecordClass
    kind: RecordKind | None = None
    points: int
    source: str
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class Cap:
    """封顶: records of these kinds together give or take at most so many points (the sign says which)."""

    kinds: tuple[RecordKind, ...]
    points: int
    source: str
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class Decay:
    """衰减: when so many months after its beginning are over, a record gives or takes only ``percent`` of its points."""

    after_months: int
    percent: int
    source: str
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class Veto:
    """一票否决: while such a record is used the grade is no better than this, whatever the score."""

    kind: RecordKind
    grade: Grade
    source: str
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class Scorecard:
    """评分规则. ``grades``: best first, each with its lowest score; the last begins at the floor."""

    version: str
    base: Figure
    floor: Figure
    ceiling: Figure
    items: tuple[Item, ...]
    caps: tuple[Cap, ...] = ()
    decay: tuple[Decay, ...] = ()
    veto: tuple[Veto, ...] = ()
    grades: tuple[tuple[Grade, Figure], ...]

    def grade_of(self, score: int) -> Grade:
        """The grade of a score (等级). The last grade begins at the floor, so there always is one."""
        return next(grade for grade, lowest in self.grades if score >= lowest.value)

    def points_of(self, record: CreditRecord, on: date) -> int:
        """What the record gives or takes by itself on a day, after decay, rounded towards nothing."""
        full = self.full_points_of(record)
        rest = abs(full) * self.percent_of(record, on) // 100
        return rest if full > 0 else -rest

    def full_points_of(self, record: CreditRecord) -> int:
        """What the record gives or takes before decay: by its kind where the card names it, else by its class."""
        fitting = [item for item in self.items if item.record_class is record.record_class]
        own = next((i for i in fitting if i.kind is record.kind), next((i for i in fitting if i.kind is None), None))
        return own.points if own else 0

    def decay_days(self, record: CreditRecord) -> Iterator[date]:
        """The days on which its points change by age."""
        for step in self.decay:
            yield day_after(months_after(record.begins_on, step.after_months))

    def percent_of(self, record: CreditRecord, on: date) -> int:
        """How much of its points is left on a day, in percent (衰减)."""
        begun = [step for step in self.decay if months_after(record.begins_on, step.after_months) < on]
        return max(begun, key=lambda step: step.after_months).percent if begun else 100


@dataclass(frozen=True)
class Reason:
    """Why points were given or taken (得分原因), and the record they rest on. 0 points: it changes nothing, and why."""

    record_id: str
    points: int
    text: str


@dataclass(frozen=True)
class Assessment:
    """What the records of a subject amount to on a day (信用评价)."""

    score: int
    grade: Grade
    reasons: tuple[Reason, ...]
    scorecard: str
    assessed_on: date

    def says_the_same_as(self, other: "Assessment | None") -> bool:
        """True when score and grade are equal: then there is nothing to announce."""
        return other is not None and (self.score, self.grade) == (other.score, other.grade)


def score(records: Iterable[CreditRecord], as_of: date, card: Scorecard) -> Assessment:
    """评分: score, grade and the list of reasons on a day; only records that are used on that day count."""
    ordered = sorted(records, key=lambda r: (r.begins_on, r.source_system, r.number, r.record_id))
    used = [record for record in ordered if record.used_on(as_of)]
    total, reasons = card.base.value, []
    for record, points, note in _weighed(used, as_of, card):
        limit = card.ceiling.value if points > 0 else card.floor.value
        given = min(points, max(limit - total, 0)) if points > 0 else max(points, min(limit - total, 0))
        total += given
        reasons.append(Reason(record.record_id, given, _text(record, given, note)))
    reasons += [
        Reason(r.record_id, 0, f"{_what(r)}，异议处理中，暂不计分")
        for r in ordered
        if r.in_period_on(as_of) and r.marked_on(as_of)
    ]
    grade = card.grade_of(total)
    for record, veto in _vetoed(used, card):
        grade = max(grade, veto.grade)
        reasons.append(Reason(record.record_id, 0, f"{_what(record)}，等级不高于 {veto.grade}"))
    return Assessment(total, grade, tuple(reasons), card.version, as_of)


def changes_on(records: Iterable[CreditRecord], after: date, card: Scorecard) -> date | None:
    """The next day on which the assessment may change by itself: a period ends, a decay step begins. None = never."""
    days = (
        day
        for record in records
        if record.in_period_on(after) or record.begins_on > after
        for day in (record.begins_on, day_after(record.max_until), *card.decay_days(record))
    )
    return min((day for day in days if after < day < date.max), default=None)


def _weighed(used: Sequence[CreditRecord], on: date, card: Scorecard) -> Iterator[tuple[CreditRecord, int, str]]:
    """Each record with its points after caps, and a note; merits first. Records of one fact count once, the heaviest."""
    plain = {record.record_id: card.points_of(record, on) for record in used}
    heaviest: dict[str, CreditRecord] = {}
    for record in used:
        fact = _fact(record)
        if fact not in heaviest or plain[record.record_id] < plain[heaviest[fact].record_id]:
            heaviest[fact] = record
    spent = [0] * len(card.caps)
    for record in sorted(used, key=lambda record: record.negative):
        counted = heaviest[_fact(record)]
        if counted is not record:
            yield record, 0, f"与{_what(counted)}为同一事实，不重复计分"
            continue
        points = plain[record.record_id]
        for place, cap in enumerate(card.caps):
            if record.kind in cap.kinds and points * cap.points > 0:
                left = cap.points - spent[place]
                points = min(points, left) if points > 0 else max(points, left)
                spent[place] += points
        yield record, points, "" if points == plain[record.record_id] else "已达同类封顶"


def _fact(record: CreditRecord) -> str:
    """An inspection and the penalty for it are one fact."""
    if record.kind in ONE_FACT and record.inspection_no:
        return f"{record.source_system}:{record.inspection_no}"
    return record.record_id


def _vetoed(used: Iterable[CreditRecord], card: Scorecard) -> Iterator[tuple[CreditRecord, Veto]]:
    for record in used:
        for veto in card.veto:
            if veto.kind is record.kind:
                yield record, veto


def _what(record: CreditRecord) -> str:
    return f"{record.begins_on} {KIND_ZH[record.kind]} {record.document_no or record.number}"


def _text(record: CreditRecord, points: int, note: str) -> str:
    return f"{_what(record)}，{CLASS_ZH[record.record_class]}，计 {points} 分{'（' + note + '）' if note else ''}"
