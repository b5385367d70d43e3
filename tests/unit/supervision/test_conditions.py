"""Conditions in CEL: what is accepted, what is refused and why, and what an unanswerable one means."""

from datetime import date

import pytest

from kernel.decision import DecisionKind
from supervision.domain.catalogue import Facts
from supervision.domain.catalogue.condition import VARIABLES
from supervision.store import CelConditions

CEL = CelConditions()
FACTS = Facts(
    kind=DecisionKind.NEW,
    item_code="1006",
    region="640202",
    decided_on=date(2026, 3, 2),
    commitment=True,
    subject_kind="PERSON",
    id_type="111",
    object_name="示例餐饮店",
    object_address="示例路 1 号",
)


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("true", True),
        ('decision.kind == "NEW" && decision.commitment', True),
        ('decision.region in ["640205", "640221"]', False),
        ('decision.decided_on >= "2026-03-02" && decision.decided_on < "2026-04-01"', True),
        ("decision.existing", False),
        ('subject.kind == "PERSON" && subject.id_type == "111"', True),
        ('object.name.contains("餐饮") || object.address.startsWith("别处")', True),
        ('object.name.matches("^示例.*店$")', True),
        ("int(object.name) > 3", True),
    ],
)
def test_a_condition_is_answered_by_the_facts_and_counts_as_met_when_it_has_no_answer(text: str, met: bool) -> None:  # noqa: FBT001 - the answer expected
    assert CEL.fault("/x", text) is None
    assert CEL.compiled(text)(FACTS.variables) is met


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("decision.colour == 'red'", "decision.colour"),
        ("decision.kind == 1", "_==_"),
        ("decision.kind", "STRING"),
        ("1 + 1", "INT"),
        ("decision.commitment &&", "column 23"),
        ("true" + " && true" * 300, "2000"),
        ('object.name.matches("[")', "regular expression"),
        ("\x00", ""),
        ("[1, 2].all(n, [1, 2].exists(m, n > m))", "loops"),
        ("(" * 900 + "true" + ")" * 900, ""),
    ],
)
def test_a_condition_with_a_mistake_is_told_in_both_languages(text: str, told: str) -> None:
    fault = CEL.fault("/links/3/condition", text)
    assert fault is not None
    assert (fault.pointer, told in fault.en) == ("/links/3/condition", True)
    assert "条件有误" in fault.zh
    assert all(name in fault.en for name in VARIABLES)


def test_every_variable_has_a_value_of_its_type() -> None:
    assert {name: type(value) for name, value in FACTS.variables.items()} == VARIABLES
