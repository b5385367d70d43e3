"""Indexes for tables that grow (增长索引): what lists, evidence and retention look for in the tables of the chassis.

Where rows come in the order they are asked for and seldom, a BRIN index does: it costs a write nothing and is summarised
by the next vacuum. The log of events and the trace ids of the audit log are found through blocks' Bloom filters.
"""

from alembic import op

_BLOOM = "text_bloom_ops (n_distinct_per_range = {distinct}, false_positive_rate = 0.001)"
STATEMENTS = (
    # The evidence of a case (chassis/dossier.py).
    f"""CREATE INDEX event_log_of_case ON event_log USING brin
        ((headers ->> 'ce-correlationid') {_BLOOM.format(distinct=200)}) WITH (pages_per_range = 32)""",
    # The audit list (chassis/audit/api.py), newest first: one index a filter; the service's own entries count too.
    "DROP INDEX audit_entry_of_principal",
    "DROP INDEX audit_entry_of_object",
    "CREATE INDEX audit_entry_by_principal ON audit_entry (principal, id)",
    "CREATE INDEX audit_entry_by_object ON audit_entry (object, id)",
    "CREATE INDEX audit_entry_by_action ON audit_entry (action, id)",
    "CREATE INDEX audit_entry_by_actor ON audit_entry (by, id) WHERE by <> ''",
    "CREATE INDEX audit_entry_by_result ON audit_entry (result, id) WHERE result <> 'DONE'",
    "CREATE INDEX audit_entry_by_request ON audit_entry (request, id) WHERE request <> ''",
    f"""CREATE INDEX audit_entry_of_trace ON audit_entry USING brin
        (correlation {_BLOOM.format(distinct=500)}) WITH (pages_per_range = 16)""",
    # The reconciler's round, every 15 seconds, and retention.
    "CREATE INDEX published_range_of_stream ON published_range (stream, stream_created)",
    "CREATE INDEX published_range_by_time ON published_range (stream, published_at)",
    "CREATE INDEX idempotency_by_time ON idempotency (created_at)",
    "CREATE INDEX dead_letter_redriven ON dead_letter (redriven_at) WHERE redriven_at IS NOT NULL",
    "CREATE INDEX notice_delivery_by_time ON notice_delivery USING brin (at)",
)


def upgrade() -> None:
    """Called by one revision of every service."""
    for statement in STATEMENTS:
        op.execute(statement)
