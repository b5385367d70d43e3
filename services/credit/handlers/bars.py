"""Bars (限制申请): impose one by a decision, lift it before its end; at its end it ends by itself."""

from credit import outgoing
from credit.domain.bar import Bar
from credit.domain.constraint_commands import ImposeBar, LiftBar
from credit.domain.constraint_content import bar_must_be_sound, lift_must_be_sound
from credit.domain.subject import Subject
from credit.handlers.assessment import settle
from credit.handlers.registering import subject_of
from credit.outgoing import constraint as told
from credit.ports import Work
from kernel.refusal import Refusal


def impose_bar(work: Work, command: ImposeBar) -> tuple[Bar, bool]:
    """限制申请: the bar, and whether it was imposed before (then nothing changes).

    Refuses ``invalid-content``, ``item-not-public-safety`` (422), ``bar-differs`` (409).
    """
    rule = work.constraints.bars[command.kind]
    bar_must_be_sound(command, rule, work.today)
    bar = Bar(
        bar_id=command.bar_id,
        subject=command.subject.key,
        source_system=command.source_system,
        region=command.region,
        kind=command.kind,
        item_code=command.item_code,
        legal_basis=rule.legal_basis,
        document_no=command.document_no,
        starts_on=command.decided_on,
        ends_on=rule.ends(command.decided_on),
        department=command.department,
        by=command.by,
    )
    owner = work.subjects.with_bar(bar.bar_id)
    if owner:
        known = owner.bars[bar.bar_id]
        if not known.is_the_same_as(bar):
            raise _differs(known)
        return known, True
    if rule.for_item:
        _must_be_public_safety(work, command.item_code, rule.legal_basis)
    impose(work, subject_of(work, command, outgoing.party_named(command.subject), command.decided_on), bar)
    owner = work.subjects.get(bar.subject)
    return (owner.bars[bar.bar_id] if owner else bar), False


def lift_bar(work: Work, command: LiftBar) -> Bar:
    """解除限制申请, from today on. Refuses ``invalid-content``, ``not-found`` (404), ``bar-not-in-force`` (409)."""
    lift_must_be_sound(command)
    subject = work.subjects.with_bar(command.bar_id)
    if subject is None:
        zh, en = f"没有限制申请 {command.bar_id}，请核对编号", f"there is no bar {command.bar_id}; check its id"
        raise Refusal(code="not-found", zh=zh, en=en, status=404)
    return lift(work, subject, subject.bars[command.bar_id], command.by, command.reason)


def impose(work: Work, subject: Subject, bar: Bar) -> None:
    """Keep a bar, tell it, and set the day it ends by itself."""
    subject.bars[bar.bar_id] = bar
    work.publish(told.bar_imposed(subject.identity(bar.subject), bar))
    settle(work, subject)


def lift(work: Work, subject: Subject, bar: Bar, by: str, reason: str) -> Bar:
    """Lift a bar from today on, and tell it. Refuses ``bar-not-in-force`` (409)."""
    lifted = bar.lifted(work.today, by, reason)
    subject.bars[bar.bar_id] = lifted
    work.publish(told.bar_lifted(subject.identity(bar.subject), lifted))
    settle(work, subject)
    return lifted


def _must_be_public_safety(work: Work, item_code: str, article: str) -> None:
    item = work.items.get(item_code)
    if item and item.public_safety:
        return
    zh, en = ("未登记", "is not listed") if item is None else ("未标明直接关系公共安全等", "is not flagged")
    raise Refusal(
        code="item-not-public-safety",
        zh=f"事项 {item_code} {zh}；{article}只限制直接关系公共安全、人身健康、生命财产安全的事项，"
        "请核对事项编码，或先由审批在事项目录中标明",
        en=f"item {item_code} {en}; only items that directly concern public safety, health, life or property are barred: "
        "check the code, or have approval flag it in the item directory first",
    )


def _differs(known: Bar) -> Refusal:
    return Refusal(
        code="bar-differs",
        zh=f"文书 {known.document_no} 已形成自 {known.starts_on} 起的限制申请，本次日期与之不同，未作改动；"
        "请核对文书，有误的先解除再办理",
        en=f"document {known.document_no} already made a bar from {known.starts_on} and this says otherwise; nothing was "
        "changed: compare the documents, and lift the wrong one first",
        status=409,
    )
