"""Filling in (填写): from the facts to each paper. What is not known is left blank to be written by hand, never made up."""

from collections.abc import Callable, Mapping
from typing import Any

from console.forms import words
from console.forms.document import Document, Field, Passage, Signing, Table
from console.forms.facts import Facts, day, moment
from console.forms.kinds import FormKind
from kernel.refusal import Refusal
from kernel.subject import SubjectKind

_SOURCE = "《行政检查文书基本格式文本（试行）》（司法部办公厅 2025）的文书种类；版式未经主管部门核对，正式使用前请核对"
_PARTY = Signing("被检查人（当事人）签名或盖章")
_OFFICERS = Signing("检查人员签名")
_WITNESS = Signing("见证人签名")
_ENTITLED = (
    "检查人员不少于两人，应当出示执法证件；不出示的，有权拒绝检查。",
    "认为检查人员与本次检查有利害关系的，有权申请回避。",
    "有权陈述、申辩，有权查阅检查记录并提出意见。",
)
_TOLD = (
    "□ 检查人员出示了执法证件　□ 告知了申请回避的权利　□ 告知了陈述、申辩的权利",
    "申请回避：□ 否　□ 是，理由：＿＿＿＿＿＿＿＿＿＿",
)


def filled(kind: FormKind, facts: Facts) -> Document:
    """The paper. Refuses ``form-needs-visit``, ``form-needs-findings`` (409)."""
    if kind.needs_visit and not facts.visit:
        raise Refusal(
            code="form-needs-visit",
            zh=f"{kind.heading}须有入企检查；请先申请入企检查，再打印",
            en="this form belongs to a site visit; request one first",
            status=409,
        )
    return _FILL[kind](facts)


def _approval(facts: Facts) -> Document:
    visit = facts.visit
    return _paper(
        FormKind.APPROVAL,
        facts,
        number=facts.of("number"),
        fields=(
            *_object(facts),
            Field("检查类型", words.VISIT_KIND.get(str(visit.get("kind")), "")),
            Field("检查事项", _matters(facts)),
            Field("检查理由", facts.of("reason")),
            Field("法律依据", facts.of("legal_basis")),
            Field("计划日期", day(visit.get("planned_on"))),
            Field("检查人员", facts.crew),
            Field("本年已检查", _frequency(facts)),
            Field("豁免情形", _exemption(visit)),
            Field("申请人", f"{visit.get('requested_by', '')}　{moment(visit.get('requested_at'))}".strip()),
            Field("审批人", f"{visit.get('approved_by', '')}　{moment(visit.get('approved_at'))}".strip()),
        ),
        passages=(
            Passage(heading="审批意见", sentences=("同意检查。",))
            if visit.get("approved_at")
            else Passage(heading="审批意见", blank_lines=3),
        ),
        signings=(Signing("申请人签名"), Signing("审批人签名")),
    )


def _notice(facts: Facts) -> Document:
    visit = facts.visit
    return _paper(
        FormKind.NOTICE,
        facts,
        number=facts.of("number"),
        fields=(
            *_object(facts),
            Field("检查时间", day(visit.get("planned_on"))),
            Field("检查类型", words.VISIT_KIND.get(str(visit.get("kind")), "")),
            Field("检查事项", _matters(facts)),
            Field("检查理由", facts.of("reason")),
            Field("法律依据", facts.of("legal_basis")),
            Field("检查人员", facts.crew),
            Field("本年已检查", _frequency(facts)),
            Field("检查码", str(visit.get("code") or "")),
        ),
        passages=(Passage(heading="被检查人的权利", sentences=_ENTITLED),),
        signings=(Signing("被检查人签收"),),
        sealed=True,
    )


def _record(facts: Facts) -> Document:
    inspection = facts.inspection
    findings = {each["line_code"]: each for each in inspection.get("findings", ())}
    rows = tuple(
        (code, "不合格", words.SEVERITY.get(str(findings.get(code, {}).get("severity")), ""), _note(findings, code))
        for code in inspection.get("failed", ())
    )
    result = words.RESULT.get(str(inspection.get("result")), "")
    sentences = (f"{_answered(inspection)}检查结果：{result}。",) if result else ()
    return _paper(
        FormKind.RECORD,
        facts,
        number=str(inspection.get("inspection_no") or ""),
        fields=(*_object(facts), *_made(facts), Field("亮码", _code_shown(inspection))),
        passages=(
            Passage(heading="告知（由被检查人勾选）", sentences=_TOLD),
            Passage(heading="检查情况", sentences=sentences, blank_lines=0 if result else 12),
            *_files(facts),
        ),
        table=Table(heading="不合格项", columns=("检查项", "结果", "程度", "情况"), rows=rows) if rows else None,
        signings=_signed(facts),
    )


def _survey(facts: Facts) -> Document:
    return _paper(
        FormKind.SURVEY,
        facts,
        number=str(facts.inspection.get("inspection_no") or ""),
        fields=(*_object(facts), *_made(facts), Field("勘验地点"), Field("天气与光线")),
        passages=(
            Passage(heading="勘验情况", blank_lines=14),
            Passage(heading="勘验图与照片（另附，注明张数）", blank_lines=2),
        ),
        signings=(_PARTY, _WITNESS, _OFFICERS),
    )


def _questioning(facts: Facts) -> Document:
    return _paper(
        FormKind.QUESTIONING,
        facts,
        number="",
        fields=(
            *_object(facts),
            *_made(facts),
            *(Field(label) for label in ("被询问人", "证件号码", "工作单位与职务", "联系方式", "与本次检查的关系")),
        ),
        passages=(
            Passage(heading="告知（由被询问人勾选）", sentences=_TOLD),
            Passage(heading="问答", blank_lines=18),
        ),
        signings=(Signing("被询问人逐页签名"), _OFFICERS),
    )


def _sampling(facts: Facts) -> Document:
    return _paper(
        FormKind.SAMPLING,
        facts,
        number="",
        fields=(*_object(facts), *_made(facts), Field("抽样方法"), Field("保存条件"), Field("检验机构")),
        table=Table(
            heading="样品",
            columns=("名称", "规格批号", "抽样基数", "数量", "备注"),
            blank_rows=8,
        ),
        signings=(_PARTY, _OFFICERS),
        sealed=True,
    )


def _rectification(facts: Facts) -> Document:
    rounds = facts.task.get("rounds") or ()
    findings = facts.inspection.get("findings") or ()
    if not rounds and not findings:
        raise Refusal(
            code="form-needs-findings",
            zh="没有检查发现的问题，也没有责令整改，不能打印责令改正通知书；请先登记检查结果",
            en="nothing was found and no rectification was ordered; record the inspection first",
            status=409,
        )
    last: Mapping[str, Any] = rounds[-1] if rounds else {}
    wrong = tuple(f"{n}. {each['line_code']}　{each.get('note') or ''}" for n, each in enumerate(findings, start=1))
    return _paper(
        FormKind.RECTIFICATION,
        facts,
        number=str(facts.inspection.get("inspection_no") or ""),
        fields=(*_object(facts), *_made(facts), Field("改正期限", day(last.get("due_on")))),
        passages=(
            Passage(heading="存在的问题", sentences=wrong, blank_lines=0 if wrong else 5),
            Passage(
                heading="改正要求",
                sentences=tuple(filter(None, (str(last.get("demand") or ""),))),
                blank_lines=0 if last.get("demand") else 4,
            ),
            Passage(
                heading="救济途径",
                sentences=(
                    "对本通知不服的，可以自收到之日起六十日内申请行政复议，或者自收到之日起六个月内提起行政诉讼。",
                ),
            ),
        ),
        signings=(Signing("被检查人签收"),),
        sealed=True,
        basis="行政处罚法第二十八条；行政复议法第二十条；行政诉讼法第四十六条。",
    )


def _paper(kind: FormKind, facts: Facts, *, number: str, basis: str = "", **parts: Any) -> Document:
    return Document(title=kind.heading, number=number, department=facts.department, basis=basis + _SOURCE, **parts)


def _object(facts: Facts) -> tuple[Field, ...]:
    name = facts.of("subject_name")
    place = facts.of("object_name")
    return (
        Field("被检查人", name or place),
        Field("证照号码", "" if facts.of("subject_kind") == SubjectKind.PERSON else facts.of("id_no")),
        Field("检查对象", place if name and place != name else ""),
        Field("地址", facts.of("object_address")),
    )


def _made(facts: Facts) -> tuple[Field, ...]:
    """When and by whom; the hour of an inspection is not recorded, so it is written by hand."""
    started = moment(facts.visit.get("entered_at")) or day(facts.inspection.get("inspected_on"))
    return (
        Field("检查时间", f"{started}　至　＿＿＿＿" if started else ""),
        Field("检查人员", facts.crew),
        Field("检查事项", _matters(facts)),
    )


def _matters(facts: Facts) -> str:
    matters = facts.visit.get("matters") or ()
    named = [f"{each.get('name') or ''}（{each['code']}）" for each in matters]
    return "、".join(named) or "、".join(map(str, facts.task.get("items") or ()))


def _frequency(facts: Facts) -> str:
    return f"{facts.counts['total']} 次（{facts.counts['year']} 年，全部部门）" if facts.counts else ""


def _exemption(visit: Mapping[str, Any]) -> str:
    if not visit.get("exemption"):
        return "无"
    return "　".join(filter(None, (str(visit["exemption"]), str(visit.get("exemption_document") or ""))))


def _code_shown(inspection: Mapping[str, Any]) -> str:
    if inspection.get("code_shown") is None:
        return ""
    return "已亮码" if inspection["code_shown"] else f"未亮码，理由：{inspection.get('code_excuse') or '未说明'}"


def _answered(inspection: Mapping[str, Any]) -> str:
    """How many lines of the checklist had which answer."""
    told = (("passed", "合格"), ("failed", "不合格"), ("not_checked", "未检查"), ("not_applicable", "合理缺项"))
    counted = [f"{word} {len(inspection[name])} 项" for name, word in told if inspection.get(name)]
    return f"按检查表检查，{'、'.join(counted)}。" if counted else ""


def _note(findings: Mapping[str, Mapping[str, Any]], code: str) -> str:
    return str(findings.get(code, {}).get("note") or "")


def _files(facts: Facts) -> tuple[Passage, ...]:
    files = facts.task.get("evidence") or ()
    if not files:
        return ()
    listed = tuple(f"{each['name']}　SHA-256 {str(each['sha256'])[:16]}…" for each in files)
    return (Passage(heading=f"所附证据 {len(listed)} 件", sentences=listed),)


def _signed(facts: Facts) -> tuple[Signing, ...]:
    """Who signed or refused, with what was drawn; else, and where the paper itself is signed, the lines to sign on."""
    given = facts.task.get("signatures") or ()
    return tuple(
        Signing(
            line.label,
            "；".join(_said(each) for each in given if each["role"] == role and not each.get("on_paper")),
            tuple(
                facts.drawings[each["evidence"]]
                for each in given
                if each["role"] == role and each.get("evidence") in facts.drawings
            ),
        )
        for role, line in (("PARTY", _PARTY), ("WITNESS", _WITNESS), ("OFFICER", _OFFICERS))
    )


def _said(signature: Mapping[str, Any]) -> str:
    who = signature.get("masked_name") or signature.get("code") or ""
    said = f"拒签：{signature.get('reason') or '未说明'}" if signature.get("refused") else "已签"
    return f"{who} {said}（{moment(signature.get('recorded_at'))}）"


_FILL: dict[FormKind, Callable[[Facts], Document]] = {
    FormKind.APPROVAL: _approval,
    FormKind.NOTICE: _notice,
    FormKind.RECORD: _record,
    FormKind.SURVEY: _survey,
    FormKind.QUESTIONING: _questioning,
    FormKind.SAMPLING: _sampling,
    FormKind.RECTIFICATION: _rectification,
}
