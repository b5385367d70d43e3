"""Rules edition (信用规则版本): who drafted an edition of the rules, who submitted it and who else published it.

DRAFT 草稿 → SUBMITTED 已提交 → PUBLISHED 已发布; a submitted one may be sent back to its drafter. Two persons (双人复核):
whoever drafted or submitted an edition cannot publish it. What was submitted never changes, what was published never ends:
the next edition takes over on its first day, which is not before the day after its publication (次日起施行), so that no
grade that was told becomes wrong afterwards.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Self

from credit.domain.rulebook import RuleSet
from credit.domain.rules_document import digest_of, read_edition
from kernel.clock import china_day
from kernel.refusal import Refusal
from kernel.two_persons import Submission


class EditionState(StrEnum):
    """Where an edition stands (规则版本状态)."""

    DRAFT = "DRAFT"  # 草稿
    SUBMITTED = "SUBMITTED"  # 已提交
    PUBLISHED = "PUBLISHED"  # 已发布


@dataclass(frozen=True, kw_only=True)
class RulesEdition(Submission):
    """信用规则版本. Persons are codes; instants are aware, UTC; empty and None: not yet."""

    KIND = "version"
    NAMES = {  # noqa: RUF012 - a ClassVar
        EditionState.DRAFT: "草稿",
        EditionState.SUBMITTED: "已提交",
        EditionState.PUBLISHED: "已发布",
    }

    version: str
    content: str
    """Canonical text (规范文本)."""
    state: EditionState = EditionState.DRAFT
    published_by: str = ""
    published_at: datetime | None = None

    @property
    def named(self) -> tuple[str, str]:
        """How it is called."""
        return f"信用规则 {self.version} ", f"edition {self.version} of the rules"

    @cached_property
    def rules(self) -> RuleSet:
        """What it says."""
        return read_edition(self.content)

    @property
    def digest(self) -> str:
        """SHA-256 of its content (摘要)."""
        return digest_of(self.content)

    def replaced(self, content: str, by: str, at: datetime) -> Self:
        """改稿: other content. Refuses ``rules-differ`` (409) for what is no draft any more."""
        if self.state is not EditionState.DRAFT:
            raise taken(self.version, self.NAMES[self.state], self.state.value)
        return replace(self, content=content, drafted_by=by, drafted_at=at)

    def require_unpublished(self) -> None:
        """Not published yet; else ``rules-published`` (409): whoever drafts it again expects something to come of it."""
        if self.published_at is not None:
            day = china_day(self.published_at)
            raise Refusal(
                code="rules-published",
                zh=f"信用规则 {self.version} 已于 {day} 由 {self.published_by} 发布，不能再起草；要改请换用新的版本号",
                en=f"rules {self.version} were published on {day} by {self.published_by} and cannot be drafted again; "
                "give a change a new version",
                status=409,
            )

    def published(self, by: str, at: datetime, today: date) -> Self:
        """发布; repeating it changes nothing.

        Refuses ``version-not-submitted``, ``second-person-needed`` and ``effective-too-early`` (409).
        """
        if self.state is EditionState.PUBLISHED and self.published_by == by:
            return self
        self.require_second_person(by, "发布", "publish")
        if self.rules.effective_from <= today:
            raise _too_early(self, today)
        return replace(self, state=EditionState.PUBLISHED, published_by=by, published_at=at)


def taken(version: str, state_zh: str, state: str) -> Refusal:
    """版本号已用: ``rules-differ`` (409)."""
    return Refusal(
        code="rules-differ",
        zh=f"信用规则 {version} {state_zh}且内容不同；提交后不可更改，请换用新的版本号",
        en=f"rules {version} are {state} with other content; what was submitted never changes, give yours a new version",
        status=409,
    )


def no_such_edition(version: str) -> Refusal:
    """没有该规则版本: ``not-found`` (404)."""
    return Refusal(
        code="not-found",
        zh=f"没有信用规则 {version[:50]}，请先查询版本列表",
        en=f"there are no rules {version[:50]}; list the editions first",
        status=404,
    )


def _too_early(edition: RulesEdition, today: date) -> Refusal:
    begins = edition.rules.effective_from
    return Refusal(
        code="effective-too-early",
        zh=f"信用规则 {edition.version} 自 {begins} 起施行，而今天是 {today}：已告知的评价不得事后变更；"
        "请退回修改，把施行日期改为明天或以后",
        en=f"rules {edition.version} are to be in force from {begins} and today is {today}: grades that were told must not "
        "become wrong afterwards; send the edition back and let it begin tomorrow or later",
        status=409,
    )
