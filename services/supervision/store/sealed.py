"""Sealed columns (密文列) of supervision: what a rotation of keys seals again."""

from chassis.hooks.stored import SEALED as HOOKS
from chassis.resealing import EXPORT_LINES, SealedColumn
from chassis.webhooks.stored import SECRETS

SEALED = (
    SealedColumn(table="signature", column="sealed_name", key={"signature_id": "uuid"}),
    SealedColumn(table="complaint", column="sealed_name", key={"complaint_id": "uuid"}),
    SealedColumn(table="complaint", column="sealed_contact", key={"complaint_id": "uuid"}),
    SealedColumn(table="draw", column="sealed_secret", key={"draw_no": "text"}),
    EXPORT_LINES,
    SECRETS,
    *HOOKS,
)
