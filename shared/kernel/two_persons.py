"""Two persons (双人办理): what one person drafts and submits, another puts into force; the life all such documents share.

DRAFT 草稿 → SUBMITTED 已提交 → in force under a name of its own. A submitted one may be sent back; content is replaced in a
draft alone. Each verb answers with the next state or refuses.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from kernel.refusal import Refusal


@dataclass(frozen=True, kw_only=True)
class Submission(ABC):
    """双人办理的文件. Persons are codes; instants are aware, UTC; empty and None: not yet.

    ``KIND`` begins the codes of refusals; ``NAMES`` says every state in Chinese, DRAFT and SUBMITTED among them.
    """

    KIND: ClassVar[str]
    NAMES: ClassVar[Mapping[Any, str]]

    state: StrEnum
    drafted_by: str
    drafted_at: datetime
    submitted_by: str = ""
    submitted_at: datetime | None = None

    @property
    @abstractmethod
    def named(self) -> tuple[str, str]:
        """How it is called, in Chinese and in English."""

    def submitted(self, by: str, at: datetime) -> Self:
        """提交. Refuses ``…-not-draft`` (409); the same person may repeat it."""
        if self.state == self._is("SUBMITTED") and self.submitted_by == by:
            return self
        self.require("DRAFT")
        return replace(self, state=self._is("SUBMITTED"), submitted_by=by, submitted_at=at)

    def sent_back(self) -> Self:
        """退回修改: a submitted one is a draft again. Refuses ``…-not-submitted`` (409)."""
        if self.state == self._is("DRAFT"):
            return self
        self.require("SUBMITTED")
        return replace(self, state=self._is("DRAFT"), submitted_by="", submitted_at=None)

    def require_second_person(self, by: str, zh: str, en: str) -> None:
        """Submitted, and ``by`` is somebody else. Refuses ``…-not-submitted`` and ``second-person-needed`` (409).

        ``zh`` and ``en``: what has to be done, 发布, publish.
        """
        self.require("SUBMITTED")
        if by in {self.drafted_by, self.submitted_by}:
            named_zh, named_en = self.named
            raise second_person_needed(
                f"{by} 起草或提交了{named_zh}，须由另一人{zh}",
                f"{by} drafted or submitted {named_en}; somebody else has to {en} it",
            )

    def require(self, state: str) -> None:
        """In this state; else ``…-not-draft`` and the like (409)."""
        if self.state == self._is(state):
            return
        (named_zh, named_en), wanted = self.named, self._is(state)
        raise Refusal(
            code=f"{self.KIND}-not-{state.lower()}",
            zh=f"{named_zh}{self.NAMES[self.state]}，此操作要求其为{self.NAMES[wanted]}；请先查询其状态",
            en=f"{named_en} is {self.state}, this needs it to be {wanted}; look its state up first",
            status=409,
        )

    def _is(self, state: str) -> Any:
        return type(self.state)(state)


def second_person_needed(zh: str, en: str) -> Refusal:
    """须由另一人办理: ``second-person-needed`` (409)."""
    return Refusal(code="second-person-needed", zh=zh, en=en, status=409)
