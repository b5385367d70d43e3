"""Scopes (范围): whose an object is, one keyed statement each; what ``access.toml`` names is found here."""

from chassis.access.scopes import Lookup

_INSPECTOR = "SELECT department FROM inspector WHERE code = $1"
_PLAN = "SELECT unnest(departments || lead_department) FROM plan_version WHERE plan_no = $1"

SCOPES = {
    "task": Lookup("SELECT department FROM task WHERE task_id = CAST($1 AS uuid)", ("path.task_id",)),
    "handing-over": Lookup(_INSPECTOR, ("body.from",)),
    "inspector": Lookup(_INSPECTOR, ("path.code",)),
    "inspector-named": Lookup(_INSPECTOR, ("body.inspector",)),
    "conflict": Lookup(
        "SELECT i.department FROM inspector_conflict c JOIN inspector i ON i.code = c.inspector"
        " WHERE c.conflict_id = CAST($1 AS uuid)",
        ("path.conflict_id",),
    ),
    "visit": Lookup("SELECT department FROM site_visit WHERE visit_no = CAST($1 AS uuid)", ("path.visit_no",)),
    "complaint": Lookup(
        "SELECT department FROM complaint WHERE complaint_id = CAST($1 AS uuid)", ("path.complaint_id",)
    ),
    "publication": Lookup(
        "SELECT department FROM publication WHERE publication_no = CAST($1 AS uuid)", ("path.publication_no",)
    ),
    "plan": Lookup(_PLAN, ("path.plan_no",)),
    "plan-named": Lookup(_PLAN, ("body.plan_no",)),
    "draw": Lookup("SELECT unnest(departments) FROM draw WHERE draw_no = $1", ("path.draw_no",)),
}
"""The supervising departments."""
