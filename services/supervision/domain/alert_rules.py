"""Alert rules as text (预警规则文件): parsed from alerts.toml and checked when the process starts."""

import tomllib
from collections.abc import Mapping
from typing import Any

from kernel.alert import AlertRule
from kernel.refusal import Refusal
from supervision.domain.alerts import AlertRules, CountedFor, Restart, RuleEdition, Window


def parse(text: str) -> AlertRules:
    """Read the text of a rules file. Refuses ``invalid-alert-rules`` when something is missing or contradicts itself."""
    try:
        rules = AlertRules(tuple(_edition(data) for data in tomllib.loads(text)["rule"]))
    except (KeyError, TypeError, ValueError) as error:
        raise _invalid(f"{type(error).__name__}: {error}") from error
    begins = [(edition.code, edition.effective_from) for edition in rules.editions]
    if len(set(begins)) < len(begins):
        raise _invalid("two editions of one rule begin on the same day")
    if missing := set(AlertRule) - {edition.code for edition in rules.editions}:
        raise _invalid(f"no edition of {', '.join(sorted(missing))}")
    for edition in rules.editions:
        _check(edition)
    return rules


def _edition(data: Mapping[str, Any]) -> RuleEdition:
    words = {
        "code": AlertRule(data["code"]),
        "counted_for": CountedFor(data["counted_for"]),
        "window": Window(data["window"]),
        "restart": Restart(data["restart"]),
    }
    return RuleEdition(**(dict(data) | words))


def _check(edition: RuleEdition) -> None:
    if edition.threshold < 1 or edition.grace_days < 0:
        raise _invalid(f"{edition.code}: threshold is at least 1 and grace_days at least 0")
    frequent = edition.code is AlertRule.FREQUENT_CHECK
    if frequent and (edition.visits < 2 or edition.within_days < 1):  # noqa: PLR2004 - one visit is never frequent
        raise _invalid(f"{edition.code}: visits is at least 2 and within_days at least 1")
    if not edition.source.strip():
        raise _invalid(f"{edition.code}: a source is needed")


def _invalid(reason: str) -> Refusal:
    return Refusal(
        code="invalid-alert-rules",
        zh=f"预警规则文件 alerts.toml 有误，请改正后重新启动: {reason}",
        en=f"the alert rules in alerts.toml are not valid; correct them and start again: {reason}",
    )
