"""Repairs (信用修复): apply, accept or reject, decide. Granted, the record is used no more from today on, everywhere."""

from credit.domain.procedure import (
    LONGEST_TEXT,
    MOST_PAPERS,
    RepairCommand,
    Said,
    by_whom,
    must_be_said,
    open_one,
    papers,
)
from credit.domain.process import DeadlineKind
from credit.domain.repair import (
    AcceptRepair,
    ApplyRepair,
    Condition,
    DecideRepair,
    RejectRepair,
    Repair,
    conditions,
    must_all_be_met,
    must_be_answerable,
)
from credit.handlers import clocks
from credit.handlers.assessment import settle
from credit.handlers.known import Known, known_record, not_found
from credit.outgoing import redress as telling
from credit.ports import Work
from kernel.credit import RecordState
from kernel.refusal import Fault, Refusal, malformed


def apply_repair(work: Work, command: ApplyRepair) -> Repair:
    """申请信用修复: taken in whatever its conditions, the applicant has a right to an answer.

    Refuses ``not-found`` (404), ``repair-open`` (409), ``invalid-content``.
    """
    commitment = Said("/commitment", command.commitment, "信用承诺", "the commitment", LONGEST_TEXT, needed=False)
    must_be_said(by_whom(command.by), commitment, *papers("/proof", command.proof))
    if len(command.proof) > MOST_PAPERS:
        zh, en = f"最多 {MOST_PAPERS} 份材料", f"at most {MOST_PAPERS} papers"
        raise malformed([Fault(pointer="/proof", zh=zh, en=en)])
    known = known_record(work, command.record_id)
    former = work.repairs.of(command.record_id)
    if pending := open_one(former):
        raise Refusal(
            code="repair-open",
            zh=f"该记录已有修复申请 {pending.repair_id}（{pending.state}），请等候答复，不必重复申请",
            en=f"the record has an application already, {pending.repair_id} ({pending.state}); wait for its answer",
            status=409,
        )
    repair = Repair.applied(command, len(former) + 1, work.now)
    work.repairs.keep(repair)
    accept = clocks.start(work, repair.owner, DeadlineKind.ACCEPT_REPAIR)
    overall = clocks.start(work, repair.owner, DeadlineKind.OVERALL_REPAIR)
    work.publish(telling.repair_applied(known.identity, known.record, repair, accept.due_on, overall.due_on))
    return repair


def accept_repair(work: Work, command: AcceptRepair) -> Repair:
    """受理. Refuses ``not-found`` (404), ``repair-state`` (409), ``repair-conditions`` (422) naming every unmet one."""
    must_be_said(by_whom(command.by))
    repair, known = _found(work, command)
    accepted = repair.accepted(command.by, work.now)
    must_all_be_met(_conditions(work, known, repair))
    work.repairs.keep(accepted)
    clocks.end(work, repair.owner, {DeadlineKind.ACCEPT_REPAIR})
    clocks.start(work, repair.owner, DeadlineKind.DECIDE_REPAIR)
    work.publish(telling.repair_accepted(known.identity, known.record, accepted, work.now))
    return accepted


def reject_repair(work: Work, command: RejectRepair) -> Repair:
    """不予受理. Refuses ``not-found`` (404), ``repair-state`` (409), ``invalid-content``."""
    must_be_answerable(command)
    repair, known = _found(work, command)
    rejected = repair.rejected(command, work.now)
    work.repairs.keep(rejected)
    clocks.end(work, repair.owner)
    work.publish(telling.repair_rejected(known.identity, known.record, rejected, work.now))
    return rejected


def decide_repair(work: Work, command: DecideRepair) -> Repair:
    """决定: granted, the conditions are looked at once more and the record ends today.

    Refuses ``not-found`` (404), ``repair-state``, ``second-person-needed`` (409), ``repair-conditions``,
    ``invalid-content`` (422).
    """
    must_be_answerable(command)
    repair, known = _found(work, command)
    decided = repair.decided(command, work.now)
    if command.granted:
        must_all_be_met(_conditions(work, known, repair))
    work.repairs.keep(decided)
    clocks.end(work, repair.owner)
    work.publish(telling.repair_decided(known.identity, known.record, decided, work.now, granted=command.granted))
    if command.granted:
        known = known.changed(known.record.ended(RecordState.REPAIRED, work.today))
        work.publish(telling.record_repaired(known.identity, known.record, decided, work.today))
        settle(work, known.subject)
    return decided


def _found(work: Work, command: RepairCommand) -> tuple[Repair, Known]:
    repair = work.repairs.get(command.repair_id)
    if repair is None:
        raise not_found(command.repair_id, "修复申请", "application for repair")
    return repair, known_record(work, repair.record_id)


def _conditions(work: Work, known: Known, repair: Repair) -> tuple[Condition, ...]:
    return conditions(
        known.record,
        proof=repair.proof,
        commitment=repair.commitment,
        withdrawal_pending=open_one(work.withdrawals.of(repair.record_id)) is not None,
        today=work.today,
    )
