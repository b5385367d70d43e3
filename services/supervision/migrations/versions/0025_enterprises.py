"""What an enterprise has to put right (企业的整改): found by its number, of the few tasks under rectification alone."""

from alembic import op

revision = "0025_enterprises"
down_revision = "0024_paper_signature"

STATEMENT = "CREATE INDEX task_rectifying_of_subject ON task (id_no, id_type, task_id) WHERE state = 'RECTIFYING'"


def upgrade() -> None:
    op.execute(STATEMENT)
