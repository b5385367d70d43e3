"""A signature on paper (纸质签名): the record was printed and signed by hand, so there is no picture of it."""

from alembic import op

revision = "0024_paper_signature"
down_revision = "0023_fence"

STATEMENTS = (
    "ALTER TABLE signature ADD COLUMN on_paper boolean NOT NULL DEFAULT false",
    "ALTER TABLE signature DROP CONSTRAINT signature_refused",
    (
        "ALTER TABLE signature ADD CONSTRAINT signature_refused CHECK ("
        "(refused OR on_paper) = (evidence IS NULL) AND refused = (reason <> ''))"
    ),
    "ALTER TABLE signature ADD CONSTRAINT signature_on_paper CHECK (NOT (refused AND on_paper))",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
