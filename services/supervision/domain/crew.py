"""Crew (检查组): whether these officers may make this inspection on this day.

In service, with a certificate valid on the day (行政处罚法 art. 42, 55), without a conflict of interest (art. 43).
Each refusal points at every officer it is about.
"""

from collections.abc import Sequence
from datetime import date

from kernel.refusal import Fault, Refusal
from supervision.domain.conflict import Conflict
from supervision.domain.content import code_faults
from supervision.domain.inspector import FEWEST, Inspector


def crew_may_inspect(
    crew: Sequence[Inspector], day: date, conflicts: Sequence[Conflict], pointer: str = "/inspectors"
) -> None:
    """These officers may inspect on ``day``; ``conflicts``: theirs with what is inspected, in force or not.

    Refuses ``inspector-left``, ``certificate-not-valid``, ``conflict-of-interest`` (422).
    """
    pointers = [f"{pointer}/{index}" for index in range(len(crew))]
    require_in_service(crew, day, pointers)
    _require_certified(crew, day, pointers)
    _require_impartial(crew, day, conflicts, pointers)


def require_in_service(crew: Sequence[Inspector], day: date, pointers: Sequence[str]) -> None:
    """None of them has left by ``day`` (在岗); else ``inspector-left``."""
    faults = [
        Fault(
            pointer=pointer,
            zh=f"执法人员 {officer.code} 已于 {officer.left_on} 离岗，请更换人员",
            en=f"inspector {officer.code} left on {officer.left_on}; name another",
        )
        for pointer, officer in zip(pointers, crew, strict=True)
        if officer.left_on is not None and officer.left_on <= day
    ]
    if faults:
        raise Refusal(
            code="inspector-left",
            zh="有执法人员已离岗，请更换人员后重新提交",
            en="an inspector has left; name others and send it again",
            faults=tuple(faults),
        )


def require_certificates(crew: Sequence[Inspector], pointers: Sequence[str]) -> None:
    """Each of them has a certificate in the register (须登记执法证件); else ``certificate-needed`` (422)."""
    faults = [
        Fault(
            pointer=pointer,
            zh=f"执法人员 {officer.code} 没有登记执法证件，请登记其证件编号与有效期，或更换人员",
            en=f"inspector {officer.code} has no certificate in the register; register it with its term or name another",
        )
        for pointer, officer in zip(pointers, crew, strict=True)
        if officer.certificate is None
    ]
    if faults:
        raise Refusal(
            code="certificate-needed",
            zh="该任务的联动关系要求执法人员已登记执法证件，请登记证件或更换人员后重新提交",
            en="the link of this task asks for officers with a registered certificate; "
            "register the certificates or name others, then send it again",
            faults=tuple(faults),
        )


def _require_certified(crew: Sequence[Inspector], day: date, pointers: Sequence[str]) -> None:
    faults = [
        Fault(
            pointer=pointer,
            zh=f"执法证件 {held.no} 有效期 {held.valid_from or '不详'} 至 {held.valid_to or '不详'}，不含检查日期 {day}；"
            f"请更换执法人员，或更新 {officer.code} 的执法证件登记",
            en=f"certificate {held.no} is valid from {held.valid_from or 'unknown'} to {held.valid_to or 'unknown'}, "
            f"not on {day}; name another inspector or renew the certificate of {officer.code} in the register",
        )
        for pointer, officer in zip(pointers, crew, strict=True)
        if (held := officer.certificate) is not None and not held.covers(day)
    ]
    if faults:
        raise Refusal(
            code="certificate-not-valid",
            zh="有执法人员的执法证件在检查日期无效，请更换人员或更新其证件登记后重新提交",
            en="the certificate of an inspector is not valid on the day of the inspection; "
            "name others or renew the certificate in the register, then send it again",
            faults=tuple(faults),
        )


def _require_impartial(
    crew: Sequence[Inspector], day: date, conflicts: Sequence[Conflict], pointers: Sequence[str]
) -> None:
    partial = {conflict.inspector for conflict in conflicts if conflict.holds(day)}
    faults = [
        Fault(
            pointer=pointer,
            zh=f"执法人员 {officer.code} 已申报与该主体或对象有直接利害关系，应当回避，请更换人员",
            en=f"inspector {officer.code} has a declared interest in this subject or object; name another",
        )
        for pointer, officer in zip(pointers, crew, strict=True)
        if officer.code in partial
    ]
    if faults:
        raise Refusal(
            code="conflict-of-interest",
            zh="有执法人员应当回避，请更换人员后重新提交",
            en="an inspector must stand aside (conflict of interest); name others and send it again",
            faults=tuple(faults),
        )


def crew_faults(pointer: str, officers: tuple[str, ...]) -> list[Fault]:
    """Two different officers at least (行政处罚法 art. 42), each a code, none named twice."""
    if len(set(officers)) < FEWEST:
        return [
            Fault(pointer=pointer, zh="应由两名以上不同的执法人员进行", en="name at least two different inspectors")
        ]
    faults = [fault for index, code in enumerate(officers) for fault in code_faults(f"{pointer}/{index}", code)]
    if len(set(officers)) < len(officers):
        faults.append(Fault(pointer=pointer, zh="执法人员重复", en="an inspector is named twice"))
    return faults
