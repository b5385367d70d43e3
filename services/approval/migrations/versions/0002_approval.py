"""The tables of approval (审批业务表) and the region codes (区划代码) of GB/T 2260.

The list names counties; the codes of their cities and provinces follow from them (4 digits + 00, 2 digits + 0000).
"""

import csv
from pathlib import Path

from alembic import op

from approval import tables

revision = "0002_approval"
down_revision = "0001_chassis"

_AREAS = Path(__file__).parents[1] / "seed" / "areas.csv"


def upgrade() -> None:
    tables.metadata.create_all(op.get_bind())
    with _AREAS.open(encoding="utf-8", newline="") as file:
        counties = {row["code"]: row["name"] for row in csv.DictReader(file)}
    above = {code[:4] + "00" for code in counties} | {code[:2] + "0000" for code in counties}
    names = dict.fromkeys(above, "") | counties
    op.bulk_insert(tables.region, [{"code": code, "name": names[code]} for code in sorted(names)])
