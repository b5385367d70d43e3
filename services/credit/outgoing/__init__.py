"""Outgoing (对外事件): from facts of the domain to events of the contract. The only place that knows both shapes.

Lists and bars are told by ``constraint``.
"""

from datetime import date, datetime

from contracts import credit as facts
from contracts.event import Subject as Party
from credit.domain.constraint_commands import Named
from credit.domain.holder import ObjectHolder
from credit.domain.record import CreditRecord
from credit.domain.rules_edition import RulesEdition
from credit.domain.subject import GradeChange, Identity
from kernel.subject import SubjectKey


def key_of(party: Party) -> SubjectKey:
    """Whom an event is about (主体标识)."""
    return SubjectKey(party.id_type, party.id_no)


def party(identity: Identity) -> Party:
    """An identity as it travels."""
    return Party(id_type=identity.key.id_type, id_no=identity.key.id_no, kind=identity.kind, name=identity.name)


def party_of(holder: ObjectHolder) -> Party:
    """The holder of an object as it travels."""
    return Party(id_type=holder.subject.id_type, id_no=holder.subject.id_no, kind=holder.kind, name=holder.name)


def party_named(named: Named) -> Party:
    """Whom a command names, as it travels."""
    return Party(id_type=named.key.id_type, id_no=named.key.id_no, kind=named.kind, name=named.name)


def registered(identity: Identity) -> facts.SubjectRegistered:
    """信用主体已登记."""
    return facts.SubjectRegistered(
        source_system=identity.source_system,
        region=identity.region,
        subject=party(identity),
        named_on=identity.named_on,
    )


def renamed(identity: Identity, previous: str) -> facts.SubjectRenamed:
    """主体名称已变更."""
    return facts.SubjectRenamed(
        source_system=identity.source_system,
        region=identity.region,
        subject=party(identity),
        previous_name=previous,
        named_on=identity.named_on,
    )


def merged(identity: Identity, into: Identity, by: str, reason: str, at: datetime) -> facts.SubjectMerged:
    """主体已合并."""
    return facts.SubjectMerged(
        source_system=identity.source_system,
        region=identity.region,
        subject=party(identity),
        into=party(into),
        version=identity.identity_version,
        by=by,
        reason=reason,
        at=at,
    )


def split(identity: Identity, out_of: Identity, by: str, reason: str, at: datetime) -> facts.SubjectSplit:
    """主体已拆分."""
    return facts.SubjectSplit(
        source_system=identity.source_system,
        region=identity.region,
        subject=party(identity),
        out_of=party(out_of),
        version=identity.identity_version,
        by=by,
        reason=reason,
        at=at,
    )


def record_added(identity: Identity, record: CreditRecord, entered_by: str = "") -> facts.RecordAdded:
    """信用记录已归集, about the identity the source named; ``entered_by``: who entered it by hand."""
    return facts.RecordAdded(
        source_system=record.source_system,
        region=record.region,
        subject=party(identity),
        record_id=record.record_id,
        record_class=record.record_class,
        inspection_no=record.inspection_no,
        occurred_on=record.occurred_on,
        kind=record.kind,
        rule=record.rule,
        number=record.number,
        document_no=record.document_no,
        document_on=record.document_on,
        public=record.public,
        min_until=record.min_until,
        max_until=record.max_until,
        repairable=record.repairable,
        department=record.department,
        object_no=record.object_no,
        item_code=record.item_code,
        detail=record.detail,
        entered_by=entered_by,
    )


def record_expired(identity: Identity, record: CreditRecord) -> facts.RecordExpired:
    """信用记录已期满."""
    return facts.RecordExpired(
        source_system=record.source_system,
        region=record.region,
        subject=party(identity),
        record_id=record.record_id,
        expired_on=record.ended_on or date.max,
    )


def grade_changed(change: GradeChange) -> facts.GradeChanged:
    """信用等级已变化. Source and region are the identity's own: a reader counts it where credit does."""
    identity, found = change.identity, change.assessment
    return facts.GradeChanged(
        source_system=identity.source_system,
        subject=party(identity),
        region=identity.region,
        version=identity.version,
        grade=found.grade,
        previous=change.previous,
        score=found.score,
        scorecard=found.scorecard,
        reasons=tuple(facts.Reason(record_id=r.record_id, points=r.points, text=r.text) for r in found.reasons),
        assessed_on=found.assessed_on,
    )


def rules_published(edition: RulesEdition, region: str) -> facts.RulesPublished:
    """信用规则已发布, whole."""
    return facts.RulesPublished(
        source_system="credit",
        region=region,
        version=edition.version,
        effective_from=edition.rules.effective_from,
        drafted_by=edition.drafted_by,
        published_by=edition.published_by,
        content=edition.content,
        digest=edition.digest,
    )
