"""Who may stand in for an officer who was drawn: nobody recused, on the object, full, gone, or replaced there before."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kernel.refusal import Refusal
from kernel.risk import RiskClass
from supervision.domain.certificate import Certificate
from supervision.domain.draws.assignment import Assignment, DrawnOutcome
from supervision.domain.draws.pool import Pool
from supervision.domain.draws.replacement import Able, ReplaceOfficer, pool_to_replace, replaced
from supervision.domain.inspector import Inspector
from tests.fakes.draws import PUBLIC_AT, RUN, a_draw, a_pool, as_read, script
from tests.unit.supervision.test_draw_gathering import a_conflict

A, B, C, D = RiskClass
ON = date(2026, 3, 5)
AT = datetime(2026, 3, 5, tzinfo=UTC)
POOL = a_pool({A: 3}, {A: 3}, recusals=frozenset({("I2", "S:A0")}))
DRAWN = Assignment(
    draw_no="2026-1", source_system="S", object_no="A0", officers={"D1": ("I0", "I1")}, outcome=DrawnOutcome.TASK
)
COMMAND = ReplaceOfficer(
    draw_no="2026-1",
    by="clerk-1",
    witness="clerk-2",
    source_system="S",
    object_no="A0",
    department="D1",
    officer="I0",
    reason="近亲属",
)


def people(**changes: Any) -> list[Inspector]:
    return [
        Inspector(**{"code": f"I{n}", "name": "示例", "department": "D1"} | changes.get(f"I{n}", {})) for n in range(6)
    ]


def small(*conflicts: Any, loads: Mapping[str, int] | None = None, left: tuple[str, ...] = (), **changes: Any) -> Pool:
    able = Able(inspectors=people(**changes), conflicts=conflicts, loads=loads or {})
    return pool_to_replace(POOL, DRAWN, COMMAND, able, ("001", "E1"), ON, left)


def who(pool: Pool) -> set[str]:
    (department,) = pool.departments
    return set(department.inspectors) - {code for code, _ in pool.recusals}


def test_whoever_was_in_the_pool_and_is_free_may_stand_in() -> None:
    assert who(small()) == {"I3", "I4", "I5"}


@pytest.mark.parametrize(
    ("changes", "gone"),
    [
        ({"I3": {"left_on": ON}}, "I3"),
        ({"I4": {"certificate": Certificate(no="Z1", valid_to=date(2026, 3, 4))}}, "I4"),
    ],
)
def test_who_left_or_has_no_valid_certificate_does_not(changes: dict[str, Any], gone: str) -> None:
    assert who(small(**changes)) == {"I3", "I4", "I5"} - {gone}


def test_who_is_full_or_was_replaced_here_before_does_not() -> None:
    assert who(small(loads={"I3": 20, "I4": 19})) == {"I4", "I5"}
    assert who(small(left=("I5",))) == {"I3", "I4"}


def test_who_declared_an_interest_since_does_not() -> None:
    named = {"source_system": "S", "object_no": "A0", "valid_from": ON}
    subject = {"source_system": "", "object_no": "", "id_type": "001", "id_no": "E1", "valid_from": ON}
    over = named | {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 3, 4)}
    conflicts = (
        a_conflict(inspector="I3", **named),
        a_conflict(inspector="I4", **subject),
        a_conflict(inspector="I5", **over),
    )
    assert who(small(*conflicts)) == {"I5"}


def test_it_follows_from_secret_and_value_and_its_receipt_is_checked_like_any_other() -> None:
    parent, _ = a_draw(POOL).concluded(RUN, POOL, PUBLIC_AT)
    made = replaced(parent, small(), COMMAND, 1, AT)
    assert made == replaced(parent, small(), COMMAND, 1, AT)
    assert made.successor in {"I3", "I4", "I5"}
    receipt = as_read(made.receipt)
    assert receipt["announcement"]["draw_no"] == "2026-1.R1"
    assert (receipt["secret"], receipt["public_value"]) == (parent.secret, parent.value)
    assert script().changed(receipt, receipt["pool"].encode(), "") == []
    numbers = {replaced(parent, small(), COMMAND, number, AT).successor for number in range(1, 40)}
    assert numbers == {"I3", "I4", "I5"}


def test_where_nobody_is_left_it_says_so() -> None:
    with pytest.raises(Refusal, match="not-enough-inspectors"):
        small(left=("I3", "I4", "I5"))
