"""Publications in doubt (存疑的公示): found by themselves, there are few; those to be put right in time are looked for every day."""

from alembic import op

revision = "0029_publications_in_doubt"
down_revision = "0028_search"


def upgrade() -> None:
    op.execute("CREATE INDEX publication_in_doubt ON publication (publication_no) WHERE doubt IS NOT NULL")
