"""A shown result that is corrected, questioned, upheld or withdrawn: by whom, in which time, and what is kept."""

from datetime import date
from typing import Any

import pytest

from contracts.event import Subject
from contracts.publicity import ResultCorrected, ResultWithdrawn
from contracts.redress import ObjectionDecided, ObjectionEvent, ObjectionLodged
from kernel.deadline import DeadlineState
from kernel.publicity import PublicityCause
from kernel.refusal import Refusal
from supervision import handlers
from supervision.domain.claim import ClaimTask
from supervision.domain.publicity.commands import (
    PublicisePublication,
    UpholdPublication,
)
from supervision.domain.publicity.words import PublicationState, PublicityMode
from supervision.domain.verbs import InspectTask, RectifyTask, VerifyTask
from tests.fakes.supervised import NOON, a_report, an_inspection, decided
from tests.unit.supervision.conftest import Office
from tests.unit.supervision.publicity import (
    acts,
    clocks,
    correction,
    doubt,
    inspected,
    notices,
    only,
    opened,
    publicised,
    refused,
    withdrawal,
)


def objected(kind: type[ObjectionEvent], **changes: Any) -> ObjectionEvent:
    """What credit tells of an objection to the record of inspection I1."""
    plain: dict[str, Any] = {
        "source_system": "chicago",
        "region": "640202",
        "subject": Subject(id_type="099", id_no="S1", kind="ORGANISATION"),
        "record_id": "R1",
        "objection_id": "J1",
        "by": "credit-1",
        "at": NOON,
        "inspection_no": "I1",
    }
    return kind(**plain | changes)


@pytest.fixture
def office() -> Office:
    return opened()


class TestCorrecting:
    def test_a_second_person_corrects_with_cause_and_reason_and_both_versions_are_kept(self, office: Office) -> None:
        inspected(office, failed=("1",))
        publicised(office)
        office.does(handlers.correct_publication, correction(office))
        publication = only(office)
        assert (publication.state, publication.version, publication.shown_by) == (
            PublicationState.CORRECTED,
            2,
            "head",
        )
        assert [each.content.result_class for each in office.database.publicity.changes] == [
            "PENDING_MEASURES",
            "NO_PROBLEM",
        ]
        event = office.last(ResultCorrected)
        assert (event.previous_class, event.result_class, event.version) == ("PENDING_MEASURES", "NO_PROBLEM", 2)
        assert (event.cause, event.reason) == (PublicityCause.CHANGED, "复议变更")

    def test_neither_who_showed_it_last_nor_who_inspected_corrects(self, office: Office) -> None:
        inspected(office)
        publicised(office)
        for by in ("clerk", "orange-2"):
            command = correction(office, by, result_class=None, matter_name="另一事项")
            assert refused(office, handlers.correct_publication, command) == "second-person-needed"
        office.does(handlers.correct_publication, correction(office, matter_name="另一事项"))
        again = correction(office, "head", matter_name="第三事项")
        assert refused(office, handlers.correct_publication, again) == "second-person-needed"
        office.does(handlers.correct_publication, correction(office, "clerk", matter_name="第三事项"))
        assert acts(office)[-1] == (3, "CORRECTED", "clerk")

    def test_the_same_correction_again_changes_nothing(self, office: Office) -> None:
        inspected(office, failed=("1",))
        publicised(office)
        assert office.does(handlers.correct_publication, correction(office))[1] is False
        assert office.does(handlers.correct_publication, correction(office))[1] is True
        assert len(acts(office)) == 2

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({}, "nothing-corrected"),
            ({"result_class": "NONSENSE"}, "result-class-unknown"),
            ({"inspected_on": date(2011, 9, 3)}, "invalid-content"),
        ],
    )
    def test_a_correction_that_says_nothing_or_nonsense_is_refused(
        self, office: Office, changes: dict[str, Any], code: str
    ) -> None:
        inspected(office)
        publicised(office)
        assert refused(office, handlers.correct_publication, correction(office, **changes)) == code

    def test_only_a_changed_result_may_be_shown_under_a_class_of_another(self, office: Office) -> None:
        inspected(office, failed=("1",))
        publicised(office)
        command = correction(office, cause=PublicityCause.CLERICAL)
        assert refused(office, handlers.correct_publication, command) == "result-class-contradicts"
        clerical = correction(office, cause=PublicityCause.CLERICAL, result_class="UNREACHABLE", reason="选错了类型")
        office.does(handlers.correct_publication, clerical)
        assert only(office).content.result_class == "UNREACHABLE"

    def test_a_number_of_a_person_in_a_reason_is_refused(self, office: Office) -> None:
        inspected(office, failed=("1",))
        publicised(office)
        with pytest.raises(Refusal, match="invalid-content") as told:
            correction(office, reason="11010519491231002X 申请复议")
        assert [fault.pointer for fault in told.value.faults] == ["/reason"]

    def test_what_is_not_shown_is_not_corrected(self, office: Office) -> None:
        inspected(office)
        assert refused(office, handlers.correct_publication, correction(office)) == "not-publicised"

    def test_the_name_of_a_natural_person_is_never_stored_to_be_shown(self, office: Office) -> None:
        person = Subject(id_type="111", id_no="ref-1", kind="PERSON")
        office.does(handlers.on_case_decided, decided("C2", "O2", subject=person))
        office.does(handlers.conclude_inspection, an_inspection("I2", "O2"))
        publicised(office)
        assert only(office).content.subject_name == ""
        command = correction(office, subject_name="张三")
        assert refused(office, handlers.correct_publication, command) == "invalid-content"

    @pytest.mark.parametrize("wrong", [{"reason": " "}, {"by": ""}, {"matter_name": " "}])
    def test_a_command_without_reason_or_person_cannot_be_made(self, office: Office, wrong: dict[str, Any]) -> None:
        inspected(office)
        with pytest.raises(Refusal, match="invalid-content"):
            correction(office, **wrong)


class TestDoubts:
    def test_a_changed_result_has_three_workdays_and_the_publisher_is_told(self, office: Office) -> None:
        inspected(office, failed=("1",))
        publicised(office)
        office.does(handlers.question_publication, doubt(office))
        (clock,) = clocks(office, "PUT_RIGHT")
        assert (clock.due_on, clock.state) == (date(2011, 9, 7), DeadlineState.RUNNING)
        assert notices(office) == [("PUBLICITY", "clerk")]
        assert office.does(handlers.question_publication, doubt(office))[1] is True
        office.does(handlers.correct_publication, correction(office))
        assert clocks(office, "PUT_RIGHT")[0].state is DeadlineState.MET
        assert only(office).doubt is None
        assert acts(office) == [(1, "PUBLICISED", "clerk"), (2, "QUESTIONED", "reviewer"), (3, "CORRECTED", "head")]

    def test_an_objection_is_told_but_starts_no_clock_until_the_result_is_changed(self, office: Office) -> None:
        inspected(office)
        publicised(office)
        office.does(handlers.question_publication, doubt(office, cause=PublicityCause.OBJECTION, reason="不服"))
        assert (clocks(office, "PUT_RIGHT"), len(notices(office))) == ([], 1)
        office.does(handlers.question_publication, doubt(office))
        assert (len(clocks(office, "PUT_RIGHT")), len(notices(office))) == (1, 2)
        office.does(handlers.question_publication, doubt(office, cause=PublicityCause.ANNULLED))
        assert len(clocks(office, "PUT_RIGHT")) == 1
        office.does(handlers.question_publication, doubt(office, cause=PublicityCause.OBJECTION, reason="仍不服"))
        known = only(office).doubt
        assert known is not None
        assert known.cause is PublicityCause.ANNULLED

    def test_a_doubt_is_answered_by_upholding_but_not_by_who_raised_it(self, office: Office) -> None:
        inspected(office)
        publicised(office)
        number = only(office).publication_no
        command = UpholdPublication(publication_no=number, by="clerk", reason="核实无误")
        assert refused(office, handlers.uphold_publication, command) == "not-questioned"
        office.does(handlers.question_publication, doubt(office, "head"))
        mine = UpholdPublication(publication_no=number, by="head", reason="核实无误")
        assert refused(office, handlers.uphold_publication, mine) == "second-person-needed"
        office.does(handlers.uphold_publication, command)
        assert (only(office).doubt, clocks(office, "PUT_RIGHT")[0].state) == (None, DeadlineState.VOID)

    def test_an_objection_at_credit_is_told_and_once_upheld_has_three_workdays(self, office: Office) -> None:
        inspected(office)
        publicised(office)
        office.does(handlers.on_objection_lodged, objected(ObjectionLodged, reason="不实", due_on=date(2011, 9, 9)))
        assert (clocks(office, "PUT_RIGHT"), notices(office)) == ([], [("PUBLICITY", "clerk")])
        office.does(handlers.on_objection_decided, objected(ObjectionDecided, upheld=False, reason="属实"))
        assert clocks(office, "PUT_RIGHT") == []
        office.does(handlers.on_objection_decided, objected(ObjectionDecided, upheld=True, reason="复核成立"))
        assert clocks(office, "PUT_RIGHT")[0].due_on == date(2011, 9, 7)
        assert [each.reason for each in office.database.publicity.changes[1:]] == [
            "信用异议 / objection J1",
            "信用异议成立 / objection upheld J1",
        ]

    @pytest.mark.parametrize("number", ["I1", "I9", ""])
    def test_an_objection_to_what_is_not_shown_changes_nothing(self, office: Office, number: str) -> None:
        inspected(office)
        event = objected(ObjectionDecided, inspection_no=number, upheld=True, reason="成立")
        office.does(handlers.on_objection_decided, event)
        assert (acts(office), notices(office)) == ([], [])

    def test_what_is_not_shown_is_not_questioned(self, office: Office) -> None:
        inspected(office)
        assert refused(office, handlers.question_publication, doubt(office)) == "not-publicised"

    def test_a_rectification_that_passed_tells_who_publicised(self, office: Office) -> None:
        (task,) = office.database.tasks
        office.does(handlers.claim_task, ClaimTask(task_id=task, inspector="orange-1"))
        office.does(handlers.inspect_task, InspectTask(task_id=task, report=a_report(failed=("1",))))
        publicised(office)
        office.does(handlers.order_rectification, RectifyTask(task_id=task, by="orange-1", demand="改正"))
        verified = VerifyTask(task_id=task, by="orange-1", officers=("orange-1", "orange-2"), passed=True)
        office.does(handlers.verify_rectification, verified)
        assert notices(office) == [("PUBLICITY", "clerk")]
        (notice,) = office.database.notices.values()
        assert "整改已复查合格" in notice.zh

    def test_of_what_was_publicised_at_once_the_liaison_is_told(self) -> None:
        office = opened(mode=PublicityMode.AUTO)
        inspected(office)
        office.does(handlers.question_publication, doubt(office))
        assert notices(office) == [("PUBLICITY", "clerk")]


class TestWithdrawing:
    def test_a_second_person_withdraws_what_is_shown_for_good(self, office: Office) -> None:
        inspected(office)
        publicised(office)
        assert refused(office, handlers.withdraw_publication, withdrawal(office, "clerk")) == "second-person-needed"
        office.does(handlers.question_publication, doubt(office, cause=PublicityCause.ANNULLED))
        office.does(handlers.withdraw_publication, withdrawal(office))
        publication = only(office)
        assert (publication.state, publication.publicised_on) == (PublicationState.WITHDRAWN, date(2011, 9, 2))
        assert clocks(office, "PUT_RIGHT")[0].state is DeadlineState.MET
        event = office.last(ResultWithdrawn)
        assert (event.cause, event.reason, event.by) == (PublicityCause.ANNULLED, "检查结果被撤销", "head")
        assert office.does(handlers.withdraw_publication, withdrawal(office))[1] is True
        for handle, command in (
            (handlers.withdraw_publication, withdrawal(office, reason="另一理由")),
            (handlers.correct_publication, correction(office, "clerk")),
            (handlers.question_publication, doubt(office)),
            (
                handlers.publicise_result,
                PublicisePublication(publication_no=publication.publication_no, by="clerk"),
            ),
        ):
            assert refused(office, handle, command) == "publication-withdrawn"

    def test_what_was_never_shown_is_withdrawn_in_silence_and_its_clock_is_void(self, office: Office) -> None:
        inspected(office)
        assert refused(office, handlers.withdraw_publication, withdrawal(office, "orange-1")) == "second-person-needed"
        office.does(handlers.withdraw_publication, withdrawal(office, "clerk"))
        assert clocks(office, "PUBLICISE")[0].state is DeadlineState.VOID
        assert [event for event in office.database.said if isinstance(event, ResultWithdrawn)] == []
        assert acts(office) == [(1, "WITHDRAWN", "clerk")]
