"""Keys (键): what may be written in a verb or an expectation, of which kind, under which name it travels, and why.

One table entry serves the reader of a file, the request, and the manual.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from kernel.clock import CHINA
from ops.scenario.written import Written


class Kind(StrEnum):
    """What a value must look like (值的类型)."""

    TEXT = "文字 text"
    FLAG = "true/false"
    NUMBER = "数 number"
    DAY = "日期 2026-03-02"
    TIME = "时刻 2026-03-02T09:00:00+08:00"
    """Without an offset it is a time in China (北京时间)."""
    TEXTS = "列表 [a, b]"
    MAP = "键值 {a: b}"
    ROWS = "若干行 [{…}, {…}]"
    ANY = "任意 any"


class Default(StrEnum):
    """What stands for a key that is not written (缺省)."""

    NOTHING = ""
    TODAY = "当天 the day of the clock"
    NUMBER = "自动编号 numbered"
    OFFICERS = "该部门两名执法人员 two inspectors of the department"
    RECEIVER = "收件人本人 whoever received it"
    OFFICER = "该部门一名执法人员 an inspector of the department"


@dataclass(frozen=True, kw_only=True)
class Key:
    """One key. ``field``: its name in the request, when that is another; ``made`` turns the value into what is sent.

    ``sent`` is False for what only finds the thing spoken of.
    """

    name: str
    zh: str
    en: str
    kind: Kind = Kind.TEXT
    field: str = ""
    required: bool = False
    default: Default = Default.NOTHING
    made: Callable[[Any], Any] | None = None
    sent: bool = True

    @property
    def travels_as(self) -> str:
        """Its name in the request."""
        return self.field or self.name


class WrongKind(ValueError):  # noqa: N818 - it becomes a Mistake with file and line
    """A value that is not of the kind its key asks for."""


def value_of(kind: Kind, written: Written) -> Any:  # noqa: C901, PLR0911 - one answer per kind
    """The value of a key. Raises WrongKind."""
    value = written.plain()
    match kind:
        case Kind.TEXT if isinstance(value, str | int | float) and not isinstance(value, bool):
            return str(value)
        case Kind.FLAG if isinstance(value, bool):
            return value
        case Kind.NUMBER if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        case Kind.DAY | Kind.TIME if isinstance(value, str):
            return _moment(kind, value)
        case Kind.TEXTS if isinstance(value, list | str | int):
            parts = value if isinstance(value, list) else [value]
            if all(isinstance(part, str | int) for part in parts):
                return [str(part) for part in parts]
        case Kind.MAP if isinstance(value, dict):
            return value
        case Kind.ROWS if isinstance(value, dict | list):
            rows = value if isinstance(value, list) else [value]
            if all(isinstance(row, dict) for row in rows):
                return rows
        case Kind.ANY:
            return value
        case _:
            pass
    raise WrongKind(kind.value)


def _moment(kind: Kind, value: str) -> str:
    try:
        if kind is Kind.DAY:
            return date.fromisoformat(value).isoformat()
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise WrongKind(kind.value) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=CHINA)).isoformat()
