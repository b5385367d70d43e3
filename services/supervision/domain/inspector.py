"""Inspectors (执法人员): who may inspect, and how many it takes.

At least two: 行政处罚法 (2021) art. 42, 55; 食品安全法实施条例 and 食品生产经营监督检查管理办法 art. 23-24.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kernel.refusal import Fault, Refusal, malformed
from supervision.domain.certificate import Certificate
from supervision.domain.content import code_faults, name_faults, supervise_code_faults

FEWEST = 2
"""Inspectors of one inspection, 行政处罚法 (2021) art. 42."""


@dataclass(frozen=True, kw_only=True)
class Inspector:
    """执法人员 of one department. Raises ``invalid-content``.

    ``certificate`` None: nothing is known of it (旧数据). ``left_on``: the first day they are no longer in service.
    """

    code: str
    name: str
    department: str
    certificate: Certificate | None = None
    left_on: date | None = None
    matters: tuple[str, ...] = ()
    """执法事项范围: codes of the matters they may be drawn for, sorted; empty = all of the department."""

    def __post_init__(self) -> None:
        faults = [
            *code_faults("/code", self.code),
            *name_faults("/name", self.name),
            *code_faults("/department", self.department),
            *(self.certificate.faults() if self.certificate else ()),
            *(fault for n, code in enumerate(self.matters) for fault in supervise_code_faults(f"/matters/{n}", code)),
        ]
        if faults:
            raise malformed(faults)


@dataclass(frozen=True, kw_only=True)
class ChangeService:
    """离岗、返岗: the inspector leaves on a day, or is back when there is none."""

    code: str
    left_on: date | None


def require_known(known: Mapping[str, Inspector], codes: Sequence[str], pointers: Sequence[str]) -> list[Inspector]:
    """The inspectors of these codes; else ``inspector-unknown`` (422) that points at each unknown one."""
    unknown = [pointer for pointer, code in zip(pointers, codes, strict=True) if code not in known]
    if unknown:
        raise Refusal(
            code="inspector-unknown",
            zh="有执法人员尚未登记，请先登记后重新提交",
            en="an inspector is not registered; register them first and send it again",
            faults=tuple(
                Fault(pointer=pointer, zh="该执法人员未登记", en="this inspector is not registered")
                for pointer in unknown
            ),
        )
    return [known[code] for code in codes]


def require_one_department(crew: Sequence[Inspector]) -> str:
    """The department all of them belong to (同一部门); else ``inspector-elsewhere`` (422)."""
    department = crew[0].department
    require_of(department, crew, [f"/inspectors/{index}" for index in range(len(crew))])
    return department


def require_of(department: str, crew: Sequence[Inspector], pointers: Sequence[str]) -> None:
    """All of them belong to this department (执法主体); else ``inspector-elsewhere`` (422) that points at each."""
    faults = [
        Fault(
            pointer=pointer,
            zh=f"该执法人员属于 {inspector.department}，不属于 {department}",
            en=f"this inspector belongs to {inspector.department}, not to {department}",
        )
        for pointer, inspector in zip(pointers, crew, strict=True)
        if inspector.department != department
    ]
    if faults:
        raise Refusal(
            code="inspector-elsewhere",
            zh=f"执法人员应属于同一监管部门 {department}，请更换人员或更正其登记",
            en=f"the inspectors must belong to department {department}; name others or correct their registration",
            faults=tuple(faults),
        )
