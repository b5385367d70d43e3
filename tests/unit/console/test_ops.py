"""What the pages of operations compute: one day compared, and nothing of a demonstration where there is none."""

from collections import Counter
from typing import Any, cast

import pytest

from chassis.letters_api import RedriveAsked
from console.web.demo import Demonstration
from console.web.ops_day import SERVICES, Heard, rows_of
from contracts.approval import CaseDecided
from contracts.event import cloud_type
from kernel.refusal import Refusal
from ops.reconcile import ServiceFacts

DECIDED = cloud_type(CaseDecided)
NOBODY = cast("Any", None)


def facts(**told: ServiceFacts) -> dict[str, ServiceFacts]:
    return {service: told.get(service, ServiceFacts()) for service in SERVICES}


def test_a_day_names_for_each_type_who_applied_how_many() -> None:
    told = facts(
        approval=ServiceFacts(events={"a": DECIDED, "b": DECIDED}),
        supervision=ServiceFacts(inbox={"APPROVAL": Counter(["a"])}, parked=frozenset({"b"})),
        credit=ServiceFacts(inbox={"APPROVAL": Counter(["a", "b"])}),
        console=ServiceFacts(inbox={"APPROVAL": Counter(["a", "b"])}),
    )
    (row,) = rows_of(told)
    assert (row.service, row.told, row.whole) == ("approval", 2, False)
    assert Heard("supervision", 1, 1) in row.heard
    assert Heard("console", 2, 0) in row.heard
    assert all(each.service != "approval" for each in row.heard)


async def test_nothing_of_a_demonstration_is_there_where_it_is_none() -> None:
    none = Demonstration(there=False)
    for doing in (none.move(NOBODY, "1"), none.kill(NOBODY, "approval")):
        with pytest.raises(Refusal) as caught:
            await doing
        assert (caught.value.code, caught.value.status) == ("not-found", 404)


@pytest.mark.parametrize("service", ["console", "", "nats"])
async def test_only_what_comes_back_may_be_killed(service: str) -> None:
    with pytest.raises(Refusal) as caught:
        await Demonstration(there=True).kill(NOBODY, service)
    assert caught.value.code == "not-found"


def test_letters_are_meant_by_cause_and_consumer() -> None:
    letter = {"cause": "failed", "consumer": "credit-from-supervision"}
    said = {"reason": "已改正后重投"}
    assert RedriveAsked.model_validate(said).means(letter)
    assert RedriveAsked.model_validate(said | {"cause": "failed"}).means(letter)
    assert not RedriveAsked.model_validate(said | {"cause": "unreadable"}).means(letter)
    assert not RedriveAsked.model_validate(said | {"consumer": "other"}).means(letter)
