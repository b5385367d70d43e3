"""Version record (目录版本档案): who wrote a version, who submitted it, who else published it, and when it ended.

DRAFT 草稿 → SUBMITTED 已提交 → PUBLISHED 已发布 → RETIRED 已停用; a submitted one may be sent back to its drafter.
Two persons (双人复核): whoever drafted or submitted a version cannot publish it. Each verb answers with the next state
or refuses; the content can be replaced in a draft alone.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self

from kernel.refusal import Fault, Refusal, malformed
from kernel.two_persons import Submission
from supervision.domain.catalogue.version import CatalogueVersion
from supervision.domain.catalogue.words import VersionState


@dataclass(frozen=True, kw_only=True)
class VersionRecord(Submission):
    """目录版本档案. Persons are codes; instants are aware, UTC; empty and None: not yet."""

    KIND = "version"
    NAMES = {  # noqa: RUF012 - a ClassVar
        VersionState.DRAFT: "草稿",
        VersionState.SUBMITTED: "已提交",
        VersionState.PUBLISHED: "已发布",
        VersionState.RETIRED: "已停用",
    }

    content: CatalogueVersion
    state: VersionState = VersionState.DRAFT
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
    def named(self) -> tuple[str, str]:
        """How it is called."""
        return f"目录版本 {self.version} ", f"version {self.version}"

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
                zh=f"目录版本 {self.version} {self.NAMES[self.state]}且内容不同；提交后不可更改，请换用新的版本号",
                en=f"version {self.version} is {self.state.value} with other content; "
                "what was submitted never changes, give yours a new name",
                status=409,
            )
        return replace(self, content=content, drafted_by=by, drafted_at=at)

    def published(self, by: str, at: datetime) -> Self:
        """发布. Refuses ``version-not-submitted`` and ``second-person-needed`` (409); repeating it changes nothing."""
        if self.state is VersionState.PUBLISHED and self.published_by == by:
            return self
        self.require_second_person(by, "发布", "publish")
        return replace(self, state=VersionState.PUBLISHED, published_by=by, published_at=at)

    def retired(self, by: str, on: date, at: datetime, today: date) -> Self:
        """停用 from a day on. Refuses ``version-not-published`` (409) and a day that is over."""
        if self.state is VersionState.RETIRED and self.retired_by == by:
            return self
        self.require("PUBLISHED")
        if on < today:
            over = Fault(
                pointer="/on",
                zh="停用日不得早于今天：此前的决定已按本版本匹配",
                en="a version cannot end in the past: earlier decisions were matched with it",
            )
            raise malformed([over])
        return replace(self, state=VersionState.RETIRED, retired_by=by, retired_at=at, retired_on=on)
