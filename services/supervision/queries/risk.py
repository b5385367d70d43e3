"""What is asked of risk classes (风险分级查询): why an object has its class, what people ordered, how many have which."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row, filtered, rows_of
from kernel.risk import RiskClass
from supervision.domain.risk_override import RiskOverride
from supervision.tables import object_risk, risk_change, risk_override

_LATEST = 50
"""Changes that are shown with an object."""
_RISK = [
    object_risk.c[name]
    for name in ("risk_class", "item_risk", "grade", "items", "reasons", "table_version", "version", "since")
]
_CHANGE = [column for column in risk_change.c if column.name not in {"source_system", "object_no", "number"}]
_NAMES = {"valid_from": "from", "valid_to": "until"}
_WORDS = ("risk_class", "item_risk", "grade", "previous")


async def risk_of(connection: AsyncConnection, source_system: str, object_no: str) -> Row | None:
    """The class of an object (风险等级) and what it rests on; None for an object nobody knows."""
    key = {"source_system": source_system, "object_no": object_no}
    return next(map(_plain, await rows_of(connection, filtered(select(*_RISK), object_risk, key))), None)


async def risk_explained(connection: AsyncConnection, source_system: str, object_no: str, today: date) -> Row | None:
    """As above, with the override that has not ended (人工调整) and the latest changes (分级履历), the newest first."""
    risk = await risk_of(connection, source_system, object_no)
    if risk is None:
        return None
    key = {"source_system": source_system, "object_no": object_no}
    wanted = filtered(select(risk_override), risk_override, key).where(risk_override.c.ended_at.is_(None))
    overrides = [override_shown(_override(row), today) for row in await rows_of(connection, wanted)]
    changes = filtered(select(*_CHANGE), risk_change, key).order_by(risk_change.c.number.desc()).limit(_LATEST)
    history = [_plain(row) for row in await rows_of(connection, changes)]
    return key | risk | {"override": next(iter(overrides), None), "history": history}


def override_shown(override: RiskOverride, today: date) -> Row:
    """An override as it is answered, with its state on a day; ``until`` is its last day."""
    said = {_NAMES.get(name, name): value for name, value in vars(override).items()}
    return said | {"state": override.state(today), "lowers": override.lowers}


async def risk_classes(connection: AsyncConnection) -> dict[str, int]:
    """How many objects have which class (各等级对象数)."""
    counted = select(object_risk.c.risk_class, func.count()).where(object_risk.c.risk_class != "")
    found: dict[str, int] = dict((await connection.execute(counted.group_by(object_risk.c.risk_class))).all())
    return {letter: found.get(letter, 0) for letter in RiskClass}


def _override(row: Row) -> RiskOverride:
    return RiskOverride(**(row | {name: RiskClass(row[name]) for name in ("risk_class", "by_table")}))


def _plain(row: Row) -> Row:
    """Nothing instead of an empty word."""
    return {name: None if name in _WORDS and value == "" else value for name, value in row.items()}
