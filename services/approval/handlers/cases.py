"""Cases (审批办件): register statements one by one or from a file."""

from approval import outgoing, ports
from approval.domain.case import Decision, Receipt, Statement
from approval.domain.commands import RegisterCase
from approval.domain.content import must_be_sound
from approval.domain.intake import ImportCases, ImportReport, NotWritten, RowRefused
from kernel.refusal import Refusal


def register_case(work: ports.Work, command: RegisterCase) -> Receipt:
    """登记办件. Refusals: ``invalid-content``, ``case-differs``, ``revision-gap``, ``object-changed``."""
    statement = command.statement
    _must_be_sound(work, statement)
    fingerprint = statement.fingerprint(work.identity.reference)
    case = work.case(statement.source_system, statement.case_id)
    if (earlier := case.repeated(statement, fingerprint)) is not None:
        return earlier
    case.must_follow(statement)
    decision = _decide(work, statement, fingerprint)
    work.add(decision)
    work.publish(outgoing.case_told(decision))
    return case.add(decision)


def import_cases(work: ports.Work, command: ImportCases) -> ImportReport:
    """导入办件. Raises ``NotWritten`` with the report for a dry run, and for bad rows unless ``partial``."""
    receipts: list[Receipt] = []
    refused: list[RowRefused] = []
    for row, statement in command.rows:
        try:
            receipts.append(register_case(work, RegisterCase(statement)))
        except Refusal as refusal:
            refused.append(RowRefused.because(row, refusal))
    report = ImportReport.of(command, receipts, refused)
    if command.dry_run or (report.refused and not command.partial):
        raise NotWritten(report)
    return report


def _must_be_sound(work: ports.Work, statement: Statement) -> None:
    must_be_sound(
        statement,
        today=work.today,
        item_known=lambda code: work.items.get(code) is not None,
        region_known=work.region_known,
    )


def _decide(work: ports.Work, statement: Statement, fingerprint: bytes) -> Decision:
    return Decision(
        statement=statement,
        subject=statement.subject.key(work.identity.reference),
        object_version=work.object(statement.source_system, statement.object.object_no).next_version(),
        fingerprint=fingerprint,
    )
