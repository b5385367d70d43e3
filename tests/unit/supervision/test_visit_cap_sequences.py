"""Whatever departments request, cancel and join in whatever order: no cap is passed, and every refusal was needed."""

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.refusal import Refusal
from kernel.visit import VisitState
from supervision import handlers
from supervision.domain.inspector import Inspector
from supervision.domain.visits import SiteVisit
from supervision.domain.visits.rules_file import parse
from tests.fakes.supervised import decided
from tests.fakes.supervision import furnished
from tests.fakes.visit_commands import a_request, cancel
from tests.fakes.visits import EARLY
from tests.unit.supervision.conftest import Office

HEALTH = ("WJW", "SWJW", "WJJ")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("request"), st.sampled_from(HEALTH), st.integers(0, 200)),
        st.tuples(st.just("join"), st.sampled_from(HEALTH), st.integers(0, 9)),
        st.tuples(st.just("cancel"), st.just(""), st.integers(0, 9)),
    ),
    min_size=8,
    max_size=30,
)


def health_office() -> Office:
    database = furnished()
    database.visiting.rules = parse(EARLY)
    for code in (f"{department}-{number}" for department in HEALTH for number in (1, 2)):
        database.inspectors[code] = Inspector(code=code, name="某", department=code.rpartition("-")[0])
    office = Office(database)
    office.does(handlers.on_case_decided, decided())
    return office


def standing(office: Office) -> list[SiteVisit]:
    return [each for each in office.database.visiting.rows.values() if each.state is not VisitState.CANCELLED]


def used(visits: list[SiteVisit]) -> tuple[Counter[tuple[str, int]], Counter[int]]:
    """By department and year, and together by year, counted by hand."""
    own = Counter((each.department, each.planned_on.year) for each in visits)
    together = Counter(year for _, year in {(each.joint_no, each.planned_on.year) for each in visits})
    return own, together


def step(office: Office, kind: str, department: str, number: int) -> None:
    visits = standing(office)
    if kind == "cancel":
        if visits:
            office.does(*cancel(visits[number % len(visits)]))
        return
    changes: dict[str, Any] = {}
    if kind == "join" and visits:
        other = visits[number % len(visits)]
        changes = {"joint_with": other.visit_no, "planned_on": other.planned_on}
    request = a_request(number, department, **changes)
    try:
        office.does(handlers.request_visit, request)
    except Refusal as refusal:
        if refusal.code != "visit-cap-reached":
            return
        own, together = used(visits)
        year = request.planned_on.year
        adds = "joint_with" not in changes
        assert own[department, year] >= 2 or (adds and together[year] >= 4)


@given(STEPS)
@settings(max_examples=300, deadline=None)
def test_no_sequence_passes_a_cap_and_no_refusal_is_idle(steps: list[tuple[str, str, int]]) -> None:
    office = health_office()
    for kind, department, number in steps:
        step(office, kind, department, number)
        own, together = used(standing(office))
        assert max(own.values(), default=0) <= 2
        assert max(together.values(), default=0) <= 4
