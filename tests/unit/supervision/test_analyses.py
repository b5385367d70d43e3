"""Lint, difference, impact, gaps and what-if: each finding on the version made for it, and none on a sound one."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.deadline import Limit
from kernel.decision import DecisionKind
from supervision.domain.catalogue import Catalogue, CatalogueVersion, Facts, Link, Method, PushMode, Relation, Trigger
from supervision.domain.catalogue.diff import compared
from supervision.domain.catalogue.gaps import Triggered, unlinked
from supervision.domain.catalogue.impact import Effect, impact
from supervision.domain.catalogue.lint import LintRule, lint
from supervision.domain.catalogue.past import PastDecision
from supervision.domain.catalogue.what_if import Comparison, WhatIf
from supervision.handlers import on_case_decided
from supervision.store import CelConditions
from tests.fakes.supervised import a_checklist, a_link, a_version, decided
from tests.fakes.supervision import furnished
from tests.unit.supervision.conftest import Office

CEL = CelConditions()
SOUND = a_link(liaison="L-1", claim_limit=Limit.parse("2wd"), first_check_limit=Limit.parse("10wd"))
FIRE = a_link("FIRE", department="DEMO-FIRE", liaison="L-2")


def doubts(*links: Any, items: set[str] | None = None, **changes: Any) -> list[tuple[LintRule, str]]:
    version = a_version(*links, **{"checklists": (a_checklist(), a_checklist("OTHER", 2)), **changes})
    return [(doubt.rule, doubt.link or doubt.department or doubt.item_code) for doubt in lint(version, CEL, items)]


def test_a_sound_version_has_no_doubts() -> None:
    assert doubts(SOUND, FIRE, items={"1006"}) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"check_kind": "SPECIAL"}, [(LintRule.OVERLAP, "AGAIN")]),
        ({"condition": "decision.commitment"}, [(LintRule.OVERLAP, "AGAIN")]),
        ({"checklist": "OTHER"}, []),
        ({"check_kind": "SPECIAL", "triggers": frozenset({Trigger.REVOKE})}, []),
        ({"check_kind": "SPECIAL", "item_code": "1007"}, []),
    ],
)
def test_two_rows_that_make_one_task_overlap(changes: dict[str, Any], found: list[Any]) -> None:
    assert doubts(SOUND, a_link("AGAIN", **{"liaison": "L-1", **changes})) == found


def test_two_primary_departments_of_one_supervision_item_overlap() -> None:
    one, other = replace(SOUND, supervise_item_code="0" * 14), replace(FIRE, supervise_item_code="0" * 14)
    assert doubts(one, other) == [(LintRule.OVERLAP, "FIRE")]
    assert doubts(one, replace(other, relation=Relation.COORDINATE)) == []


@pytest.mark.parametrize(
    ("condition", "never"),
    [
        ("false", True),
        ('decision.kind == "REVOKE"', True),
        ('decision.kind == "NEW"', False),
        ('decision.item_code == "9999"', True),
        ("decision.existing", True),
        ('decision.decided_on < "1999-01-01"', True),
        ('decision.decided_on > "2030-01-01"', False),
        ('decision.region == "大武口"', True),
        ('decision.region.startsWith("6402") && !(decision.region in ["640202"])', False),
        ('object.name.contains("餐") && object.name.contains("饮")', False),
        ('object.name == "a" && object.name == "b"', True),
        ('subject.kind == "PERSON" && subject.id_type == "111"', False),
        ('subject.kind == "COMPANY"', True),
        ("size(object.name) > 500", False),
    ],
)
def test_a_row_whose_condition_no_decision_can_meet_is_unreachable(condition: str, never: bool) -> None:  # noqa: FBT001 - the answer expected
    assert doubts(replace(SOUND, condition=condition)) == ([(LintRule.UNREACHABLE, "FOOD")] if never else [])


def test_a_row_without_days_in_the_version_or_of_an_unknown_item_is_unreachable() -> None:
    assert doubts(SOUND, items={"1007"}) == [(LintRule.UNREACHABLE, "FOOD")]
    over = replace(SOUND, effective_to=date(2005, 1, 1))
    assert doubts(over, effective_from=date(2005, 1, 1)) == [(LintRule.UNREACHABLE, "FOOD")]
    assert doubts(over, effective_from=date(2004, 12, 31)) == []


def test_an_item_that_is_only_coordinated_has_no_supervisor() -> None:
    assert doubts(replace(SOUND, relation=Relation.COORDINATE)) == [(LintRule.NO_SUPERVISOR, "1006")]


def test_a_department_without_a_liaison_and_a_row_that_needs_one_are_told() -> None:
    assert doubts(SOUND, replace(FIRE, liaison="")) == [(LintRule.NO_LIAISON, "DEMO-FIRE")]
    second = replace(SOUND, code="SECOND", item_code="1007", liaison="")
    assert doubts(SOUND, second) == [(LintRule.NO_LIAISON, "SECOND")]


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({"claim_limit": "2wd", "first_check_limit": "1wd"}, 1),
        ({"claim_limit": "3wd", "feedback_limit": "1wd"}, 0),
        ({"claim_limit": "2wd", "first_check_limit": "24h"}, 2),
        ({"claim_limit": None, "first_check_limit": "2wd", "check_days": Decimal(3)}, 1),
        ({"push_mode": PushMode.AUTO_CLAIM}, 1),
        ({"method": Method.RANDOM_POOL}, 1),
        ({"claim_limit": "2wd", "first_check_limit": "1m", "feedback_limit": "2wd"}, 0),
        ({"feedback_limit": "121m"}, 1),
        ({"first_check_limit": "3661d", "feedback_limit": "2501wd"}, 2),
    ],
)
def test_a_limit_nobody_can_meet_is_told(changes: dict[str, Any], count: int) -> None:
    said: dict[str, Any] = {
        name: Limit.parse(value) if isinstance(value, str) and name.endswith("limit") else value
        for name, value in changes.items()
    }
    assert doubts(replace(SOUND, **said)) == [(LintRule.LIMIT, "FOOD")] * count


@pytest.mark.parametrize(("method", "doubtful"), [(Method.RANDOM_POOL, True), (Method.ON_SITE, False)])
def test_a_certificate_nobody_is_asked_for_is_told(method: Method, *, doubtful: bool) -> None:
    link = a_link(liaison="L-1", method=method, certificate_required=True)
    assert doubts(link) == ([(LintRule.CERTIFICATE, "FOOD")] if doubtful else [])
    assert doubts(replace(link, certificate_required=False)) == []


def test_the_difference_of_two_versions_is_told_field_by_field() -> None:
    before = a_version(SOUND, FIRE, checklists=(a_checklist(), a_checklist("OLD", lines=5)))
    moved = replace(SOUND, department="DEMO-CITY", claim_limit=None)
    after = a_version(
        moved,
        a_link("NEW-ONE", item_code="1007"),
        version="2011-1",
        checklists=(a_checklist(lines=3), a_checklist("OTHER", 1)),
    )
    found = compared(before, after)
    assert [change.field for change in found.header] == ["version"]
    assert ([link.code for link in found.added], [link.code for link in found.removed]) == (["NEW-ONE"], ["FIRE"])
    (changed,) = found.changed
    assert [(c.field, c.before, c.after) for c in changed.changes] == [
        ("department", "DEMO-FOOD", "DEMO-CITY"),
        ("claim_limit", "2wd", None),
    ]
    assert (found.checklists_added, found.checklists_changed, found.checklists_removed) == (
        ("OTHER",),
        ("FOOD-44",),
        ("OLD",),
    )
    same = compared(before, before)
    assert not any((same.header, same.added, same.removed, same.changed, same.checklists_changed))


def test_the_impact_names_links_whose_open_tasks_would_be_others() -> None:
    old = a_version(SOUND, FIRE, a_link("GONE", item_code="1007"))
    renamed = replace(FIRE, department_name="消防", legal_basis="某法")
    draft = a_version(replace(SOUND, liaison="L-9"), renamed, version="2011-1")
    counts = {("2010-1", "FOOD"): 3, ("2010-1", "FIRE"): 2, ("2010-1", "GONE"): 1, ("lost", "FOOD"): 9}
    found = {one.link_code: one for one in impact(draft, Catalogue((old,)), counts)}
    assert {code: (one.effect, one.open_tasks) for code, one in found.items()} == {
        "FOOD": (Effect.CHANGED, 3),
        "FIRE": (Effect.UNCHANGED, 2),
        "GONE": (Effect.REMOVED, 1),
    }
    assert [(c.field, c.before, c.after) for c in found["FOOD"].changes] == [("liaison", "L-1", "L-9")]


def test_another_text_of_the_checklist_changes_open_tasks() -> None:
    draft = a_version(SOUND, version="2011-1", checklists=(a_checklist(lines=2),))
    (found,) = impact(draft, Catalogue((a_version(SOUND),)), {("2010-1", "FOOD"): 1})
    assert [change.field for change in found.changes] == ["checklist_lines"]


def past(object_no: str = "O1", holder: str = "S1", **changes: Any) -> PastDecision:
    plain: dict[str, Any] = {
        "kind": DecisionKind.NEW,
        "item_code": "1006",
        "region": "640202",
        "decided_on": date(2011, 9, 1),
    }
    return PastDecision("chicago", object_no, "001", holder, Facts(**plain | changes))


def test_gaps_are_items_without_a_link_and_links_without_a_decision() -> None:
    version = a_version(SOUND, a_link("QUIET", item_code="1007"), a_link("ENDS", item_code="1008"))
    decided = {"1006": (5, date(2011, 9, 1)), "2000": (3, date(2011, 8, 1))}
    found = unlinked(version, decided, {"1006": "餐饮", "3000": "示例事项"})
    assert [(one.item_code, one.name, one.decisions, one.listed) for one in found] == [
        ("2000", "", 3, False),
        ("3000", "示例事项", 0, True),
    ]
    triggered = Triggered(version, Catalogue((), CEL))
    triggered.add([past(), past(item_code="1007", existing=True), past(item_code="1008", kind=DecisionKind.CANCEL)])
    assert [link.link_code for link in triggered.silent()] == ["QUIET", "ENDS"]


def tried(draft: CatalogueVersion, decisions: list[PastDecision], *, portion: int = 100) -> Comparison:
    trial = WhatIf(draft, Catalogue((a_version(SOUND, FIRE),), CEL))
    for start in range(0, len(decisions), portion):
        trial.add(decisions[start : start + portion])
    return trial.finished()


def test_what_if_counts_tasks_visits_and_officer_days_before_and_after() -> None:
    draft = a_version(
        replace(SOUND, condition='decision.region == "640202"', check_days=Decimal("0.5")),
        replace(FIRE, method=Method.RANDOM_POOL),
        a_link("WATER", item_code="1007", department="DEMO-WATER", officers=3),
        version="2012-1",
        effective_from=date(2012, 1, 1),
    )
    decisions = [
        past("O1", "S1"),
        past("O2", "S1", region="640205"),
        past("O3", "S2", item_code="1007"),
        past("O4", "S3", existing=True),
        past("O5", "S3", kind=DecisionKind.CANCEL),
    ]
    found = tried(draft, decisions)
    food, fire, water = (found.departments[name] for name in ("DEMO-FOOD", "DEMO-FIRE", "DEMO-WATER"))
    assert (found.decisions, found.unmatched_before, found.unmatched_after) == (5, 1, 0)
    assert (food.tasks_before, food.tasks_after, food.tasks_added, food.tasks_removed) == (2, 1, 0, 1)
    assert (food.officer_days_before, food.officer_days_after) == (Decimal(4), Decimal(1))
    assert (fire.tasks_after, fire.visits_before, fire.visits_after, fire.officer_days_after) == (2, 2, 0, Decimal(0))
    assert (water.tasks_added, water.visits_after, water.officer_days_after) == (1, 1, Decimal(3))
    assert (dict(found.visits_before), dict(found.visits_after)) == (
        {("001", "S1"): 2},
        {("001", "S1"): 1, ("001", "S2"): 1},
    )
    assert (found.total.tasks_before, found.total.tasks_after) == (4, 4)


def test_decisions_of_one_application_are_one_task_and_a_promise_is_another() -> None:
    both = frozenset({Trigger.NEW, Trigger.COMMITMENT})
    draft = a_version(replace(SOUND, triggers=both), a_link("SECOND", item_code="1007", liaison="L"), version="x")
    decisions = [past(), past(item_code="1007"), past(commitment=True)]
    load = tried(draft, decisions).departments["DEMO-FOOD"]
    assert (load.tasks_after, load.tasks_before) == (2, 2)


def test_a_promise_no_link_covers_is_checked_by_whoever_is_in_charge() -> None:
    helping = replace(FIRE, relation=Relation.COORDINATE)
    found = tried(a_version(SOUND, helping, version="x"), [past(commitment=True)])
    food, fire = found.departments["DEMO-FOOD"], found.departments["DEMO-FIRE"]
    assert (food.tasks_after, food.officer_days_after, fire.tasks_after) == (2, Decimal(4), 1)
    assert (fire.tasks_before, fire.tasks_removed) == (2, 1)
    assert dict(found.visits_after) == {("001", "S1"): 1}


LINKS = st.lists(
    st.builds(
        lambda number, relation, triggers, department, checklist: a_link(
            f"L{number}", check_kind=f"K{number}", relation=relation, triggers=triggers,
            department=department, checklist=checklist,
        ),
        *(st.integers(1, 6), st.sampled_from(Relation), st.frozensets(st.sampled_from(Trigger), min_size=1)),
        *(st.sampled_from(["DEMO-FOOD", "DEMO-FIRE"]), st.sampled_from(["FOOD-44", "OTHER-5"])),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda link: link.code,
)  # fmt: skip


@given(links=LINKS, kind=st.sampled_from(DecisionKind), promised=st.booleans())
def test_what_if_counts_the_tasks_matching_would_make(links: list[Link], kind: DecisionKind, *, promised: bool) -> None:
    draft = a_version(*links, version="x")
    office = Office(furnished(draft))
    office.does(on_case_decided, decided(kind=kind, commitment=promised))
    made = Counter(task.link_code for task in office.database.tasks.values())
    assert tried(draft, [past(kind=kind, commitment=promised)]).links_after == made


KINDS = st.sampled_from(DecisionKind)
PAST = st.builds(
    lambda n, item, kind, day, promise, old: past(
        f"O{n}", f"S{n % 3}", item_code=item, kind=kind, decided_on=day, commitment=promise, existing=old
    ),
    *(st.integers(1, 5), st.sampled_from(["1006", "1007"]), KINDS),
    *(st.dates(date(2011, 1, 1), date(2011, 1, 5)), st.booleans(), st.booleans()),
)


@given(st.lists(PAST, max_size=30), st.integers(1, 7))
def test_the_same_rules_change_nothing_however_the_decisions_are_portioned(
    decisions: list[PastDecision], portion: int
) -> None:
    ordered = sorted(decisions, key=lambda one: one.object_no)
    found = tried(a_version(SOUND, FIRE, version="same"), ordered, portion=portion)
    assert found == tried(a_version(SOUND, FIRE, version="same"), ordered)
    total = found.total
    assert (total.tasks_added, total.tasks_removed) == (0, 0)
    assert (total.tasks_before, total.visits_before) == (total.tasks_after, total.visits_after)
    assert found.visits_before == found.visits_after
