"""Risk classes (风险分级): an object is classified anew whenever what its class rests on may have changed.

Causes: a decision, the holder's grade, an override that begins or ends, a new edition of the table or catalogue. Every
change of the class is told and leaves its trace; what changes nothing is silent.
"""

from dataclasses import replace
from datetime import date, datetime

from kernel.credit import Grade
from kernel.reckoning import start_of
from kernel.risk import RiskCause
from supervision.domain.credit import SubjectGrade
from supervision.domain.decision import AppliedDecision
from supervision.domain.history import SYSTEM
from supervision.domain.register import RegisteredObject, no_such_object
from supervision.domain.risk import RiskClassification, risk_class
from supervision.domain.risk_object import ObjectRisk, ReclassifyObject, RiskAct, RiskChange, basis_of, items_held
from supervision.domain.risk_override import RiskOverride
from supervision.outgoing.risk import risk_classified
from supervision.ports import Work


def decided(work: Work, applied: AppliedDecision) -> None:
    """A decision grants or ends a licence; after a correction the whole history of the object counts."""
    entry = found(work, applied.source_system, applied.object_no)
    known = current(work, entry)
    if applied.revision > 1:
        after = known.holding(items_held(work.decisions.on(applied.source_system, applied.object_no)))
    else:
        after = known.decided(applied.item_code, ends=applied.kind.ends_licence)
    classify(work, entry, known, after, RiskCause.DECISION)


def first_seen(work: Work, entry: RegisteredObject) -> None:
    """An inspection named an object nobody registered (孤儿对象): it holds nothing, and credit knows no such subject."""
    fresh = ObjectRisk(source_system=entry.source_system, object_no=entry.object_no)
    _kept(work, entry, fresh, _classified(work, fresh, None, work.today, work.now), RiskCause.INSPECTION)


def graded(work: Work, grade: SubjectGrade) -> None:
    """The grade of a subject changed: every object of it is classified anew."""
    for entry in work.objects.held_by(grade.id_type, grade.id_no):
        known = current(work, entry)
        classify(work, entry, known, known, RiskCause.GRADE)


def reclassify_object(work: Work, command: ReclassifyObject) -> None:
    """重新分级: a day has come or a rule has changed. Refuses ``not-found``."""
    entry = found(work, command.source_system, command.object_no)
    known = current(work, entry)
    classify(work, entry, known, known, RiskCause.RULES)


def found(work: Work, source_system: str, object_no: str) -> RegisteredObject:
    """The object; refuses ``not-found`` (404)."""
    entry = work.objects.get(source_system, object_no)
    if entry is None:
        raise no_such_object(object_no)
    return entry


def current(work: Work, entry: RegisteredObject) -> ObjectRisk:
    """What is kept of an object, once its overrides began and ended on their days, however late the sweep comes."""
    known = work.risks.get(entry.source_system, entry.object_no)
    while known.review_on and known.review_on <= work.today:
        day = known.review_on
        after = _classified(work, known, known.grade, day, start_of(day))
        known = _kept(work, entry, known, after, RiskCause.OVERRIDE)
    return known


def classify(
    work: Work,
    entry: RegisteredObject,
    known: ObjectRisk,
    after: ObjectRisk,
    cause: RiskCause,
    by: str = SYSTEM,
    reason: str = "",
) -> None:
    """The class of ``after`` today, kept and told when that is not what ``known`` says."""
    after = _classified(work, after, _grade(work, entry), work.today, work.now)
    _kept(work, entry, known, after, cause, by, reason)


def by_table(work: Work, entry: RegisteredObject, risk: ObjectRisk) -> RiskClassification:
    """What the table says of an object today, whatever anybody ordered."""
    return _said(work, _grade(work, entry), risk, None, work.today)[0]


def note(
    work: Work, known: ObjectRisk, after: ObjectRisk, act: RiskAct, cause: RiskCause, by: str, at: datetime, reason: str
) -> None:
    """Write down who did what to the class of an object, when and why."""
    work.risks.note(
        RiskChange(
            source_system=after.source_system,
            object_no=after.object_no,
            act=act,
            cause=cause,
            by=by,
            at=at,
            reason=reason,
            previous=known.risk_class,
            risk_class=after.risk_class,
            override_id=after.override_id or known.override_id,
            grade=after.grade,
            item_risk=after.item_risk,
            table=after.table,
        )
    )


def _grade(work: Work, entry: RegisteredObject) -> Grade | None:
    known = work.grades.get(entry.holder.id_type, entry.holder.id_no)
    return known.grade if known else None


def _classified(work: Work, risk: ObjectRisk, grade: Grade | None, on: date, at: datetime) -> ObjectRisk:
    """The object with its class as of a day."""
    risk = _settled(work, risk, on)
    override = work.risks.override(risk.override_id) if risk.override_id else None
    said, basis = _said(work, grade, risk, override, on)
    return risk.classified(said, basis, override.next_day(on) if override else None, at)


def _said(
    work: Work, grade: Grade | None, risk: ObjectRisk, override: RiskOverride | None, on: date
) -> tuple[RiskClassification, str]:
    """The class, and the editions of table and catalogue it rests on."""
    catalogue, table = work.catalogues.current, work.risks.table
    version = catalogue.in_force(on)
    risks = {item: catalogue.item_risk(version.version, item) if version else None for item in risk.items}
    return risk_class(grade, risks, override, table, on), basis_of(table.in_force(on), version)


def _settled(work: Work, risk: ObjectRisk, on: date) -> ObjectRisk:
    """The same without an override whose last day is over (期满)."""
    if not risk.override_id:
        return risk
    override = work.risks.override(risk.override_id)
    if override.next_day(on):
        return risk
    expired = override.expired()
    work.risks.save_override(expired)
    after = replace(risk, override_id="")
    note(work, risk, risk, RiskAct.EXPIRED, RiskCause.OVERRIDE, SYSTEM, expired.over_at, override.reason)
    return after


def _kept(
    work: Work,
    entry: RegisteredObject,
    known: ObjectRisk,
    after: ObjectRisk,
    cause: RiskCause,
    by: str = SYSTEM,
    reason: str = "",
) -> ObjectRisk:
    if after == known:
        return known
    work.risks.save(after)
    if after.risk_class is not known.risk_class and after.since:
        work.publish(risk_classified(entry, after, known.risk_class, cause, by, after.since))
        if known.risk_class:
            note(work, known, after, RiskAct.CLASSIFIED, cause, by, after.since, reason)
    return after
