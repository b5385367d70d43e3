"""Replacement (更换抽中的执法人员): who has to stand aside after the draw is replaced by a small draw of its own.

It follows from the secret and the public value of the draw, so nobody chooses: its pool is that one object and the
inspectors who may go now. Its receipt has the form of any receipt and is checked by the same script.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from kernel.refusal import Fault, Refusal
from supervision.domain.command import reason_faults
from supervision.domain.conflict import Conflict
from supervision.domain.content import code_faults, name_faults
from supervision.domain.draws.algorithm import draw, result_hash
from supervision.domain.draws.assignment import Assignment
from supervision.domain.draws.capacity import require_enough
from supervision.domain.draws.ceremony import Draw, DrawState
from supervision.domain.draws.commands import DrawCommand
from supervision.domain.draws.pool import DrawnDepartment, Pool, PoolObject
from supervision.domain.inspector import Inspector


@dataclass(frozen=True, kw_only=True)
class ReplaceOfficer(DrawCommand):
    """更换: this officer does not go to this object, for a reason; ``witness`` is another person."""

    source_system: str
    object_no: str
    department: str
    officer: str
    reason: str
    witness: str

    def faults(self) -> list[Fault]:
        """A reason is given, everybody is named."""
        codes = {name: getattr(self, name) for name in ("source_system", "department", "officer", "witness")}
        return [
            *super().faults(),
            *(fault for name, code in codes.items() for fault in code_faults(f"/{name}", code)),
            *name_faults("/object_no", self.object_no, longest=64),
            *reason_faults(self.reason),
        ]

    def not_assigned(self) -> Refusal:
        """没有派发: 409 ``object-not-assigned``."""
        return Refusal(
            code="object-not-assigned",
            zh=f"抽取 {self.draw_no} 没有派发对象 {self.object_no}，请查看抽中对象",
            en=f"draw {self.draw_no} sends nobody to object {self.object_no}; look at the objects drawn",
            status=409,
        )


@dataclass(frozen=True, kw_only=True)
class Replacement:
    """一次更换; ``number`` counts those of a draw; ``receipt`` is that of its small draw."""

    draw_no: str
    number: int
    source_system: str
    object_no: str
    department: str
    officer: str
    successor: str
    reason: str
    by: str
    witness: str
    at: datetime
    receipt: Mapping[str, Any]

    def repeats(self, command: ReplaceOfficer) -> bool:
        """True when this very replacement is asked for again."""
        names = ("source_system", "object_no", "department", "officer", "reason", "by", "witness")
        return all(getattr(self, name) == getattr(command, name) for name in names)


@dataclass(frozen=True, kw_only=True)
class Able:
    """更换依据: the inspectors of the department as registered now, what they declared, how many objects each has."""

    inspectors: Sequence[Inspector]
    conflicts: Sequence[Conflict]
    loads: Mapping[str, int]


def pool_to_replace(
    pool: Pool,
    drawn: Assignment,
    command: ReplaceOfficer,
    able: Able,
    subject: tuple[str, str],
    on: date,
    left: Collection[str],
) -> Pool:
    """The pool of one replacement: who was in the pool, is in service and has room; the others stand aside.

    ``left``: who was replaced at this object before. Refuses ``officer-not-drawn``, ``not-enough-inspectors`` (409).
    """
    team = drawn.officers.get(command.department, ())
    if command.officer not in team:
        raise Refusal(
            code="officer-not-drawn",
            zh=f"{command.officer} 不在 {command.department} 派往该对象的执法人员中，请查看抽取结果",
            en=f"{command.officer} is not among the officers {command.department} sends to this object; look at the result",
            status=409,
        )
    ref = f"{drawn.source_system}:{drawn.object_no}"
    (department,) = (each for each in pool.departments if each.code == command.department)
    there = {each.code for each in able.inspectors if _may_go(each, on)}
    room = {code for code in department.inspectors if able.loads.get(code, 0) < department.max_load}
    people = tuple(sorted(there & room))
    thing = (drawn.source_system, drawn.object_no)
    declared = {each.inspector for each in able.conflicts if each.holds(on) and each.concerns(subject, thing)}
    barred = {code for code, where in pool.recusals if where == ref} | declared | {*team, *left}
    (letter,) = (each.risk_class for each in pool.objects if each.ref == ref)
    small = Pool(
        quota={},
        departments=(DrawnDepartment(code=department.code, officers=1, max_load=1, inspectors=people),),
        objects=(PoolObject(ref, letter, certain=True),),
        recusals=frozenset((code, ref) for code in barred & set(people)),
    )
    require_enough(small)
    return small


def _may_go(inspector: Inspector, on: date) -> bool:
    """In service, and with a certificate that is valid or not known."""
    held = inspector.certificate
    return (inspector.left_on is None or inspector.left_on > on) and (held is None or held.covers(on))


def replaced(parent: Draw, pool: Pool, command: ReplaceOfficer, number: int, at: datetime) -> Replacement:
    """The replacement a pool gives, with its receipt under ``<draw>.R<number>``."""
    small = replace(
        parent,
        draw_no=f"{parent.draw_no}.R{number}",
        departments=(command.department,),
        snapshot=pool.snapshot,
        objects=1,
        quota=1,
        state=DrawState.CONCLUDED,
        ended_by=command.by,
        witness=command.witness,
        ended_at=at,
        reason=command.reason,
    )
    result = draw(pool, small.seed)
    small = replace(small, result_hash=result_hash(result))
    return Replacement(
        draw_no=parent.draw_no,
        number=number,
        source_system=command.source_system,
        object_no=command.object_no,
        department=command.department,
        officer=command.officer,
        successor=result[0].officers[command.department][0],
        reason=command.reason,
        by=command.by,
        witness=command.witness,
        at=at,
        receipt=small.receipt(result, pool),
    )
