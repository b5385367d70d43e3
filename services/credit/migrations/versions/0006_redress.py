"""Repair, objection and withdrawal of records (信用修复、异议、撤销): numbered per record, one of each open at most."""

from alembic import op

revision = "0006_redress"
down_revision = "0005_credit_whole"


def _statements(name: str, columns: str, states: str, opened: str) -> tuple[str, ...]:
    return (
        f"""CREATE TABLE {name} (
            {name}_id uuid PRIMARY KEY, seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
            record_id uuid NOT NULL REFERENCES credit_record (record_id), number int NOT NULL, state text NOT NULL,
            {columns},
            CONSTRAINT {name}_number UNIQUE (record_id, number),
            CONSTRAINT {name}_state CHECK (state IN ({states})))""",
        f"CREATE UNIQUE INDEX {name}_open ON {name} (record_id) WHERE state IN ({opened})",
        f"COMMENT ON COLUMN {name}.seq IS 'order, for pages'",
        f"COMMENT ON COLUMN {name}.number IS 'the how manieth on its record'",
    )


STATEMENTS = (
    *_statements(
        "repair",
        """proof jsonb NOT NULL, commitment text NOT NULL, applied_by text NOT NULL, applied_at timestamptz NOT NULL,
            accepted_by text NOT NULL, accepted_at timestamptz, decided_by text NOT NULL, decided_at timestamptz,
            reason text NOT NULL""",
        "'APPLIED', 'ACCEPTED', 'REJECTED', 'GRANTED', 'DENIED'",
        "'APPLIED', 'ACCEPTED'",
    ),
    *_statements(
        "objection",
        """reason text NOT NULL, evidence jsonb NOT NULL, lodged_by text NOT NULL, lodged_at timestamptz NOT NULL,
            provider text NOT NULL, forwarded_by text NOT NULL, forwarded_at timestamptz, decided_by text NOT NULL,
            decided_at timestamptz, decision text NOT NULL, review_by text NOT NULL, review_at timestamptz,
            review_reason text NOT NULL, reviewed_by text NOT NULL, reviewed_at timestamptz,
            review_decision text NOT NULL""",
        "'LODGED', 'FORWARDED', 'REJECTED', 'IN_REVIEW', 'UPHELD'",
        "'LODGED', 'FORWARDED', 'IN_REVIEW'",
    ),
    *_statements(
        "withdrawal",
        """reason text NOT NULL, document_no text NOT NULL, requested_by text NOT NULL,
            requested_at timestamptz NOT NULL, ended_by text NOT NULL, ended_at timestamptz,
            ended_reason text NOT NULL""",
        "'REQUESTED', 'CONFIRMED', 'CANCELLED'",
        "'REQUESTED'",
    ),
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
