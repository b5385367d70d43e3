"""Process rules (办理规则): the numbers of the process, read from process.toml, each with its source and validity."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kernel.deadline import Ladder, Limit
from kernel.refusal import Refusal


@dataclass(frozen=True, kw_only=True)
class AnswerRule:
    """答复时限: one edition of how long the approver has for an answer."""

    limit: Limit
    effective_from: date
    effective_to: date | None = None
    source: str
    confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class ProcessRules:
    """办理规则."""

    answers: tuple[AnswerRule, ...]
    ladder: Ladder

    def answer_limit(self, day: date) -> Limit:
        """The limit in force on a day: of several editions the one that began last."""
        fitting = [
            rule
            for rule in self.answers
            if rule.effective_from <= day and (rule.effective_to is None or day < rule.effective_to)
        ]
        return max(fitting or self.answers, key=lambda rule: rule.effective_from).limit


def parse(text: str) -> ProcessRules:
    """Read the text of a rules file. Refuses ``invalid-process-rules`` when something is missing or not understood."""
    try:
        said = tomllib.loads(text)
        rules = ProcessRules(answers=tuple(_answer(data) for data in said["answer"]), ladder=_ladder(said["ladder"]))
        sources = [*(rule.source for rule in rules.answers), said["ladder"]["source"]]
    except (KeyError, TypeError, ValueError, Refusal) as error:
        raise _invalid(f"{type(error).__name__}: {error}") from error
    if not rules.answers:
        raise _invalid("no edition of answer")
    if not all(source.strip() for source in sources):
        raise _invalid("a source is needed")
    return rules


def _answer(data: Mapping[str, Any]) -> AnswerRule:
    return AnswerRule(**(dict(data) | {"limit": Limit.parse(data["limit"])}))


def _ladder(data: Mapping[str, Any]) -> Ladder:
    before, red = (Limit.parse(data[name]) if data.get(name) else None for name in ("before", "red"))
    return Ladder(half=data["half"], before=before, red=red, next_workday=data["next_workday"])


def _invalid(reason: str) -> Refusal:
    return Refusal(
        code="invalid-process-rules",
        zh=f"办理规则文件 process.toml 有误，请改正后重新启动: {reason}",
        en=f"the rules in process.toml are not valid; correct them and start again: {reason}",
    )
