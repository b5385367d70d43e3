"""Withdrawals (撤销记录): request, confirm by a second person, or cancel. Until confirmed the record stays in use."""

from credit.domain.procedure import LONGEST_CODE, Said, by_whom, must_be_said, open_one, why
from credit.domain.process import DeadlineKind
from credit.domain.withdrawal import CancelWithdrawal, ConfirmWithdrawal, Withdrawal, WithdrawRecord
from credit.handlers import clocks
from credit.handlers.assessment import settle
from credit.handlers.known import known_record
from credit.outgoing import redress as telling
from credit.ports import Work
from kernel.refusal import Refusal


def withdraw_record(work: Work, command: WithdrawRecord) -> Withdrawal:
    """申请撤销: its source was annulled or corrected, by the document named.

    Refuses ``not-found`` (404), ``record-not-active``, ``withdrawal-open`` (409), ``invalid-content``.
    """
    document = Said("/document_no", command.document_no, "撤销或更正文书号", "the document that says so", LONGEST_CODE)
    must_be_said(by_whom(command.by), why(command.reason), document)
    known = known_record(work, command.record_id)
    known.record.must_be_active(work.today)
    former = work.withdrawals.of(command.record_id)
    if open_one(former):
        raise Refusal(
            code="withdrawal-open",
            zh="该记录的撤销已在等候确认，请由另一人确认或先取消",
            en="a withdrawal of the record waits for its confirmation; confirm it as another person, or cancel it",
            status=409,
        )
    withdrawal = Withdrawal.requested(command, len(former) + 1, work.now)
    work.withdrawals.keep(withdrawal)
    deadline = clocks.start(work, withdrawal.owner, DeadlineKind.WITHDRAW)
    work.publish(telling.withdrawal_requested(known.identity, known.record, withdrawal, deadline.due_on))
    return withdrawal


def confirm_withdrawal(work: Work, command: ConfirmWithdrawal) -> Withdrawal:
    """确认撤销: the record never was.

    Refuses ``not-found`` (404), ``withdrawal-not-open``, ``second-person-needed``, ``record-not-active`` (409).
    """
    must_be_said(by_whom(command.by))
    known = known_record(work, command.record_id)
    pending = _pending(work, command.record_id)
    confirmed = pending.confirmed(command.by, work.now)
    record = known.record.withdrawn(work.today)
    work.withdrawals.keep(confirmed)
    clocks.end(work, pending.owner)
    known = known.changed(record)
    persons = (pending.requested_by, command.by)
    work.publish(
        telling.record_withdrawn(
            known.identity, record, reason=pending.reason, persons=persons, document_no=pending.document_no
        )
    )
    settle(work, known.subject)
    return confirmed


def cancel_withdrawal(work: Work, command: CancelWithdrawal) -> Withdrawal:
    """取消撤销申请. Refuses ``not-found`` (404), ``withdrawal-not-open`` (409), ``invalid-content``."""
    must_be_said(by_whom(command.by), why(command.reason))
    known = known_record(work, command.record_id)
    cancelled = _pending(work, command.record_id).cancelled(command.by, command.reason, work.now)
    work.withdrawals.keep(cancelled)
    clocks.void(work, cancelled.owner)
    work.publish(telling.withdrawal_cancelled(known.identity, known.record, cancelled, work.now))
    return cancelled


def _pending(work: Work, record_id: str) -> Withdrawal:
    pending = open_one(work.withdrawals.of(record_id))
    if pending is None:
        raise Refusal(
            code="withdrawal-not-open",
            zh="该记录没有待确认的撤销，请先申请撤销",
            en="no withdrawal of the record waits for a confirmation; request one first",
            status=409,
        )
    return pending
