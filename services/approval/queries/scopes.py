"""Scopes (范围): whose an object is, one keyed statement each; what ``access.toml`` names is found here."""

from chassis.access.scopes import Lookup

SCOPES = {
    "feedback": Lookup(
        "SELECT i.department FROM feedback f JOIN decision d USING (source_system, case_id)"
        " JOIN item i USING (item_code) WHERE f.feedback_id = CAST($1 AS uuid)",
        ("path.feedback_id",),
    ),
}
"""The approving department of what was asked about."""
