"""Publication (公示): the result of one inspection on its way to everybody, with every version of what was shown.

Who inspected neither publicises nor corrects nor withdraws, and a shown result is changed by another person than the
one who last showed it (双人). Each verb answers with the next state or refuses. Source: 石大政办发〔2021〕58号.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self

from kernel.inspection import InspectionResult
from kernel.publicity import PublicityCause
from kernel.refusal import Fault, malformed
from kernel.subject import SubjectKind
from supervision.domain.publicity import refusals
from supervision.domain.publicity.commands import (
    CorrectPublication,
    PublicisePublication,
    QuestionPublication,
    UpholdPublication,
    WithdrawPublication,
)
from supervision.domain.publicity.rules import PublicityEdition
from supervision.domain.publicity.words import PublicationState, PublicityAct
from supervision.domain.register import Holder

State = PublicationState


@dataclass(frozen=True, kw_only=True)
class PublicContent:
    """公示内容. Of a natural person the names are masked when they are shown, never here."""

    matter_code: str
    matter_name: str
    subject_name: str
    object_name: str
    inspected_on: date
    result_class: str
    """结果类型; empty while nobody named one."""


@dataclass(frozen=True, kw_only=True)
class PublicityDoubt:
    """存疑: somebody said that what is shown no longer holds."""

    cause: PublicityCause
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class PublicityChange:
    """公示履历: what was done, by whom, when and why, and what is shown from then on; never changed."""

    publication_no: str
    version: int
    act: PublicityAct
    by: str
    at: datetime
    content: PublicContent
    cause: PublicityCause | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Publication:
    """公示, one per inspection that must be publicised. ``version`` counts what was done to it, 0 before the first."""

    publication_no: str
    source_system: str
    inspection_no: str
    task_id: str
    object_no: str
    region: str
    department: str
    purpose: str
    holder: Holder
    inspectors: tuple[str, ...]
    result: InspectionResult
    formed_on: date
    """结果形成日: the clock counts from the day after."""
    edition: str
    """公示规则版本 it came under."""
    content: PublicContent
    state: PublicationState = State.PENDING
    version: int = 0
    publicised_on: date | None = None
    """The day it was first shown."""
    shown_by: str = ""
    """Who last decided what is shown."""
    doubt: PublicityDoubt | None = None
    withdrawal: PublicityDoubt | None = None
    """Why, by whom and when it was withdrawn."""

    @property
    def natural(self) -> bool:
        """True when it is about a natural person (自然人)."""
        return self.holder.kind == SubjectKind.PERSON

    def repeats_publicising(self, command: PublicisePublication) -> bool:
        """True when the same person publicises the same again. Refuses ``already-publicised``, ``publication-withdrawn``."""
        if self.state is State.WITHDRAWN:
            raise refusals.withdrawn(self.publication_no)
        if self.state is State.PENDING:
            return False
        same = command.result_class in {"", self.content.result_class}
        if self.state is State.PUBLICISED and self.shown_by == command.by and same:
            return True
        raise refusals.already_publicised(self.publication_no)

    def publicised(self, by: str, result_class: str, on: date) -> Self:
        """公示. Refuses ``second-person-needed`` (409) for an officer who inspected."""
        self._require_not_inspecting(by)
        return replace(
            self,
            state=State.PUBLICISED,
            version=self.version + 1,
            content=replace(self.content, result_class=result_class),
            publicised_on=on,
            shown_by=by,
        )

    def corrected(self, command: CorrectPublication, edition: PublicityEdition) -> Self:
        """更正: the same publication again when it says so already.

        Refuses ``not-publicised``, ``publication-withdrawn``, ``second-person-needed`` (409), ``nothing-corrected``,
        ``result-class-unknown``, ``result-class-contradicts``, ``invalid-content`` (422).
        """
        self._require_shown()
        after = self._as_said(command)
        if command.result_class is not None:
            self._require_class(command, edition)
        if faults := list(self._faults(command)):
            raise malformed(faults)
        if after == self.content and self.state is State.CORRECTED and self.shown_by == command.by:
            return self
        if after == self.content:
            raise refusals.nothing_corrected()
        self._require_second(command.by)
        return replace(
            self,
            state=State.CORRECTED,
            version=self.version + 1,
            content=after,
            shown_by=command.by,
            doubt=None,
        )

    def questioned(self, command: QuestionPublication, at: datetime) -> Self:
        """存疑: the same publication when the same was said before, or a change that is known already is objected to.

        Refuses ``not-publicised``, ``publication-withdrawn`` (409).
        """
        self._require_shown()
        doubt = PublicityDoubt(cause=command.cause, by=command.by, at=at, reason=command.reason)
        if self.doubt and replace(self.doubt, at=at) == doubt:
            return self
        if self.doubt and self.doubt.cause.pressing and not command.cause.pressing:
            return self
        return replace(self, version=self.version + 1, doubt=doubt)

    def upheld(self, command: UpholdPublication) -> Self:
        """维持, by neither an inspecting officer nor who questioned it. Refuses ``not-questioned`` too (409)."""
        self._require_shown()
        if self.doubt is None:
            raise refusals.not_questioned(self.publication_no)
        self._require_not_inspecting(command.by)
        if command.by == self.doubt.by:
            raise refusals.second_person(command.by)
        return replace(self, version=self.version + 1, doubt=None)

    def withdrawn(self, command: WithdrawPublication, at: datetime) -> Self:
        """撤下, or 不予公示 while it is pending: the same publication when the same was said before.

        Refuses ``publication-withdrawn``, ``second-person-needed`` (409).
        """
        withdrawal = PublicityDoubt(cause=command.cause, by=command.by, at=at, reason=command.reason)
        if self.withdrawal:
            if replace(self.withdrawal, at=at) == withdrawal:
                return self
            raise refusals.withdrawn(self.publication_no)
        self._require_second(command.by)
        return replace(self, state=State.WITHDRAWN, version=self.version + 1, doubt=None, withdrawal=withdrawal)

    def change(
        self, act: PublicityAct, by: str, at: datetime, cause: PublicityCause | None = None, reason: str = ""
    ) -> PublicityChange:
        """The trace of what made it what it is now."""
        return PublicityChange(
            publication_no=self.publication_no,
            version=self.version,
            act=act,
            by=by,
            at=at,
            content=self.content,
            cause=cause,
            reason=reason,
        )

    def _faults(self, command: CorrectPublication) -> Iterator[Fault]:
        if command.inspected_on is not None and command.inspected_on > self.formed_on:
            zh = f"检查日期不晚于结果形成日 {self.formed_on}"
            en = f"it lies not after {self.formed_on}, the day of the result"
            yield Fault(pointer="/inspected_on", zh=zh, en=en)
        if self.natural and command.subject_name is not None:
            zh = "自然人的姓名不在公示内容里，不能更正"
            en = "the name of a natural person is not shown, so it is not corrected"
            yield Fault(pointer="/subject_name", zh=zh, en=en)

    def _require_class(self, command: CorrectPublication, edition: PublicityEdition) -> None:
        """A class of its edition, which stands for the result unless that was changed since."""
        said = command.result_class or ""
        edition.require_known(said)
        if not command.cause.pressing:
            edition.class_for(said, self.result)

    def _as_said(self, command: CorrectPublication) -> PublicContent:
        names = ("result_class", "matter_name", "subject_name", "inspected_on")
        said = {name: getattr(command, name) for name in names}
        return replace(self.content, **{name: value for name, value in said.items() if value is not None})

    def _require_shown(self) -> None:
        if self.state is State.WITHDRAWN:
            raise refusals.withdrawn(self.publication_no)
        if not self.state.shown:
            raise refusals.not_publicised(self.publication_no)

    def _require_second(self, by: str) -> None:
        self._require_not_inspecting(by)
        if by == self.shown_by:
            raise refusals.second_person(by)

    def _require_not_inspecting(self, by: str) -> None:
        if by in self.inspectors:
            raise refusals.second_person(by)
