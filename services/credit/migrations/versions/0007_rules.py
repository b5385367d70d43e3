"""Editions of the rules (信用规则版本): drafted, submitted, published by a second person."""

from alembic import op

revision = "0007_rules"
down_revision = "0006_redress"

STATEMENTS = (
    """CREATE TABLE rules_edition (
        version text PRIMARY KEY, effective_from date NOT NULL, content text NOT NULL, digest text NOT NULL,
        state text NOT NULL, drafted_by text NOT NULL, drafted_at timestamptz NOT NULL, submitted_by text NOT NULL,
        submitted_at timestamptz, published_by text NOT NULL, published_at timestamptz, publication int UNIQUE,
        CONSTRAINT rules_edition_state CHECK (state IN ('DRAFT', 'SUBMITTED', 'PUBLISHED')),
        CONSTRAINT rules_edition_submitted CHECK (
            (submitted_by <> '') = (state <> 'DRAFT') AND (submitted_at IS NOT NULL) = (state <> 'DRAFT')),
        CONSTRAINT rules_edition_published CHECK (
            (published_by <> '') = (state = 'PUBLISHED') AND (published_at IS NOT NULL) = (state = 'PUBLISHED')
            AND (publication IS NOT NULL) = (state = 'PUBLISHED')),
        CONSTRAINT rules_edition_two_persons CHECK (
            published_by = '' OR published_by NOT IN (drafted_by, submitted_by)))""",
    "COMMENT ON COLUMN rules_edition.content IS 'canonical JSON, as told and hashed'",
    "COMMENT ON COLUMN rules_edition.digest IS 'SHA-256 of content'",
    "COMMENT ON COLUMN rules_edition.publication IS 'the how manieth published edition this is'",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
