"""Conditions in CEL (附加条件): compiled and type-checked by cel-expr-python, evaluated without loops or I/O."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache

from cel_expr_python import cel

from kernel.decision import DecisionKind
from kernel.refusal import Fault
from supervision.domain.catalogue.condition import LONGEST, VARIABLES, Condition, Facts

_TYPES = {str: cel.Type.STRING, bool: cel.Type.BOOL}
_PLACE = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*?)(?:\n|$)")
_LOOP = b"@result"
"""The accumulator every loop compiles to: nested ones would take for ever, and no fact is a list."""
_KNOWN = "、".join(VARIABLES)
_SAMPLE = Facts(kind=DecisionKind.NEW, item_code="1", region="640202", decided_on=date(2026, 1, 1)).variables
"""What a condition is tried on once when it is saved."""


class CelConditions:
    """domain Conditions. One environment per process; what was compiled once is kept."""

    def __init__(self) -> None:
        self._environment = cel.NewEnv(variables={name: _TYPES[kind] for name, kind in VARIABLES.items()})
        self.compiled = cache(self._compiled)

    def fault(self, pointer: str, text: str) -> Fault | None:
        """What is wrong with a condition, or None."""
        if len(text) > LONGEST:
            return _fault(pointer, f"最多 {LONGEST} 个字符", f"at most {LONGEST} characters")
        try:
            expression = self._environment.compile(text)
        except (RuntimeError, UnicodeError) as error:
            return _fault(pointer, *_told(str(error)))
        if _LOOP in expression.serialize():
            return _fault(
                pointer, "不支持 all、exists、map、filter 等循环", "loops (all, exists, map, filter) are not supported"
            )
        if expression.return_type() != cel.Type.BOOL:
            kind = expression.return_type().name()
            return _fault(pointer, f"结果为 {kind}，应为真或假", f"the result is {kind}, it has to be true or false")
        tried = expression.eval(data=dict(_SAMPLE))
        if tried.type() == cel.Type.ERROR and "regular expression" in str(tried.value()):
            return _fault(pointer, "正则表达式有误", "the regular expression is wrong")
        return None

    def _compiled(self, text: str) -> Condition:
        expression = self._environment.compile(text)

        def met(variables: Mapping[str, str | bool]) -> bool:
            # An error, e.g. int("x"), is no answer; then the link counts as triggered.
            return bool(expression.eval(data=variables).value() is not False)

        return met


def _told(message: str) -> tuple[str, str]:
    """The library's message as a place and a sentence."""
    found = _PLACE.search(message)
    if found is None:
        return "无法编译", message[:200]
    line, column, said = found.groups()
    return f"第 {line} 行第 {column} 列：{said[:200]}", f"line {line}, column {column}: {said[:200]}"


def _fault(pointer: str, zh: str, en: str) -> Fault:
    return Fault(
        pointer=pointer,
        zh=f"条件有误：{zh}。请改正 CEL 表达式，可用变量：{_KNOWN}",
        en=f"The condition is wrong: {en}. Correct the CEL expression; variables: {', '.join(VARIABLES)}",
    )
