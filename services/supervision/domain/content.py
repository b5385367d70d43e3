"""What text a command may carry (内容校验): the checks every command of this service shares.

A command that breaks them cannot be built: each collects all its faults and raises one refusal.
"""

import re

from kernel.refusal import Fault
from kernel.text import prose_fault

CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._\-]{0,63}")
REGION = re.compile(r"[0-9]{6}")
_SUPERVISE = re.compile(r"[0-9]{14}")


def code_faults(pointer: str, value: str) -> list[Fault]:
    """A code (编码): 1 to 64 letters, digits, dot, hyphen or underscore, beginning with a letter or digit."""
    if CODE.fullmatch(value):
        return []
    return [
        Fault(
            pointer=pointer,
            zh="编码为 1 至 64 位字母、数字、点、横线或下划线，首位为字母或数字",
            en="a code has 1 to 64 letters, digits, dots, hyphens or underscores and begins with a letter or digit",
        ),
    ]


def name_faults(pointer: str, value: str, *, longest: int = 200, required: bool = True) -> list[Fault]:
    """A name or number as people write it (名称、编号): not blank when ``required``, no control characters."""
    if required and not value.strip():
        return [Fault(pointer=pointer, zh="不能为空，请填写", en="must not be empty; fill it in")]
    fault = prose_fault(pointer, value, longest=longest)
    return [fault] if fault else []


def region_faults(pointer: str, value: str | None) -> list[Fault]:
    """A region (区划代码): 6 digits of GB/T 2260, or absent."""
    if value is None or REGION.fullmatch(value):
        return []
    return [Fault(pointer=pointer, zh="区划代码为 6 位数字", en="a region code has 6 digits")]


def supervise_code_faults(pointer: str, value: str) -> list[Fault]:
    """A code of the national list of supervision items (监管事项目录编码): 14 digits, or empty."""
    if not value or _SUPERVISE.fullmatch(value):
        return []
    return [
        Fault(
            pointer=pointer,
            zh="监管事项目录编码为 14 位数字，请按监管事项目录清单填写",
            en="the code of a supervision item has 14 digits; take it from the national list",
        ),
    ]
