"""Lists and bars as they are told (名单、限制申请的对外事件). What people write about natural persons stays in credit's tables."""

from datetime import date
from typing import Any

from contracts import constraint as facts
from credit.domain.bar import Bar
from credit.domain.commands import SYSTEM
from credit.domain.list_entry import ListEntry
from credit.domain.record import CreditRecord
from credit.domain.subject import Identity
from credit.outgoing import party
from kernel.subject import SubjectKind


def list_entered(
    identity: Identity, record: CreditRecord, entry: ListEntry, measures: tuple[str, ...]
) -> facts.ListEntered:
    """已列入名单, about the identity the source named."""
    return facts.ListEntered(
        **_of_entry(identity, record, entry),
        record_id=record.record_id,
        legal_basis=entry.legal_basis,
        document_no=record.document_no,
        entered_on=record.occurred_on,
        until=record.max_until,
        exit_conditions=entry.exit_conditions,
        measures=measures,
        department=record.department,
        notice_document=entry.notice_document,
        by=entry.by,
    )


def list_left(identity: Identity, record: CreditRecord, entry: ListEntry) -> facts.ListLeft:
    """已移出名单."""
    return facts.ListLeft(
        **_of_entry(identity, record, entry),
        left_on=entry.left_on or date.max,
        reason=_reason(identity, entry.left_by, entry.left_reason),
        by=entry.left_by,
    )


def bar_imposed(identity: Identity, bar: Bar) -> facts.BarImposed:
    """已限制申请, about the identity the decision named."""
    return facts.BarImposed(
        **_of_bar(identity, bar),
        legal_basis=bar.legal_basis,
        document_no=bar.document_no,
        starts_on=bar.starts_on,
        ends_on=bar.ends_on,
        department=bar.department,
        by=bar.by,
    )


def bar_lifted(identity: Identity, bar: Bar) -> facts.BarLifted:
    """限制申请已解除."""
    return facts.BarLifted(
        **_of_bar(identity, bar),
        lifted_on=bar.ended_on or date.max,
        reason=_reason(identity, bar.ended_by, bar.ended_reason),
        by=bar.ended_by,
    )


def bar_ended(identity: Identity, bar: Bar) -> facts.BarEnded:
    """限制申请已期满."""
    return facts.BarEnded(
        **_of_bar(identity, bar),
        ended_on=bar.ended_on or date.max,
    )


def _of_entry(identity: Identity, record: CreditRecord, entry: ListEntry) -> dict[str, Any]:
    """What every event about an entry begins with."""
    return {
        "source_system": record.source_system,
        "region": record.region,
        "subject": party(identity),
        "entry_id": entry.entry_id,
        "list": record.kind,
    }


def _of_bar(identity: Identity, bar: Bar) -> dict[str, Any]:
    """What every event about a bar begins with."""
    return {
        "source_system": bar.source_system,
        "region": bar.region,
        "subject": party(identity),
        "bar_id": bar.bar_id,
        "kind": bar.kind,
        "item_code": bar.item_code,
    }


def _reason(identity: Identity, by: str, reason: str) -> str:
    """Why, as it may travel: what somebody wrote of a natural person might name the person."""
    return "" if identity.kind == SubjectKind.PERSON and by != SYSTEM else reason
