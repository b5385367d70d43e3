"""Overrides of a risk class (人工调整): ordered with a reason for a time; a second person confirms one that lowers it."""

from dataclasses import replace

from kernel.risk import RiskCause
from supervision.domain.register import RegisteredObject
from supervision.domain.risk_object import ObjectRisk, RiskAct
from supervision.domain.risk_override import (
    ConfirmOverride,
    EndOverride,
    OverrideRisk,
    RiskCommand,
    RiskOverride,
    no_override,
)
from supervision.handlers import risk
from supervision.ports import Work


def override_risk(work: Work, command: OverrideRisk) -> tuple[RiskOverride, bool]:
    """提出人工调整: the override, and whether this very one was ordered before.

    Refuses ``not-found`` (404), ``invalid-content`` (422), ``override-open`` (409).
    """
    entry = risk.found(work, command.source_system, command.object_no)
    known = risk.current(work, entry)
    first = command.begun(work.today, work.risks.table.in_force(work.today).override_months)
    if known.override_id and (running := work.risks.override(known.override_id)).repeated(first):
        return running, True
    override = RiskOverride(
        override_id=work.risks.new_id(),
        source_system=entry.source_system,
        object_no=entry.object_no,
        risk_class=command.risk_class,
        by_table=risk.by_table(work, entry, known).risk_class,
        reason=command.reason,
        legal_basis=command.legal_basis,
        valid_from=first.valid_from or work.today,
        valid_to=command.valid_to,
        ordered_by=command.by,
        ordered_at=work.now,
    )
    work.risks.save_override(override)
    ordered = replace(known, override_id=override.override_id)
    _follow(work, entry, known, ordered, RiskAct.ORDERED, command.by, command.reason)
    return override, False


def confirm_override(work: Work, command: ConfirmOverride) -> RiskOverride:
    """复核. Refuses ``not-found`` (404), ``override-none``, ``override-not-pending``, ``second-person-needed`` (409)."""
    entry, known, override = _open(work, command)
    confirmed = override.confirmed(command.by, work.now)
    if confirmed != override:
        work.risks.save_override(confirmed)
        _follow(work, entry, known, known, RiskAct.CONFIRMED, command.by, override.reason)
    return confirmed


def end_override(work: Work, command: EndOverride) -> RiskOverride:
    """提前结束, also of one that waits for its confirmation. Refuses ``not-found`` (404), ``override-none`` (409)."""
    entry, known, override = _open(work, command)
    ended = override.ended(command.by, command.reason, work.now)
    work.risks.save_override(ended)
    _follow(work, entry, known, replace(known, override_id=""), RiskAct.ENDED, command.by, command.reason)
    return ended


def _open(work: Work, command: RiskCommand) -> tuple[RegisteredObject, ObjectRisk, RiskOverride]:
    """The object with the override that has not ended."""
    entry = risk.found(work, command.source_system, command.object_no)
    known = risk.current(work, entry)
    if not known.override_id:
        raise no_override(command.object_no)
    return entry, known, work.risks.override(known.override_id)


def _follow(
    work: Work, entry: RegisteredObject, known: ObjectRisk, after: ObjectRisk, act: RiskAct, by: str, reason: str
) -> None:
    """The trace of what was done, then what it means for the class."""
    named = replace(known, override_id=after.override_id or known.override_id)
    risk.note(work, known, named, act, RiskCause.OVERRIDE, by, work.now, reason)
    risk.classify(work, entry, known, after, RiskCause.OVERRIDE, by, reason)
