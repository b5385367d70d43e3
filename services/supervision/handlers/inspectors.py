"""Inspectors (执法人员): the register inspections rest on."""

from dataclasses import dataclass, replace

from supervision.domain import inspector as officers
from supervision.domain.inspector import ChangeService, Inspector
from supervision.ports import Work


@dataclass(frozen=True, kw_only=True)
class RegisterReceipt:
    """What came of registering an inspector (登记回执); ``duplicate`` when nothing changed."""

    code: str
    created: bool
    duplicate: bool


def register_inspector(work: Work, inspector: Inspector) -> RegisterReceipt:
    """执法人员登记: keeps the newest name, department and certificate of a code. Who has left stays away."""
    known = work.inspectors.known([inspector.code]).get(inspector.code)
    newest = replace(inspector, left_on=known.left_on) if known else inspector
    if known != newest:
        work.inspectors.save(newest)
    return RegisterReceipt(code=inspector.code, created=known is None, duplicate=known == newest)


def change_service(work: Work, command: ChangeService) -> Inspector:
    """离岗、返岗. The same again changes nothing. Refuses ``inspector-unknown``."""
    known = work.inspectors.known([command.code])
    (officer,) = officers.require_known(known, [command.code], ["/code"])
    changed = replace(officer, left_on=command.left_on)
    if changed != officer:
        work.inspectors.save(changed)
    return changed
