"""The life of an annual plan: what is refused, who may file it, what an amendment keeps, who is urged to file."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from contracts.plans import PlanFiled, PlanFilingUrged
from kernel.reckoning import Step
from kernel.refusal import Refusal
from kernel.risk import RiskClass
from supervision import handlers
from supervision.domain.plans import (
    AnnualPlan,
    EntryDepartment,
    Floors,
    Frequency,
    Matter,
    MatterCategory,
    PlanAct,
    PlanState,
    Target,
)
from supervision.domain.plans.commands import (
    AmendPlan,
    AskMatter,
    AskPlan,
    DraftPlan,
    FilePlan,
    SendBackPlan,
    SubmitPlan,
    UrgeFiling,
)
from supervision.domain.plans.rules import PlanFloor, PlanRules
from supervision.domain.watch import Office
from tests.fakes.plans import BLAST, FIRE, FOOD, HYGIENE, PLAN_RULES, a_matter, a_plan, an_entry
from tests.fakes.supervised import NOON, a_link, a_version
from tests.fakes.supervision import FakeDatabase, FakeWork, furnished

JOINT = (
    EntryDepartment(department="DEMO-FOOD", officers_per_object=2, max_objects=50),
    EntryDepartment(department="DEMO-FIRE", officers_per_object=2, max_objects=50),
)
MATTERS = (
    a_matter(),
    a_matter(HYGIENE, name="餐具检查"),
    a_matter(FIRE, name="消防检查", department="DEMO-FIRE", category=MatterCategory.KEY),
    a_matter(BLAST, name="爆破作业检查", category=MatterCategory.PUBLIC_SAFETY),
)


@pytest.fixture
def database() -> FakeDatabase:
    made = furnished(a_version(a_link(supervise_item_code=FOOD)))
    for matter in MATTERS:
        done(made, handlers.register_matter, matter)
    return made


def done(database: FakeDatabase, handle: Any, command: Any, now: datetime = NOON) -> Any:
    work = FakeWork(database, now)
    found = handle(work, command)
    work.commit()
    return found


def refused(database: FakeDatabase, handle: Any, command: Any, now: datetime = NOON) -> Refusal:
    """What it answers; nothing was said or kept."""
    work = FakeWork(database, now)
    with pytest.raises(Refusal) as told:
        handle(work, command)
    assert (work.said, work.plans.notes, work.plans.rows) == ([], [], database.plans.versions)
    return told.value


def draft(plan: AnnualPlan | None = None, by: str = "clerk-1") -> DraftPlan:
    return DraftPlan(content=plan or a_plan(), by=by)


def filed(database: FakeDatabase, plan: AnnualPlan | None = None) -> None:
    wanted = plan or a_plan()
    done(database, handlers.draft_plan, draft(wanted))
    done(database, handlers.submit_plan, SubmitPlan(plan_no=wanted.plan_no, by="clerk-1"))
    done(database, handlers.file_plan, FilePlan(plan_no=wanted.plan_no, by="head-1", filing_no="备〔2011〕1号"))


def amended(**changes: Any) -> AmendPlan:
    strict = an_entry(ratios={letter: Decimal("0.5") for letter in RiskClass})
    return AmendPlan(content=a_plan(strict, reason="专项整治", **changes), by="clerk-1")


def pointers(refusal: Refusal) -> list[str]:
    return [fault.pointer for fault in refusal.faults]


def test_a_plan_is_drafted_submitted_and_filed_by_two_persons_and_told_once(database: FakeDatabase) -> None:
    assert done(database, handlers.draft_plan, draft()).created
    assert done(database, handlers.draft_plan, draft()).duplicate
    submit = SubmitPlan(plan_no="FOOD-2011", by="clerk-2")
    assert done(database, handlers.submit_plan, submit).state is PlanState.SUBMITTED
    assert done(database, handlers.submit_plan, submit).duplicate
    for person in ("clerk-1", "clerk-2"):
        alone = refused(database, handlers.file_plan, FilePlan(plan_no="FOOD-2011", by=person, filing_no="1"))
        assert (alone.code, alone.status) == ("second-person-needed", 409)
    file = FilePlan(plan_no="FOOD-2011", by="head-1", filing_no="备〔2011〕1号", filed_on=date(2011, 3, 31))
    assert done(database, handlers.file_plan, file).state is PlanState.FILED
    assert done(database, handlers.file_plan, file).duplicate
    (told,) = [event for event in database.said if isinstance(event, PlanFiled)]
    assert (told.plan_no, told.version, told.filing_no, told.in_time) == ("FOOD-2011", 1, "备〔2011〕1号", True)
    ratios = {each.risk_class.value: each.ratio for each in told.entries[0].ratios}
    assert ratios == {"A": "0.01", "B": "0.05", "C": "0.15", "D": "0.5"}
    assert (told.departments, told.entries[0].targeted, told.filed_by) == (("DEMO-FOOD",), False, "head-1")
    assert [(change.act, change.by) for change in database.plans.changes] == [
        (PlanAct.DRAFTED, "clerk-1"),
        (PlanAct.SUBMITTED, "clerk-2"),
        (PlanAct.FILED, "head-1"),
    ]


def test_a_plan_filed_after_the_last_day_says_so(database: FakeDatabase) -> None:
    filed(database)
    (told,) = [event for event in database.said if isinstance(event, PlanFiled)]
    assert (told.filed_on, told.in_time) == (date(2011, 9, 2), False)


def test_public_safety_stays_out_of_a_plan_and_is_named(database: FakeDatabase) -> None:
    told = refused(database, handlers.draft_plan, draft(a_plan(an_entry(matters=(FOOD, BLAST)))))
    assert (told.code, pointers(told)) == ("matter-not-random", ["/entries/0/matters/1"])
    assert "爆破作业检查" in told.faults[0].zh


def test_a_matter_nobody_registered_or_not_in_use_is_named(database: FakeDatabase) -> None:
    unknown = refused(database, handlers.draft_plan, draft(a_plan(an_entry(matters=("64020200000099",)))))
    assert (unknown.code, pointers(unknown)) == ("matter-unknown", ["/entries/0/matters/0"])
    done(database, handlers.register_matter, replace(MATTERS[0], active=False))
    assert refused(database, handlers.draft_plan, draft()).code == "matter-not-random"


def test_a_matter_that_became_public_safety_stops_a_plan_before_it_is_filed(database: FakeDatabase) -> None:
    done(database, handlers.draft_plan, draft())
    done(database, handlers.submit_plan, SubmitPlan(plan_no="FOOD-2011", by="clerk-1"))
    done(database, handlers.register_matter, replace(MATTERS[0], category=MatterCategory.PUBLIC_SAFETY))
    told = refused(database, handlers.file_plan, FilePlan(plan_no="FOOD-2011", by="head-1", filing_no="1"))
    assert told.code == "matter-not-random"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"departments": JOINT}, "/entries/0/departments/1/department"),
        ({"departments": JOINT[1:]}, "/entries/0/matters/0"),
        ({"matters": (FOOD, FIRE)}, "/entries/0/matters/1"),
    ],
)
def test_matters_and_departments_of_an_entry_belong_together(
    database: FakeDatabase, changes: dict[str, Any], pointer: str
) -> None:
    assert pointer in pointers(refused(database, handlers.draft_plan, draft(a_plan(an_entry(**changes)))))


def test_several_departments_may_check_together(database: FakeDatabase) -> None:
    joint = an_entry(matters=(FOOD, FIRE), departments=JOINT)
    assert done(database, handlers.draft_plan, draft(a_plan(joint))).created
    assert joint.joint
    assert a_plan(joint).departments == ("DEMO-FIRE", "DEMO-FOOD")


def test_an_entry_below_a_floor_is_refused_with_the_source_of_the_floor(database: FakeDatabase) -> None:
    floor = PlanFloor(
        name="法律服务",
        matters=frozenset({FOOD}),
        min_ratio=Decimal("0.05"),
        times_per_year=2,
        at_least_every_months=24,
        source="某规定",
        confirmed=True,
    )
    database.plans.rules = PlanRules((replace(PLAN_RULES.editions[0], floors=(floor,)),))
    told = refused(database, handlers.draft_plan, draft())
    assert (told.code, pointers(told)) == (
        "plan-below-floor",
        [
            "/entries/0/floors/min_ratio",
            "/entries/0/frequency/times_per_year",
            "/entries/0/frequency/at_least_every_months",
        ],
    )
    assert "某规定" in told.faults[0].zh
    enough = an_entry(
        floors=Floors(min_ratio=Decimal("0.05")), frequency=Frequency(times_per_year=2, at_least_every_months=12)
    )
    assert done(database, handlers.draft_plan, draft(a_plan(enough))).created
    other = an_entry(matters=(HYGIENE,))
    assert done(database, handlers.draft_plan, draft(a_plan(other, plan_no="P2"))).created


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"ratios": {letter: Decimal(n) for letter, n in zip(RiskClass, "1000", strict=True)}}, "/entries/0/ratios/B"),
        ({"ratios": {letter: Decimal("1.01") for letter in RiskClass}}, "/entries/0/ratios/A"),
        ({"ratios": {letter: Decimal("NaN") for letter in RiskClass}}, "/entries/0/ratios/A"),
        ({"ratios": {letter: Decimal("0.0000001") for letter in RiskClass}}, "/entries/0/ratios/A"),
        ({"ratios": {RiskClass.A: Decimal(1)}}, "/entries/0/ratios/B"),
        ({"departments": (EntryDepartment(department="DEMO-FOOD", officers_per_object=1, max_objects=1),)}, None),
        ({"departments": ()}, "/entries/0/departments"),
        ({"matters": ()}, "/entries/0/matters"),
        ({"matters": (FOOD, FOOD)}, "/entries/0/matters"),
        ({"matters": ("123",)}, "/entries/0/matters/0"),
        ({"starts_on": date(2012, 1, 1), "ends_on": date(2012, 2, 1)}, "/entries/0/ends_on"),
        ({"starts_on": date(2011, 12, 1)}, "/entries/0/ends_on"),
        ({"frequency": Frequency(times_per_year=0)}, "/entries/0/frequency/times_per_year"),
        ({"frequency": Frequency(at_least_every_months=0)}, "/entries/0/frequency/at_least_every_months"),
        ({"floors": Floors(min_objects={RiskClass.A: -1})}, "/entries/0/floors/min_objects/A"),
        ({"floors": Floors(min_ratio=Decimal(2))}, "/entries/0/floors/min_ratio"),
        ({"target": Target(regions=("64",))}, "/entries/0/target/regions/0"),
        ({"target": Target(items=("不",))}, "/entries/0/target/items/0"),
        ({"target": Target(top=-1)}, "/entries/0/target/top"),
        ({"check_days": Decimal(0)}, "/entries/0/check_days"),
    ],
)
def test_what_is_wrong_with_an_entry_is_named(changes: dict[str, Any], pointer: str | None) -> None:
    with pytest.raises(Refusal) as told:
        a_plan(an_entry(**changes))
    assert (pointer or "/entries/0/departments/0/officers_per_object") in pointers(told.value)


def test_two_entries_of_one_code_are_refused() -> None:
    with pytest.raises(Refusal) as told:
        a_plan(an_entry(), an_entry())
    assert pointers(told.value) == ["/entries/1/code"]


def test_a_filed_plan_is_amended_by_a_further_version_and_the_first_never_changes(database: FakeDatabase) -> None:
    filed(database)
    first = database.plans.versions["FOOD-2011", 1]
    assert refused(database, handlers.draft_plan, draft(amended().content)).code == "plan-differs"
    receipt = done(database, handlers.amend_plan, amended())
    assert (receipt.version, receipt.state, receipt.created) == (2, PlanState.DRAFT, True)
    assert done(database, handlers.amend_plan, amended()).duplicate
    assert done(database, handlers.draft_plan, draft()).duplicate
    again = done(database, handlers.amend_plan, amended(title="另一名称"))
    assert (again.version, again.created, again.duplicate) == (2, False, False)
    done(database, handlers.submit_plan, SubmitPlan(plan_no="FOOD-2011", by="clerk-1"))
    assert refused(database, handlers.amend_plan, amended()).code == "plan-differs"
    done(database, handlers.file_plan, FilePlan(plan_no="FOOD-2011", by="head-1", filing_no="2"))
    assert database.plans.versions["FOOD-2011", 1] == first
    assert [event.version for event in database.said if isinstance(event, PlanFiled)] == [1, 2]


def test_an_amendment_needs_a_filed_plan_a_reason_and_keeps_year_and_lead(database: FakeDatabase) -> None:
    assert refused(database, handlers.amend_plan, amended()).status == 404
    done(database, handlers.draft_plan, draft())
    assert refused(database, handlers.amend_plan, amended()).code == "plan-not-filed"
    with pytest.raises(Refusal) as told:
        AmendPlan(content=a_plan(), by="clerk-1")
    assert pointers(told.value) == ["/reason"]
    done(database, handlers.submit_plan, SubmitPlan(plan_no="FOOD-2011", by="clerk-1"))
    done(database, handlers.file_plan, FilePlan(plan_no="FOOD-2011", by="head-1", filing_no="1"))
    moved = amended(lead_department="DEMO-FIRE", region="640205")
    assert pointers(refused(database, handlers.amend_plan, moved)) == ["/lead_department", "/region"]


def test_a_submitted_plan_goes_back_with_a_reason_and_may_then_be_changed(database: FakeDatabase) -> None:
    done(database, handlers.draft_plan, draft())
    back = SendBackPlan(plan_no="FOOD-2011", by="head-1", reason="比例偏低")
    assert done(database, handlers.send_back_plan, back).duplicate
    done(database, handlers.submit_plan, SubmitPlan(plan_no="FOOD-2011", by="clerk-1"))
    assert refused(database, handlers.draft_plan, draft(a_plan(title="另一名称"))).code == "plan-differs"
    assert done(database, handlers.send_back_plan, back).state is PlanState.DRAFT
    assert database.plans.changes[-1].reason == "比例偏低"
    done(database, handlers.draft_plan, draft(a_plan(title="另一名称")))
    assert database.plans.versions["FOOD-2011", 1].content.title == "另一名称"
    early = refused(database, handlers.file_plan, FilePlan(plan_no="FOOD-2011", by="head-1", filing_no="1"))
    assert early.code == "plan-not-submitted"


@pytest.mark.parametrize("day", [date(2011, 9, 3), date(2009, 12, 31)])
def test_a_plan_is_not_filed_on_a_day_to_come_or_long_before_its_year(database: FakeDatabase, day: date) -> None:
    done(database, handlers.draft_plan, draft())
    done(database, handlers.submit_plan, SubmitPlan(plan_no="FOOD-2011", by="clerk-1"))
    wrong = FilePlan(plan_no="FOOD-2011", by="head-1", filing_no="1", filed_on=day)
    assert pointers(refused(database, handlers.file_plan, wrong)) == ["/filed_on"]


def test_a_matter_is_registered_once_and_keeps_the_day_it_could_first_be_drawn(database: FakeDatabase) -> None:
    assert done(database, handlers.register_matter, MATTERS[0]).duplicate
    later = datetime(2012, 1, 1, 4, tzinfo=UTC)
    renamed = done(database, handlers.register_matter, replace(MATTERS[0], name="改名"), later)
    assert (renamed.created, renamed.duplicate) == (False, False)
    assert database.plans.matters[FOOD].since == date(2011, 9, 2)
    done(database, handlers.register_matter, replace(MATTERS[0], active=False), later)
    assert database.plans.matters[FOOD].since is None
    done(database, handlers.register_matter, MATTERS[0], later)
    assert database.plans.matters[FOOD].since == date(2012, 1, 1)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"code": "1"}, "/code"),
        ({"code": ""}, "/code"),
        ({"name": " "}, "/name"),
        ({"department": "某局"}, "/department"),
        ({"checklist": "某表"}, "/checklist"),
    ],
)
def test_what_is_wrong_with_a_matter_is_named(changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Refusal) as told:
        Matter(**{"code": FOOD, "name": "检查", "department": "DEMO-FOOD"} | changes)
    assert pointers(told.value) == [pointer]


def test_the_objects_of_matters_and_entries_follow_the_catalogue_in_force(database: FakeDatabase) -> None:
    filed(database)
    _, scope = done(database, handlers.scope_of_matter, AskMatter(FOOD))
    assert scope.groups == (frozenset({"1006"}),)
    version, scopes, _ = done(database, handlers.scopes_of_plan, AskPlan("FOOD-2011"))
    assert (version.version, scopes["E1"].groups) == (1, (frozenset({"1006"}),))
    assert refused(database, handlers.scope_of_matter, AskMatter("64020200000099")).status == 404
    assert refused(database, handlers.scopes_of_plan, AskPlan("FOOD-2011", 2)).status == 404


def test_a_department_without_a_filed_plan_is_urged_once_a_step_until_it_files(database: FakeDatabase) -> None:
    database.offices["DEMO-FOOD"] = Office(department="DEMO-FOOD", head="head-1")
    after = datetime(2012, 4, 1, 4, tzinfo=UTC)
    for step in (Step.BEFORE, Step.YELLOW, Step.YELLOW):
        done(database, handlers.urge_filing, UrgeFiling("DEMO-FOOD", 2012, step), after)
    told = [event for event in database.said if isinstance(event, PlanFilingUrged)]
    assert [(event.step, event.responsible, event.due_on) for event in told] == [
        (Step.BEFORE, "head-1", date(2012, 3, 31)),
        (Step.YELLOW, "head-1", date(2012, 3, 31)),
    ]
    assert [notice.person for notice in database.notices.values()] == ["head-1", "head-1"]
    done(database, handlers.urge_filing, UrgeFiling("DEMO-FIRE", 2011, Step.YELLOW), after)
    assert len([event for event in database.said if isinstance(event, PlanFilingUrged)]) == len(told)


def test_a_department_whose_plan_is_filed_is_left_alone(database: FakeDatabase) -> None:
    next_year = an_entry(starts_on=date(2012, 4, 1), ends_on=date(2012, 5, 1))
    filed(database, a_plan(next_year, year=2012, plan_no="FOOD-2012"))
    done(database, handlers.urge_filing, UrgeFiling("DEMO-FOOD", 2012, Step.YELLOW))
    assert [event for event in database.said if isinstance(event, PlanFilingUrged)] == []
