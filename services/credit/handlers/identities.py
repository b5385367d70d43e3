"""Identities (主体身份): provisional subjects resolved, numbers of one subject merged, a wrong merger taken back."""

from contracts.approval import CaseDecided
from credit import outgoing
from credit.domain.commands import SYSTEM, MergeSubject, SplitSubject
from credit.domain.holder import ObjectHolder, provisional_key
from credit.domain.subject import Subject
from credit.handlers.annulments import heed_annulment
from credit.handlers.assessment import settle
from credit.handlers.registering import subject_of
from credit.ports import Work
from kernel.refusal import Fault, Refusal, malformed
from kernel.subject import SubjectKey

_RESOLVED = "许可决定已指明对象的持有人 / a decision names the holder of the object"


def on_case_decided(work: Work, event: CaseDecided) -> None:
    """审批办件已决定: whose the object is; inspections before that were kept under a provisional subject.

    An annulment for deceit bars the holder. Refuses ``item-behind``.
    """
    heed_annulment(work, event)
    holder = ObjectHolder(
        source_system=event.source_system,
        object_no=event.object.object_no,
        subject=outgoing.key_of(event.subject),
        kind=event.subject.kind,
        name=event.subject.name,
        region=event.region,
        named_on=event.decided_on,
        object_version=event.object_version,
    )
    known = work.holders.get(holder.source_system, holder.object_no)
    if known is None or holder.object_version < known.object_version:
        work.holders.keep(holder)
    if work.subjects.get(holder.subject):
        subject_of(work, event, event.subject, event.decided_on)
    resolve_provisional(work, holder.source_system, holder.object_no)


def resolve_provisional(work: Work, source_system: str, object_no: str) -> None:
    """Merge the provisional subject of an object into its holder, as soon as both are known (临时主体归并)."""
    key = provisional_key(source_system, object_no)
    holder, provisional = work.holders.get(source_system, object_no), work.subjects.get(key)
    if holder is None or provisional is None or provisional.root.key != key or holder.subject == key:
        return
    into = work.subjects.get(holder.subject) or _registered(work, holder)
    # Somebody may have merged the holder into the provisional one by hand: they are one already.
    if into is not provisional:
        _merge(work, provisional, into, SYSTEM, _RESOLVED)


def merge_subject(work: Work, command: MergeSubject) -> Subject:
    """合并主体: the subject both are from now on.

    Refuses ``not-found`` (404), ``already-merged``, ``merged-elsewhere`` (409), ``invalid-content``.
    """
    _must_say_why(command.by, command.reason)
    subject, into = _found(work, command.subject, "/subject"), _found(work, command.into, "/into")
    if subject is into:
        zh, en = "两个身份已是同一主体，无需再合并", "both are one subject already; there is nothing to merge"
        raise Refusal(code="already-merged", zh=zh, en=en, status=409)
    if subject.root.key != command.subject:
        zh = f"{command.subject} 已并入 {subject.root.key}；请先拆分，或合并 {subject.root.key}"
        en = f"{command.subject} was merged into {subject.root.key}; split it first, or merge {subject.root.key}"
        raise Refusal(code="merged-elsewhere", zh=zh, en=en, status=409)
    if subject.root.kind != into.root.kind:
        zh, en = (
            "组织与自然人不能合并，请核对两个号码",
            "an organisation and a person cannot be one; check both numbers",
        )
        raise malformed([Fault(pointer="/into", zh=zh, en=en)])
    _merge(work, subject, into, command.by, command.reason)
    return into


def split_subject(work: Work, command: SplitSubject) -> Subject:
    """拆分主体: the identity as a subject of its own again. Refuses ``not-found``, ``not-merged``, ``invalid-content``."""
    _must_say_why(command.by, command.reason)
    subject = _found(work, command.subject, "/subject")
    if subject.root.key == command.subject:
        zh = f"{command.subject} 未并入其他主体，无需拆分"
        en = f"{command.subject} was not merged into another subject; there is nothing to split"
        raise Refusal(code="not-merged", zh=zh, en=en, status=409)
    own = subject.release(command.subject)
    facts = {"out_of": str(subject.root.key)}
    work.publish(outgoing.split(own.root, subject.root, command.by, command.reason, work.now))
    work.subjects.note(command.subject, "SPLIT", command.by, command.reason, facts)
    settle(work, subject)
    settle(work, own)
    return own


def _merge(work: Work, subject: Subject, into: Subject, by: str, reason: str) -> None:
    into.absorb(subject)
    work.publish(outgoing.merged(subject.root, into.root, by, reason, work.now))
    work.subjects.note(subject.root.key, "MERGED", by, reason, {"into": str(into.root.key)})
    settle(work, into)


def _registered(work: Work, holder: ObjectHolder) -> Subject:
    return subject_of(work, holder, outgoing.party_of(holder), holder.named_on)


def _found(work: Work, key: SubjectKey, pointer: str) -> Subject:
    subject = work.subjects.get(key)
    if subject is None:
        raise no_such_subject(key, pointer)
    return subject


def no_such_subject(key: SubjectKey, pointer: str = "") -> Refusal:
    """没有该主体: ``not-found`` (404)."""
    zh = f"信用服务中没有主体 {key}，请核对证件类型与号码；主体自首次检查办结或首条记录起登记"
    en = f"credit knows no subject {key}; check type and number: it is known from its first inspection or record on"
    faults = (Fault(pointer=pointer, zh=zh, en=en),) if pointer else ()
    return Refusal(code="not-found", zh=zh, en=en, faults=faults, status=404)


def _must_say_why(by: str, reason: str) -> None:
    named = (("/by", by, "经办人编码", "the code of who does it"), ("/reason", reason, "理由", "the reason"))
    faults = [
        Fault(pointer=p, zh=f"必填，请填写{zh}", en=f"is required: {en}") for p, said, zh, en in named if not said
    ]
    if faults:
        raise malformed(faults)
