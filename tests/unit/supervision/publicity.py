"""What the tests of publicity share: an office with one routine task and colleagues who did not inspect."""

from datetime import date
from typing import Any

import pytest

from kernel.deadline import Deadline
from kernel.publicity import PublicityCause
from kernel.refusal import Refusal
from supervision import handlers
from supervision.domain.publicity.commands import (
    CorrectPublication,
    PublicisePublication,
    QuestionPublication,
    WithdrawPublication,
)
from supervision.domain.publicity.publication import Publication
from supervision.domain.watch import Office as Posts
from tests.fakes.publicity import early
from tests.fakes.supervised import a_link, a_version, an_inspection, decided, department_told, person_told
from tests.fakes.supervision import furnished
from tests.unit.supervision.conftest import Office
from tests.unit.supervision.test_ladder import KNOWN_2011

DUE = date(2011, 9, 30)
"""The 20th working day after Friday 2011-09-02; no holiday in between."""
CHANGED = {"cause": PublicityCause.CHANGED, "reason": "复议变更"}


def opened(**changes: Any) -> Office:
    """One routine task on O1, its department with a head, a clerk and two inspectors."""
    link = a_link(
        supervise_item_code="99999900000001",
        supervise_sub_item="食品经营检查",
        liaison="clerk",
        responsible_officer="orange-1",
    )
    found = Office(furnished(a_version(link)))
    found.database.publicity.rules = early(**changes)
    found.database.years = {2011: KNOWN_2011}
    found.database.offices["DEMO-FOOD"] = Posts(department="DEMO-FOOD", liaison="clerk", head="head", superior="boss")
    found.does(handlers.on_directory_changed, department_told())
    for code in ("clerk", "head"):
        found.does(handlers.on_directory_changed, person_told(code))
    found.does(handlers.on_case_decided, decided())
    return found


def inspected(office: Office, failed: tuple[str, ...] = (), **changes: Any) -> Publication:
    office.does(handlers.conclude_inspection, an_inspection(failed=failed, **changes))
    return only(office)


def only(office: Office) -> Publication:
    (publication,) = office.database.publicity.rows.values()
    return publication


def clocks(office: Office, kind: str) -> list[Deadline]:
    number = only(office).publication_no
    return [each for each in office.database.deadlines.values() if each.owner == number and each.kind == kind]


def publicised(office: Office, by: str = "clerk", **changes: Any) -> Publication:
    number = only(office).publication_no
    office.does(handlers.publicise_result, PublicisePublication(publication_no=number, by=by, **changes))
    return only(office)


def correction(office: Office, by: str = "head", **changes: Any) -> CorrectPublication:
    plain = {**CHANGED, "result_class": "NO_PROBLEM"}
    return CorrectPublication(publication_no=only(office).publication_no, by=by, **plain | changes)


def withdrawal(office: Office, by: str = "head", **changes: Any) -> WithdrawPublication:
    plain = {"cause": PublicityCause.ANNULLED, "reason": "检查结果被撤销"}
    return WithdrawPublication(publication_no=only(office).publication_no, by=by, **plain | changes)


def doubt(office: Office, by: str = "reviewer", **changes: Any) -> QuestionPublication:
    return QuestionPublication(publication_no=only(office).publication_no, by=by, **CHANGED | changes)


def refused(office: Office, handle: Any, command: Any) -> str:
    kept = (dict(office.database.publicity.rows), len(office.database.said), len(office.database.deadlines))
    with pytest.raises(Refusal) as refusal:
        office.does(handle, command)
    assert (office.database.publicity.rows, len(office.database.said), len(office.database.deadlines)) == kept
    return refusal.value.code


def acts(office: Office) -> list[tuple[int, str, str]]:
    return [(each.version, each.act.value, each.by) for each in office.database.publicity.changes]


def notices(office: Office) -> list[tuple[str, str]]:
    return [(each.kind, each.person) for each in office.database.notices.values()]
