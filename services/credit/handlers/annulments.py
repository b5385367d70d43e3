"""Annulments (撤销许可): one for deceit bars the holder from the item by itself; a correction takes the bar back."""

from contracts.approval import CaseDecided
from credit import outgoing
from credit.domain.annulment import Annulment
from credit.domain.bar import Bar, BarState, bar_id_of
from credit.domain.commands import SYSTEM
from credit.handlers.bars import impose, lift
from credit.handlers.registering import subject_of
from credit.ports import Work
from kernel.credit import BarKind
from kernel.decision import DecisionKind
from kernel.refusal import Refusal

_CORRECTED = "撤销决定已更正 / the annulment was corrected"


def heed_annulment(work: Work, event: CaseDecided) -> None:
    """以欺骗取得许可被撤销: three years no application for the same item (行政许可法第七十九条), once per decision.

    The newest revision of a case holds, in whatever order they come. Refuses ``item-behind`` (retryable).
    """
    if not may_bar(event):
        return
    deceit = event.kind is DecisionKind.ANNUL and event.by_deceit
    known = work.annulments.get(event.source_system, event.case_id)
    if known and known.revision >= event.revision:
        return
    wanted = _wanted(work, event) if deceit else None
    owner = work.subjects.with_bar(known.bar_id) if known and known.bar_id else None
    standing = owner.bars[known.bar_id] if known and owner else None
    if owner and standing and not (wanted and _same(standing, wanted)):
        if standing.state is BarState.IN_FORCE and not standing.overdue_on(work.today):
            lift(work, owner, standing, SYSTEM, _CORRECTED)
        standing = None
    if wanted and standing is None:
        impose(work, subject_of(work, event, event.subject, event.decided_on), wanted)
        standing = wanted
    kept = Annulment(
        source_system=event.source_system,
        case_id=event.case_id,
        revision=event.revision,
        by_deceit=deceit,
        bar_id=standing.bar_id if standing else "",
    )
    work.annulments.keep(kept)


def may_bar(event: CaseDecided) -> bool:
    """True for an annulment for deceit, and for every correction: it may take one back."""
    return event.revision > 1 or (event.kind is DecisionKind.ANNUL and event.by_deceit)


def _wanted(work: Work, event: CaseDecided) -> Bar | None:
    """The bar an annulment for deceit makes; None for an item that is not flagged."""
    item = work.items.get(event.item_code)
    if item is None:
        raise Refusal(
            code="item-behind",
            zh=f"事项 {event.item_code} 尚未由审批告知，稍后自动重试；仍未处理的，请核对审批的事项目录后重投",
            en=f"approval has not told of item {event.item_code} yet; it is tried again, else check its item directory",
            retryable=True,
        )
    if not item.public_safety:
        return None
    rule = work.constraints.bars[BarKind.ANNULMENT]
    return Bar(
        bar_id=bar_id_of("decision", event.source_system, event.case_id, str(event.revision)),
        subject=outgoing.key_of(event.subject),
        source_system=event.source_system,
        region=event.region,
        kind=BarKind.ANNULMENT,
        item_code=event.item_code,
        legal_basis=rule.legal_basis,
        document_no=event.licence_no or event.case_id,
        starts_on=event.decided_on,
        ends_on=rule.ends(event.decided_on),
        department="",
        by=SYSTEM,
    )


def _same(standing: Bar, wanted: Bar) -> bool:
    return (standing.subject, standing.item_code, standing.starts_on) == (
        wanted.subject,
        wanted.item_code,
        wanted.starts_on,
    )
