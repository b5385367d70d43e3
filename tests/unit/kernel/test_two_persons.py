"""What one person drafts and submits, another puts into force."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

import pytest

from kernel.refusal import Refusal
from kernel.two_persons import Submission

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


class State(StrEnum):
    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    SIGNED = "SIGNED"


@dataclass(frozen=True, kw_only=True)
class Letter(Submission):
    KIND = "letter"
    NAMES = {State.DRAFT: "草稿", State.SUBMITTED: "已提交", State.SIGNED: "已签发"}  # noqa: RUF012 - a ClassVar

    state: State = State.DRAFT

    @property
    def named(self) -> tuple[str, str]:
        return "函件", "the letter"


LETTER = Letter(drafted_by="a", drafted_at=NOON)


def test_it_is_submitted_once_and_by_one_person() -> None:
    sent = LETTER.submitted("b", NOON)
    assert (sent.state, sent.submitted_by, sent.submitted_at) == (State.SUBMITTED, "b", NOON)
    assert sent.submitted("b", NOON) is sent
    with pytest.raises(Refusal, match="letter-not-draft"):
        sent.submitted("c", NOON)


def test_sent_back_it_is_a_draft_without_a_trace_of_who_submitted_it() -> None:
    assert LETTER.submitted("b", NOON).sent_back() == LETTER
    assert LETTER.sent_back() is LETTER
    with pytest.raises(Refusal, match="letter-not-submitted"):
        replace(LETTER, state=State.SIGNED).sent_back()


@pytest.mark.parametrize("by", ["a", "b"])
def test_neither_who_drafted_nor_who_submitted_it_is_the_second_person(by: str) -> None:
    with pytest.raises(Refusal) as refused:
        LETTER.submitted("b", NOON).require_second_person(by, "签发", "sign")
    assert (refused.value.code, refused.value.status) == ("second-person-needed", 409)
    assert "须由另一人签发" in refused.value.zh


def test_a_second_person_can_do_nothing_about_a_draft() -> None:
    LETTER.submitted("b", NOON).require_second_person("c", "签发", "sign")
    with pytest.raises(Refusal, match="letter-not-submitted") as refused:
        LETTER.require_second_person("c", "签发", "sign")
    assert "函件草稿，此操作要求其为已提交" in refused.value.zh
