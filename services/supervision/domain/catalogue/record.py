"""Version record (目录版本档案): who wrote a version, who submitted it, who else published it, and when it ended.

DRAFT 草稿 → SUBMITTED 已提交 → PUBLISHED 已发布 → RETIRED 已停用; a submitted one may be sent back to its drafter.
Two persons (双人复核): whoever drafted or submitted a version cannot publish it. Each verb answers with the next state
or refuses; the content can be replaced in a draft alone.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self

from kernel.refusal import Fault, Refusal, malformed
from supervision.domain.catalogue.version import CatalogueVersion
from supervision.domain.catalogue.words import VersionState

_NAMES = {
    VersionState.DRAFT: "草稿",
    VersionState.SUBMITTED: "已提交",
    VersionState.PUBLISHED: "已发布",
    VersionState.RETIRED: "已停用",
}


@dataclass(frozen=True, kw_only=True)
class VersionRecord:
    """目录版本档案. Persons are codes; instants are aware, UTC; empty and None: not yet."""

    content: CatalogueVersion
    state: VersionState = VersionState.DRAFT
    drafted_by: str
    drafted_at: datetime
    submitted_by: str = ""
    submitted_at: datetime | None = None
    published_by: str = ""
    published_at: datetime | None = None
    retired_by: str = ""
    retired_at: datetime | None = None
    retired_on: date | None = None

    @property
    def version(self) -> str:
        """Its name."""
        return self.content.version

    @property
    def matching(self) -> CatalogueVersion | None:
        """What decisions are matched with: nothing before it is published, nothing from the day it is retired on."""
        if self.state is VersionState.PUBLISHED or self.retired_on is None:
            return self.content if self.state is VersionState.PUBLISHED else None
        if self.retired_on <= self.content.effective_from:
            return None
        ends = min(self.retired_on, self.content.effective_to or self.retired_on)
        return replace(self.content, effective_to=ends)

    def replaced(self, content: CatalogueVersion, by: str, at: datetime) -> Self:
        """改稿: other content. Refuses ``catalogue-differs`` (409) for what is no draft any more."""
        if self.state is not VersionState.DRAFT:
            raise Refusal(
                code="catalogue-differs",
                zh=f"目录版本 {self.version} {_NAMES[self.state]}且内容不同；提交后不可更改，请换用新的版本号",
                en=f"version {self.version} is {self.state.value} with other content; "
                "what was submitted never changes, give yours a new name",
                status=409,
            )
        return replace(self, content=content, drafted_by=by, drafted_at=at)

    def submitted(self, by: str, at: datetime) -> Self:
        """提交. Refuses ``version-not-draft`` (409); the same person may repeat it."""
        if self.state is VersionState.SUBMITTED and self.submitted_by == by:
            return self
        self._require(VersionState.DRAFT, "version-not-draft")
        return replace(self, state=VersionState.SUBMITTED, submitted_by=by, submitted_at=at)

    def sent_back(self) -> Self:
        """退回修改: a submitted version becomes a draft again. Refuses ``version-not-submitted`` (409)."""
        if self.state is VersionState.DRAFT:
            return self
        self._require(VersionState.SUBMITTED, "version-not-submitted")
        return replace(self, state=VersionState.DRAFT, submitted_by="", submitted_at=None)

    def published(self, by: str, at: datetime) -> Self:
        """发布. Refuses ``version-not-submitted`` and ``second-person-needed`` (409); repeating it changes nothing."""
        if self.state is VersionState.PUBLISHED and self.published_by == by:
            return self
        self._require(VersionState.SUBMITTED, "version-not-submitted")
        if by in {self.drafted_by, self.submitted_by}:
            raise Refusal(
                code="second-person-needed",
                zh=f"{by} 起草或提交了目录版本 {self.version}，须由另一人发布",
                en=f"{by} drafted or submitted version {self.version}; somebody else has to publish it",
                status=409,
            )
        return replace(self, state=VersionState.PUBLISHED, published_by=by, published_at=at)

    def retired(self, by: str, on: date, at: datetime, today: date) -> Self:
        """停用 from a day on. Refuses ``version-not-published`` (409) and a day that is over."""
        if self.state is VersionState.RETIRED and self.retired_by == by:
            return self
        self._require(VersionState.PUBLISHED, "version-not-published")
        if on < today:
            over = Fault(
                pointer="/on",
                zh="停用日不得早于今天：此前的决定已按本版本匹配",
                en="a version cannot end in the past: earlier decisions were matched with it",
            )
            raise malformed([over])
        return replace(self, state=VersionState.RETIRED, retired_by=by, retired_at=at, retired_on=on)

    def _require(self, state: VersionState, code: str) -> None:
        if self.state is not state:
            raise Refusal(
                code=code,
                zh=f"目录版本 {self.version} {_NAMES[self.state]}，此操作要求其为{_NAMES[state]}；请先查询版本状态",
                en=f"version {self.version} is {self.state.value}, this needs it to be {state.value}; "
                "look its state up first",
                status=409,
            )
