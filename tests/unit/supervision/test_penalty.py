"""A penalty is taken in whole or refused with every fault at once (处罚结果)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kernel.refusal import Refusal
from supervision.domain.referral import Penalty
from supervision.domain.words import PunishType


def a_penalty(**changes: Any) -> Penalty:
    plain: dict[str, Any] = {
        "punish_types": (PunishType.FINE,),
        "punish_document_code": "示例罚字〔2026〕1号",
        "decision_date": date(2026, 3, 20),
    }
    return Penalty(**plain | changes)


def pointers(**changes: Any) -> list[str]:
    with pytest.raises(Refusal) as refused:
        a_penalty(**changes)
    return [fault.pointer for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("kind", "touches"),
    [
        (PunishType.FINE, False),
        (PunishType.REVOCATION, True),
        (PunishType.WITHHOLDING, True),
        (PunishType.DOWNGRADE, True),
    ],
)
def test_the_approver_hears_of_what_touches_the_licence(kind: PunishType, *, touches: bool) -> None:
    assert a_penalty(punish_types=(PunishType.WARNING, kind)).touches_licence is touches


def test_no_penalty_needs_neither_kind_nor_document() -> None:
    assert a_penalty(no_penalty=True, punish_types=(), punish_document_code="").touches_licence is False
    assert pointers(no_penalty=True) == ["/punish_types"]
    assert pointers(punish_types=(), punish_document_code="") == ["/punish_types", "/punish_document_code"]


def test_dates_follow_each_other() -> None:
    in_order = a_penalty(filing_date=date(2026, 3, 1), close_date=date(2026, 4, 1), submitted_date=date(2026, 4, 1))
    assert in_order.decision_date == date(2026, 3, 20)
    assert pointers(filing_date=date(2026, 3, 21)) == ["/decision_date"]
    assert pointers(close_date=date(2026, 3, 19)) == ["/close_date"]
    assert pointers(filing_date=date(2026, 3, 2), submitted_date=date(2026, 3, 1)) == ["/submitted_date"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("punish_action_code", "1" * 51),
        ("punish_result", "果" * 1001),
        ("illegal_fact", "a\x00b"),
        ("fine", Decimal(-1)),
        ("paid_amount", Decimal("-0.01")),
        ("case_process_type", "03"),
    ],
)
def test_each_field_keeps_its_measure(field: str, value: object) -> None:
    assert pointers(**{field: value}) == [f"/{field}"]
