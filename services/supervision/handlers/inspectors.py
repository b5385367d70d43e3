"""Inspectors (执法人员): who may inspect, as their departments register them."""

from dataclasses import dataclass

from supervision.domain.inspector import Inspector
from supervision.ports import Work


@dataclass(frozen=True, kw_only=True)
class RegisterReceipt:
    """What came of registering an inspector (登记回执); ``duplicate`` when nothing changed."""

    code: str
    created: bool
    duplicate: bool


def register_inspector(work: Work, inspector: Inspector) -> RegisterReceipt:
    """执法人员登记: keeps the newest name and department of a code."""
    known = work.inspectors.known([inspector.code]).get(inspector.code)
    if known != inspector:
        work.inspectors.save(inspector)
    return RegisterReceipt(code=inspector.code, created=known is None, duplicate=known == inspector)
