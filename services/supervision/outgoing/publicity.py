"""What supervision tells of the publicity of results (公示事件)."""

from datetime import date, datetime
from typing import Any

from contracts import publicity as contract
from kernel.masking import presentable
from supervision.domain.publicity.commands import CorrectPublication, WithdrawPublication
from supervision.domain.publicity.publication import Publication
from supervision.domain.task import Task
from supervision.outgoing.chain import about, subject_of


def publicised(task: Task, publication: Publication, by: str, at: datetime, due_on: date) -> contract.ResultPublicised:
    """抽查结果已公示."""
    content = publication.content
    return contract.ResultPublicised(
        **_said(task, publication, by, at),
        matter_code=content.matter_code,
        matter_name=content.matter_name,
        inspected_on=content.inspected_on,
        result_class=content.result_class,
        due_on=due_on,
    )


def corrected(
    task: Task, before: Publication, after: Publication, command: CorrectPublication, at: datetime
) -> contract.ResultCorrected:
    """公示已更正."""
    return contract.ResultCorrected(
        **_said(task, after, command.by, at),
        cause=command.cause,
        reason=_words(after, command.reason),
        previous_class=before.content.result_class,
        matter_name=after.content.matter_name,
        inspected_on=after.content.inspected_on,
        result_class=after.content.result_class,
    )


def withdrawn(
    task: Task, publication: Publication, command: WithdrawPublication, at: datetime
) -> contract.ResultWithdrawn:
    """公示已撤下."""
    said = _said(task, publication, command.by, at)
    return contract.ResultWithdrawn(**said, cause=command.cause, reason=_words(publication, command.reason))


def _words(publication: Publication, text: str) -> str:
    """What somebody wrote, as it may travel: of a natural person nothing, it might name the person."""
    return "" if publication.natural else presentable(text)


def _said(task: Task, publication: Publication, by: str, at: datetime) -> dict[str, Any]:
    """What every event about a publication begins with; the holder is the one of the day of the inspection."""
    return {
        **about(task),
        "subject": subject_of(publication.holder),
        "publication_no": publication.publication_no,
        "version": publication.version,
        "inspection_no": publication.inspection_no,
        "by": by,
        "at": at,
    }
