"""Tables (数据表) of supervision as SQLAlchemy Core: for queries, and for the reader. Migrations make them."""

from supervision.tables.catalogue import catalogue_version
from supervision.tables.complaints import complaint, complaint_look
from supervision.tables.draws import draw, draw_pool, draw_receipt, draw_replacement, drawn_object
from supervision.tables.feedback import feedback
from supervision.tables.inspections import finding, inspection
from supervision.tables.officers import (
    evidence,
    evidence_blob,
    evidence_chunk,
    inspector,
    inspector_conflict,
    signature,
)
from supervision.tables.plans import matter, plan_change, plan_urging, plan_version
from supervision.tables.publicity import publication, publication_change
from supervision.tables.register import department, person, subject_grade, supervised_object
from supervision.tables.registry import metadata
from supervision.tables.risk import object_risk, risk_change, risk_override
from supervision.tables.tasks import applied_decision, task, task_change
from supervision.tables.visits import site_visit, site_visit_change, site_visit_rating, visit_count
from supervision.tables.watch import alert, alert_tally, subject_visit

__all__ = [
    "alert",
    "alert_tally",
    "applied_decision",
    "catalogue_version",
    "complaint",
    "complaint_look",
    "department",
    "draw",
    "draw_pool",
    "draw_receipt",
    "draw_replacement",
    "drawn_object",
    "evidence",
    "evidence_blob",
    "evidence_chunk",
    "feedback",
    "finding",
    "inspection",
    "inspector",
    "inspector_conflict",
    "matter",
    "metadata",
    "object_risk",
    "person",
    "plan_change",
    "plan_urging",
    "plan_version",
    "publication",
    "publication_change",
    "risk_change",
    "risk_override",
    "signature",
    "site_visit",
    "site_visit_change",
    "site_visit_rating",
    "subject_grade",
    "subject_visit",
    "supervised_object",
    "task",
    "task_change",
    "visit_count",
]
