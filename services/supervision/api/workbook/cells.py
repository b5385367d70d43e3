"""Cells (单元格): text as clerks write it to values, and back. What cannot be read raises ValueError."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from kernel.deadline import Limit, Unit
from kernel.refusal import Refusal
from supervision.domain.catalogue import Method, PushMode, Relation, Risk, Trigger

E = TypeVar("E", bound=StrEnum)

WORDS: Mapping[type[StrEnum], Mapping[str, str]] = {
    Trigger: {
        "NEW": "新办",
        "CHANGE": "变更",
        "RENEW": "延续",
        "EXPIRE": "到期",
        "WITHDRAW": "撤回",
        "ANNUL": "撤销",
        "REVOKE": "吊销",
        "CANCEL": "注销",
        "COMMITMENT": "告知承诺",
    },
    Relation: {"PRIMARY": "主责", "COORDINATE": "协同"},
    PushMode: {"MANUAL_CLAIM": "人工认领", "AUTO_CLAIM": "推送即认领"},
    Method: {"DOCUMENT": "书面核查", "REMOTE": "非现场检查", "ON_SITE": "现场检查", "RANDOM_POOL": "纳入双随机抽查"},
    Risk: {"LOW": "低", "MEDIUM": "中", "HIGH": "高"},
}
"""Enumeration → value → how a cell says it; the value itself is read as well."""
FLAG = {True: "是", False: "否"}
"""How a cell says yes and no."""
_UNITS = {Unit.HOUR: "小时", Unit.WORKDAY: "个工作日", Unit.DAY: "个自然日", Unit.MONTH: "个月"}
_UNIT_OF = {
    **{word.removeprefix("个"): unit for unit, word in _UNITS.items()},
    "日": Unit.DAY,
    "天": Unit.DAY,
    "h": Unit.HOUR,
    "wd": Unit.WORKDAY,
    "d": Unit.DAY,
    "m": Unit.MONTH,
}
_LIMIT = re.compile(r"\s*([0-9]{1,5})\s*个?\s*([a-z]+|小时|工作日|自然日|日|天|月)\s*")
_DAY = re.compile(r"\s*([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?\s*")
_BETWEEN = re.compile(r"[、，,;；/\s]+")


def text(cell: Any) -> str:
    """A cell as text: whole numbers without a point, days in ISO form."""
    match cell:
        case None:
            return ""
        case bool():
            return str(cell).lower()
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if not any((cell.hour, cell.minute, cell.second)):
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


def day(said: str) -> date:
    """A day (日期)."""
    found = _DAY.fullmatch(said)
    if found is None:
        raise ValueError(said)
    return date(int(found[1]), int(found[2]), int(found[3]))


def limit(said: str) -> Limit:
    """A limit (时限): 2个工作日, 10日, 2个月, 24小时, or 2wd, 10d, 2m, 24h."""
    found = _LIMIT.fullmatch(said)
    if found is None or found[2] not in _UNIT_OF:
        raise ValueError(said)
    try:
        read = Limit(int(found[1]), _UNIT_OF[found[2]])
    except Refusal as error:
        raise ValueError(said) from error
    if read.too_long:
        raise ValueError(said)
    return read


def choice(kind: type[E], said: str) -> E:
    """One of an enumeration, by its word or its value."""
    wanted = said.strip()
    for value, word in WORDS[kind].items():
        if wanted in {word, value}:
            return kind(value)
    raise ValueError(said)


def triggers(said: str) -> frozenset[Trigger]:
    """Occasions (触发情形), separated by 、 or a comma."""
    return frozenset(choice(Trigger, part) for part in _BETWEEN.split(said.strip()) if part)


def triggers_text(value: frozenset[Trigger]) -> str:
    """The same, in the order of the words."""
    return "、".join(WORDS[Trigger][trigger] for trigger in Trigger if trigger in value)


def flag(said: str) -> bool:
    """Yes or no (是、否), or true and false."""
    for value, word in FLAG.items():
        if said.strip().lower() in {word, str(value).lower()}:
            return value
    raise ValueError(said)


def whole(said: str) -> int:
    """A whole number."""
    return int(said.strip())


def number(said: str) -> Decimal:
    """A number with decimals."""
    try:
        value = Decimal(said.strip())
    except InvalidOperation as error:
        raise ValueError(said) from error
    if not value.is_finite():
        raise ValueError(said)
    return value
