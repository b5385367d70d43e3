"""Rows for the authorities (报送行): inspections and penalties by the national names.

Supervision knows natural persons by their reference alone: placeholders stand for name and number until approval puts
them in (POST exports:complete there). What is not held stays empty, and the field table says whether it may.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kernel.export import Candidate
from kernel.field_table import Value
from kernel.inspection import InspectionResult, LineResult
from kernel.placeholder import name_of
from kernel.subject import IdType, SubjectKind
from supervision.domain.catalogue import Method
from supervision.domain.referral import Penalty
from supervision.domain.words import PunishType, Purpose

_RESULTS = {
    InspectionResult.PASS: "合格",
    InspectionResult.PASS_WITH_CONDITIONS: "基本合格",
    InspectionResult.FAIL: "不合格",
}
_LINES = {
    LineResult.PASS: "合格",
    LineResult.FAIL: "不合格",
    LineResult.NOT_CHECKED: "未检查",
    LineResult.NOT_APPLICABLE: "合理缺项",
}
_MODES = {
    Method.DOCUMENT: "书面核查",
    Method.REMOTE: "非现场检查",
    Method.ON_SITE: "现场检查",
    Method.RANDOM_POOL: "双随机抽查",
}
_PENALTIES = {
    PunishType.WARNING: "警告",
    PunishType.FINE: "罚款",
    PunishType.CONFISCATION: "没收违法所得",
    PunishType.SUSPENSION: "责令停产停业",
    PunishType.REVOCATION: "吊销许可证",
    PunishType.DETENTION: "行政拘留",
    PunishType.OTHER: "其他",
    PunishType.CRITICISM: "通报批评",
    PunishType.SEIZURE: "没收非法财物",
    PunishType.DOWNGRADE: "降低资质等级",
    PunishType.WITHHOLDING: "暂扣许可证",
    PunishType.RESTRICTION: "限制开展经营",
    PunishType.DISQUALIFICATION: "限制从业",
    PunishType.CLOSURE: "责令关闭",
}
_YUAN = Decimal(10_000)
_ROUTINE, _SPECIAL = "01", "02"
"""检查形式: 日常、专项."""
_CITIZEN, _LEGAL_PERSON, _OTHER = "1", "2", "3"
"""行政相对人性质: 公民、法人、其他组织."""
_SOLE_TRADER = "92"
_SOURCE = "审管联动"


@dataclass(frozen=True, kw_only=True)
class Authority:
    """实施机构: a department with its unified code, as far as known."""

    code: str
    name: str
    uscc: str


@dataclass(frozen=True, kw_only=True)
class ExportSubject:
    """报送的监管事项与相对人: what every row of an inspection or a penalty begins with."""

    kind: SubjectKind
    id_type: str
    id_no: str
    name: str
    object_name: str
    object_address: str
    region: str
    supervise_item_code: str
    supervise_item_check_icode: str
    supervise_item_name: str
    authority: Authority


@dataclass(frozen=True, kw_only=True)
class InspectionFacts:
    """检查情况. ``officers``: names and certificate numbers of the officers, in the order of the inspection."""

    source_system: str
    inspection_no: str
    inspected_on: date
    result: InspectionResult
    officers: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, LineResult], ...]
    purpose: Purpose
    method: Method
    check_kind: str
    about: ExportSubject
    plan_no: str = ""
    """年度抽查计划 its object was drawn by."""


@dataclass(frozen=True, kw_only=True)
class PenaltyFacts:
    """处罚情况 of a referred task; ``authority``: who punished."""

    task_id: str
    inspection_no: str
    penalty: Penalty
    about: ExportSubject
    authority: Authority


def check_action_row(facts: InspectionFacts) -> Candidate:
    """监管行为 检查行为."""
    about = facts.about
    key = f"{facts.source_system}:{facts.inspection_no}"
    return Candidate(
        key=key,
        dated_on=facts.inspected_on,
        department=about.authority.code,
        kind=about.kind,
        values={
            **_action(about, key, about.authority),
            "plan_id": facts.plan_no,
            "check_action_name": f"{about.supervise_item_name}检查" if about.supervise_item_name else None,
            "check_action_code": facts.inspection_no,
            "check_form": _ROUTINE if facts.purpose is Purpose.ROUTINE else _SPECIAL,
            "check_type": facts.check_kind,
            "check_mode": _MODES[facts.method],
            "check_result": _RESULTS[facts.result],
            "check_date": facts.inspected_on,
            "check_personnel": [name for name, _ in facts.officers],
            "check_personnel_code": [number for _, number in facts.officers if number],
            "check_item_results": [f"{code}={_LINES[result]}" for code, result in facts.lines],
        },
    )


def penalty_action_row(facts: PenaltyFacts) -> Candidate:
    """监管行为 处罚行为, 不予处罚 among them."""
    said = facts.penalty
    same = (
        *("punish_action_name", "punish_action_code", "case_source", "illegal_fact", "punish_basis"),
        *("case_process_type", "is_hearing", "filing_date", "is_criminal", "is_major", "legal_review"),
        *("legal_review_date", "collective_discussion", "punish_document_code", "decision_date", "fine"),
        *("punish_result", "reconsideration", "litigation", "close_method", "close_result", "paid_amount"),
        *("no_penalty", "close_date", "other_disposal", "transfer_date"),
    )
    return Candidate(
        key=facts.task_id,
        dated_on=said.decision_date,
        department=facts.authority.code or facts.about.authority.code,
        kind=facts.about.kind,
        values={
            **_action(facts.about, facts.task_id, facts.authority),
            **{name: getattr(said, name) for name in same},
            "check_action_code": facts.inspection_no,
            "legal_review_opinion": said.legal_opinion,
            "collective_discussion_date": said.collective_date,
            "collective_discussion_conclusion": said.collective_conclusion,
            "punish_type": [kind.value for kind in said.punish_types],
        },
    )


def penalty_row(facts: PenaltyFacts) -> Candidate | None:
    """双公示 行政处罚; None for 不予处罚, which is not published there."""
    said, about = facts.penalty, facts.about
    if said.no_penalty:
        return None
    return Candidate(
        key=facts.task_id,
        dated_on=said.decision_date,
        department=facts.authority.code or about.authority.code,
        kind=about.kind,
        values={
            **_counterpart(about),
            "CF_WSH": said.punish_document_code,
            "CF_WFXW": said.punish_action_name,
            "CF_SY": said.illegal_fact,
            "CF_YJ": said.punish_basis,
            "CF_CFLB": "、".join(_PENALTIES[kind] for kind in said.punish_types),
            "CF_NR": said.punish_result,
            "CF_NR_FK": None if said.fine is None else said.fine / _YUAN,
            "CF_JDRQ": said.decision_date,
            "CF_CFJG": facts.authority.name,
            "CF_CFJGDM": facts.authority.uscc,
            "CF_SJLY": facts.authority.name,
            "CF_SJLYDM": facts.authority.uscc,
        },
    )


def _action(about: ExportSubject, key: str, authority: Authority) -> dict[str, Value]:
    natural = about.kind is SubjectKind.PERSON
    return {
        "record_unique_identity": key,
        "cd_id": key,
        "cd_source": _SOURCE,
        "supervise_item_implement_code": about.supervise_item_code,
        "supervise_item_check_icode": about.supervise_item_check_icode,
        "implement_institution": authority.name,
        "implement_institution_code": authority.uscc,
        "supervise_object": about.object_name or about.name,
        "administrative_cp": name_of(about.id_no) if natural else about.name,
        "administrative_cp_na": _nature(about),
        "administrative_cp_ce_type": about.id_type,
        "administrative_cp_ui_code": about.id_no,
        "address_operating": about.object_address,
        "area_number": about.region,
    }


def _nature(about: ExportSubject) -> str:
    if about.kind is SubjectKind.PERSON:
        return _CITIZEN
    legal = about.id_type == IdType.USCC and not about.id_no.startswith(_SOLE_TRADER)
    return _LEGAL_PERSON if legal else _OTHER


def _counterpart(about: ExportSubject) -> dict[str, Value]:
    if about.kind is SubjectKind.PERSON:
        kind = "身份证" if about.id_type == IdType.RESIDENT else "其他"
        waiting = {"CF_XDR_MC": name_of(about.id_no), "CF_XDR_ZJHM": about.id_no}
        return {"CF_XDR_LB": "自然人", "CF_XDR_ZJLX": kind, **waiting}
    if about.id_type == IdType.USCC:
        kind = "个体工商户" if about.id_no.startswith(_SOLE_TRADER) else "法人及非法人组织"
        return {"CF_XDR_MC": about.name, "CF_XDR_LB": kind, "CF_XDR_SHXYM": about.id_no}
    number = {"CF_XDR_GSZC": about.id_no} if about.id_type == IdType.OTHER else {}
    return {"CF_XDR_MC": about.name, "CF_XDR_LB": "法人及非法人组织", **number}
