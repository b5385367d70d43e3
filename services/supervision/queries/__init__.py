"""Queries (查询): SQL straight to the answer, read only.

``chain`` what was decided and found, ``catalogue`` its versions, ``officers`` who checks and what they bring,
``process`` how a task is handled, ``risk`` how closely an object is supervised, ``plans`` what is checked at random,
``draws`` what was drawn, ``publicity`` and ``public_results`` what is shown to everybody.
"""

from chassis.rows import (
    Row,
)
from supervision.queries.catalogue import (
    VERSION_LIFE,
    catalogue_content,
    catalogue_versions,
    items_decided,
    open_tasks_made_by,
    open_tasks_of_links,
    past_decisions,
)
from supervision.queries.chain import (
    alerts,
    decisions,
    feedback,
    figures,
    grade,
    ledger,
    objects,
    one_task,
    tasks,
)
from supervision.queries.draws import (
    draw_replacements,
    drawn_objects,
    drawn_publicly,
    draws,
    one_draw,
    pool_content,
    receipt_content,
)
from supervision.queries.officers import (
    conflicts,
    departments,
    evidence_content,
    evidence_of,
    has_task,
    inspectors,
    one_evidence,
    signatures_of,
)
from supervision.queries.plans import (
    able_inspectors,
    class_counts,
    listed_objects,
    matters,
    objects_in,
    plan_history,
    plan_versions,
    plans,
)
from supervision.queries.process import WHOSE
from supervision.queries.public_results import public_edition, public_result, public_results
from supervision.queries.publicity import one_publication, publications, publicity_coverage, share_of
from supervision.queries.risk import override_shown, risk_classes, risk_explained, risk_of
from supervision.queries.scopes import SCOPES

__all__ = [
    "SCOPES",
    "VERSION_LIFE",
    "WHOSE",
    "Row",
    "able_inspectors",
    "alerts",
    "catalogue_content",
    "catalogue_versions",
    "class_counts",
    "conflicts",
    "decisions",
    "departments",
    "draw_replacements",
    "drawn_objects",
    "drawn_publicly",
    "draws",
    "evidence_content",
    "evidence_of",
    "feedback",
    "figures",
    "grade",
    "has_task",
    "inspectors",
    "items_decided",
    "ledger",
    "listed_objects",
    "matters",
    "objects",
    "objects_in",
    "one_draw",
    "one_evidence",
    "one_publication",
    "one_task",
    "open_tasks_made_by",
    "open_tasks_of_links",
    "override_shown",
    "past_decisions",
    "plan_history",
    "plan_versions",
    "plans",
    "pool_content",
    "public_edition",
    "public_result",
    "public_results",
    "publications",
    "publicity_coverage",
    "receipt_content",
    "risk_classes",
    "risk_explained",
    "risk_of",
    "share_of",
    "signatures_of",
    "tasks",
]
