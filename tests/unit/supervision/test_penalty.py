"""A penalty is taken in whole or refused with every fault at once (处罚结果)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.process import ReferralConcluded
from kernel.refusal import Refusal
from supervision import handlers
from supervision.domain.claim import ClaimTask
from supervision.domain.referral import Penalty
from supervision.domain.verbs import InspectTask, PenaliseTask, ReferTask
from supervision.domain.words import PunishType
from supervision.handlers import on_case_decided
from tests.fakes.supervised import a_report, decided
from tests.unit.supervision.conftest import Office


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


def concluded(office: Office, penalty: Penalty) -> ReferralConcluded:
    """A task inspected, referred and penalised; what the others are told of the end."""
    office.does(on_case_decided, decided())
    (task_id,) = office.database.tasks
    of: dict[str, Any] = {"task_id": task_id, "by": "orange-1"}
    office.does(handlers.claim_task, ClaimTask(task_id=task_id, inspector="orange-1"))
    office.does(handlers.inspect_task, InspectTask(task_id=task_id, report=a_report(failed=["3"])))
    office.does(handlers.refer_task, ReferTask(**of, reason="涉嫌违法", referred_to="DEMO-ENFORCE"))
    office.does(handlers.penalise_task, PenaliseTask(**of, penalty=penalty))
    told: ReferralConcluded = office.last(ReferralConcluded)
    return told


def test_what_credit_needs_of_a_penalty_is_told_and_no_text_that_may_name_a_person(office: Office) -> None:
    penalty = a_penalty(
        decision_date=date(2011, 9, 2),
        fine=Decimal("50000.00"),
        case_process_type="01",
        punish_basis="食品安全法第一百二十六条",
        illegal_fact="张三未取得健康证明",
        punish_action_name="对张三的处罚",
        submitted_personnel="李四",
    )
    told = concluded(office, penalty)
    assert (told.inspection_no, told.punish_types, told.fine_yuan) == ("I1", ("02",), "50000.00")
    assert (told.punish_document_code, told.decision_date) == ("示例罚字〔2026〕1号", date(2011, 9, 2))
    assert (told.simple_procedure, told.authority) == (True, "DEMO-ENFORCE")
    assert told.legal_basis == "食品安全法第一百二十六条"
    assert not [name for name in ("张三", "李四") if name in repr(told)]


@pytest.mark.parametrize(("fine", "said"), [(None, ""), (Decimal("1E+3"), "1000"), (Decimal("0.50"), "0.50")])
def test_a_fine_is_told_in_plain_digits_and_what_was_not_said_is_not_told(
    office: Office, fine: Decimal | None, said: str
) -> None:
    told = concluded(office, a_penalty(decision_date=date(2011, 9, 2), fine=fine))
    assert (told.fine_yuan, told.simple_procedure, told.legal_basis) == (said, False, "")
