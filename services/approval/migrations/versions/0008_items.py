"""Items say whether they concern public safety and count their changes; a decision says whether deceit annulled it.

Version 0: not told to the others yet; the service tells it when it starts (``handlers/items.py:tell_items``).
"""

from alembic import op

revision = "0008_items"
down_revision = "0007_answers"

STATEMENTS = (
    "ALTER TABLE item ADD COLUMN public_safety boolean NOT NULL DEFAULT false",
    """ALTER TABLE item ADD COLUMN version integer NOT NULL DEFAULT 0
        CONSTRAINT item_version_check CHECK (version >= 0)""",
    "ALTER TABLE decision ADD COLUMN by_deceit boolean NOT NULL DEFAULT false",
    "COMMENT ON COLUMN item.public_safety IS '直接关系公共安全、人身健康、生命财产安全'",
    "COMMENT ON COLUMN item.version IS '第几次变更; 0 = not told to the others yet'",
    "COMMENT ON COLUMN decision.by_deceit IS '以欺骗、贿赂等不正当手段取得 (许可法69)'",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
