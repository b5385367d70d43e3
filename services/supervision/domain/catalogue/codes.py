"""Codes of approval and supervision items (事项编码): their forms, and that they agree with each other.

基本编码 12 = 2 级别或省 + 2 类型 + 5 主项 + 3 子项; 实施编码 31 = 统一社会信用代码 18 + 行使层级 1 (1-5) + 基本编码 12;
业务办理项编码 33 = 实施编码 31 + 2; 监管事项目录编码 14 digits; 检查实施清单编码 begins with 统一社会信用代码 18 + 层级 1.
"""

import re
from collections.abc import Iterator

from kernel.refusal import Fault
from kernel.subject import IdType, number_fault

CATALOG = re.compile(r"[0-9]{9}(?:[0-9]{3}|[0-9]{2}Y)")
_TASK = re.compile(rf"([0-9A-Z]{{18}})([1-5])({CATALOG.pattern})")
_HANDLE = re.compile(rf"{_TASK.pattern}[0-9A-Z]{{2}}")
_CHECK = re.compile(r"([0-9A-Z]{18})([1-5])([0-9A-Z]{1,45})")


def catalog_code_faults(pointer: str, value: str) -> Iterator[Fault]:
    """基本编码: 12 characters, or empty."""
    if value and not CATALOG.fullmatch(value):
        yield Fault(
            pointer=pointer,
            zh="基本编码为 12 位数字，主项含子项时以 00Y 结尾；请按事项目录填写，本地事项请留空",
            en="a basic code has 12 digits, a main item with sub-items ends with 00Y; leave it empty for a local item",
        )


def task_code_faults(pointer: str, value: str) -> Iterator[Fault]:
    """实施编码: 31 characters whose first 18 are a credit code, or empty."""
    if value:
        yield from _of_organisation(
            pointer, _TASK.fullmatch(value), "实施编码为 31 位", "an implementation code has 31"
        )


def handle_code_faults(pointer: str, value: str) -> Iterator[Fault]:
    """业务办理项编码: 33 characters, or empty."""
    if value:
        yield from _of_organisation(
            pointer, _HANDLE.fullmatch(value), "业务办理项编码为 33 位", "a handling code has 33"
        )


def check_code_faults(pointer: str, value: str) -> Iterator[Fault]:
    """检查实施清单编码: a credit code, a level 1-5 and the rest, or empty."""
    if not value:
        return
    match = _CHECK.fullmatch(value)
    if match is None:
        yield Fault(
            pointer=pointer,
            zh="检查实施清单编码以 18 位统一社会信用代码和 1 位行使层级（1 至 5）开头，最多 64 位，请核对",
            en="begins with an 18-character credit code and a level 1 to 5, at most 64 characters; compare it",
        )
    elif fault := number_fault(pointer, IdType.USCC, match[1]):
        yield fault


def uscc_faults(pointer: str, value: str) -> Iterator[Fault]:
    """统一社会信用代码, or empty."""
    if value and (fault := number_fault(pointer, IdType.USCC, value)):
        yield fault


def agreement_faults(pointer: str, whole: str, part: str, said: str, name: tuple[str, str]) -> Iterator[Fault]:
    """``part`` of a longer code says the same as the field it repeats, when both are there."""
    if whole and said and part != said:
        yield Fault(
            pointer=pointer,
            zh=f"编码中的 {part} 与{name[0]} {said} 不一致，请核对哪一个正确",
            en=f"the code holds {part}, but the {name[1]} says {said}; correct the one that is wrong",
        )


def _of_organisation(pointer: str, match: re.Match[str] | None, zh: str, en: str) -> Iterator[Fault]:
    if match is None:
        yield Fault(
            pointer=pointer,
            zh=f"{zh}：18 位统一社会信用代码 + 1 位行使层级（1 至 5）+ 12 位基本编码（业务办理项再加 2 位），请核对",
            en=f"{en} characters: an 18-character credit code, a level 1 to 5, a 12-digit basic code "
            "(and 2 more for a handling item); compare it",
        )
    elif fault := number_fault(pointer, IdType.USCC, match[1]):
        yield fault
