"""The fence of rows (行级安全) asks once for a statement whether everything may be seen, not for every row."""

from alembic import op

from chassis.row_security import fenced_again

revision = "0010_fence"
down_revision = "0009_read_model"

_OWN = "coalesce(nullif(department, ''), split_part(current_setting('shenguan.departments', true), ',', 1))"


def upgrade() -> None:
    for statement in (*fenced_again("task_line"), *fenced_again("told", department=_OWN)):
        op.execute(statement)
