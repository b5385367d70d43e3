"""Sealed columns (密文列) of approval: what a rotation of keys seals again."""

from chassis.hooks.stored import SEALED as HOOKS
from chassis.resealing import EXPORT_LINES, SealedColumn
from chassis.webhooks.stored import SECRETS

_SUBJECT = {"id_type": "text", "id_no": "text"}
SEALED = (
    SealedColumn(table="subject", column="sealed_no", key=_SUBJECT, index="number_index"),
    SealedColumn(table="subject", column="sealed_name", key=_SUBJECT),
    SealedColumn(table="import_content", column="sealed", key={"batch": "text"}),
    EXPORT_LINES,
    SECRETS,
    *HOOKS,
)
