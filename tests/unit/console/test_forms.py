"""Every paper can be printed from what the services answer; what nobody knows is left blank; what cannot be is refused."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from console.forms import Facts, FormKind, Officer, filled, printed
from kernel.refusal import Refusal

TODAY = date(2026, 11, 28)
TASK: dict[str, Any] = {
    "subject_name": "朝阳街示例食品店",
    "subject_kind": "ORGANISATION",
    "id_no": "91640202MA00000001",
    "object_name": "朝阳街示例食品店",
    "object_address": "朝阳西街 12 号",
    "items": ["食品经营许可"],
    "inspection": {
        "inspection_no": "J-7",
        "inspected_on": "2026-11-20",
        "result": "FAIL",
        "passed": ["1", "2"],
        "failed": ["5"],
        "not_checked": [],
        "not_applicable": [],
        "code_shown": False,
        "code_excuse": "现场无网络",
        "findings": [{"line_code": "5", "severity": "SERIOUS", "note": "冷藏温度高于上限"}],
    },
    "evidence": [{"name": "冷藏柜.jpg", "sha256": "ab" * 32}],
    "signatures": [
        {"role": "PARTY", "masked_name": "王*", "refused": False, "recorded_at": "2026-11-20T16:30:00+00:00"},
        {
            "role": "WITNESS",
            "masked_name": "李*",
            "refused": True,
            "reason": "不在场",
            "recorded_at": "2026-11-20T08:12:00Z",
        },
    ],
    "rounds": [{"demand": "检修冷藏柜", "due_on": "2026-11-27"}],
}
VISIT: dict[str, Any] = {
    "number": "检〔2026〕17号",
    "kind": "ROUTINE",
    "planned_on": "2026-11-20",
    "matters": [{"code": "M1", "name": "食品经营许可检查"}],
    "reason": "许可后首次检查",
    "legal_basis": "食品安全法第一百一十条",
    "requested_by": "1001",
    "requested_at": "2026-11-18T02:00:00+00:00",
    "code": "K7Q2-9F",
}
OFFICERS = (Officer("1001", "张三", "640202001"), Officer("1002", "李四"))


def facts(**changes: Any) -> Facts:
    return Facts(department="市场监督管理局", task=TASK, visit=VISIT, officers=OFFICERS, **changes)


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).replace("\n", "").replace(" ", "")


@pytest.mark.parametrize("kind", FormKind)
def test_every_paper_is_an_archival_pdf_that_says_what_is_known(kind: FormKind) -> None:
    made = printed(filled(kind, facts()), TODAY)
    assert (made.pdf[:5], made.archival) == (b"%PDF-", True)
    said = text_of(made.pdf)
    for known in (
        kind.heading,
        "市场监督管理局",
        "朝阳街示例食品店",
        "91640202MA00000001",
        "640202001",
        "未经主管部门核对",
    ):
        assert known in said


def test_a_record_says_what_was_found_and_who_signed() -> None:
    said = text_of(printed(filled(FormKind.RECORD, facts()), TODAY).pdf)
    for known in (
        "合格2项、不合格1项",
        "检查结果：不合格",
        "冷藏温度高于上限",
        "未亮码，理由：现场无网络",
        "王*已签（2026年11月21日00时30分）",
        "李*拒签：不在场",
        "abababababababab",
    ):
        assert known in said


def test_a_record_shows_what_was_drawn_and_leaves_the_line_of_who_signs_on_paper() -> None:
    picture = (Path(__file__).parents[2] / "browser" / "photo.png").read_bytes()
    given = [
        {"role": "PARTY", "masked_name": "王*", "evidence": "ab", "recorded_at": "2026-11-20T16:30:00+00:00"},
        {"role": "OFFICER", "code": "SCJG-03", "on_paper": True, "recorded_at": "2026-11-20T16:30:00+00:00"},
    ]
    task = TASK | {"signatures": given}
    record = filled(FormKind.RECORD, Facts(department="局", task=task, drawings={"ab": picture}))
    party, _, officers = record.signings
    assert (party.pictures, officers.note) == ((picture,), "")
    made = printed(record, TODAY)
    assert made.archival
    assert sum(len(page.images) for page in PdfReader(BytesIO(made.pdf)).pages) == 1


def test_an_order_names_what_is_wrong_the_term_and_where_to_object() -> None:
    said = text_of(printed(filled(FormKind.RECTIFICATION, facts()), TODAY).pdf)
    for known in ("冷藏温度高于上限", "检修冷藏柜", "2026年11月27日", "六十日内申请行政复议", "行政处罚法第二十八条"):
        assert known in said


def test_what_is_not_known_is_left_blank() -> None:
    record = filled(FormKind.RECORD, Facts(department="局", task={"subject_kind": "PERSON", "id_no": "secret"}))
    values = {field.label: field.value for field in record.fields}
    assert (values["证照号码"], values["检查时间"], values["亮码"]) == ("", "", "")
    assert [signing.note for signing in record.signings] == ["", "", ""]
    assert any(passage.blank_lines for passage in record.passages)
    assert "审批意见" in [
        passage.heading for passage in filled(FormKind.APPROVAL, facts()).passages if passage.blank_lines
    ]


def test_a_paper_that_would_say_nothing_is_refused() -> None:
    for kind in (FormKind.APPROVAL, FormKind.NOTICE):
        with pytest.raises(Refusal, match="form-needs-visit"):
            filled(kind, Facts(department="局", task=TASK))
    with pytest.raises(Refusal, match="form-needs-findings"):
        filled(FormKind.RECTIFICATION, Facts(department="局", task={}, visit=VISIT))


def test_a_character_no_font_has_does_not_stop_the_paper() -> None:
    made = printed(filled(FormKind.RECORD, Facts(department="局\U0005abcd", task=TASK)), TODAY)
    assert (made.pdf[:5], made.archival) == (b"%PDF-", False)
