"""What supervision tells of site visits (入企检查事件)."""

from contracts import visit as contract
from contracts.event import Object
from supervision.domain.visits import SiteVisit, VisitChange
from supervision.outgoing.chain import subject_of


def visit_changed(visit: SiteVisit, change: VisitChange) -> contract.VisitChanged:
    """入企检查已变化."""
    return contract.VisitChanged(
        source_system=visit.source_system,
        region=visit.region,
        subject=subject_of(visit.holder),
        object=Object(object_no=visit.object_no, name=visit.object_name, address=visit.object_address),
        visit_no=visit.visit_no,
        number=visit.number,
        joint_no=visit.joint_no,
        version=visit.version,
        act=change.act,
        state=change.after,
        previous=change.before,
        department=visit.department,
        level=visit.level,
        kind=visit.kind,
        day=visit.day,
        officers=visit.officers,
        tasks=visit.tasks,
        inspections=visit.inspections,
        exemption=visit.exemption,
        consumes=visit.consumes,
        unannounced=visit.unannounced,
        over_cap=visit.over_cap,
        by=change.by,
        at=change.at,
        reason=change.reason,
    )
