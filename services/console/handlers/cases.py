"""Cases (办件): what was decided, and what supervision made of it."""

from console.ports import Heard, Work
from contracts.approval import CaseDecided
from contracts.supervision import ApprovalUnmatched


def decided(work: Work, heard: Heard, event: CaseDecided) -> None:
    """A case as its newest statement says it."""
    work.keep(
        "decided",
        heard.id,
        *(event.source_system, event.case_id),
        revision=event.revision,
        kind=event.kind.value,
        item_code=event.item_code,
        decided_on=event.decided_on,
        valid_to=event.valid_to,
        existing=event.existing,
        commitment=event.commitment,
        licence_no=event.licence_no,
        id_type=event.subject.id_type,
        id_no=event.subject.id_no,
        subject_kind=event.subject.kind,
        subject_name=event.subject.name,
        object_no=event.object.object_no,
        object_name=event.object.name,
        region=event.region,
    )


def unmatched(work: Work, heard: Heard, event: ApprovalUnmatched) -> None:
    """No link was in force for the case (未匹配)."""
    work.keep("unmatched", heard.id, event.source_system, event.case_id)
