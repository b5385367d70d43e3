"""Gate rules (信用关口规则): what follows from each hold and grade, read from gate.toml, each with its source."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from approval.domain.hold import HoldKind
from kernel.credit import Grade
from kernel.refusal import Refusal


class GateAnswer(StrEnum):
    """What the gate answers (关口答复), the mildest first."""

    ALLOW = "ALLOW"  # 可以申请
    ALLOW_WITHOUT_COMMITMENT = "ALLOW_WITHOUT_COMMITMENT"  # 可以申请，不适用告知承诺
    REFUSE = "REFUSE"  # 不得申请

    @property
    def severity(self) -> int:
        """0 for the mildest."""
        return list(GateAnswer).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRule:
    """一条关口规则: what follows, for which items, and where it is written."""

    answer: GateAnswer
    same_item: bool = False
    public_safety: bool = False
    months: int | None = None
    """How long a hold without a last day lasts; None = until it is ended."""
    source: str
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRules:
    """信用关口规则: an edition."""

    version: str
    holds: Mapping[HoldKind, GateRule]
    grades: Mapping[Grade, GateRule]


def parse(text: str) -> GateRules:
    """Read the text of a rules file. Refuses ``invalid-gate-rules`` when something is missing or not understood."""
    try:
        said = tomllib.loads(text)
        rules = GateRules(
            version=str(said["version"]),
            holds=_rules(said["hold"], "kind", HoldKind),
            grades=_rules(said.get("grade", ()), "grade", Grade),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _invalid(f"{type(error).__name__}: {error}") from error
    if missing := [kind.value for kind in HoldKind if kind not in rules.holds]:
        raise _invalid(f"no rule for {', '.join(missing)}")
    if not rules.version.strip():
        raise _invalid("a version is needed")
    return rules


def _rules(said: Iterable[Mapping[str, Any]], name: str, words: type[Any]) -> dict[Any, GateRule]:
    found: dict[Any, GateRule] = {}
    for one in said:
        word = words(one[name])
        if word in found:
            raise ValueError(f"two rules for {word}")
        found[word] = _rule({key: value for key, value in one.items() if key != name})
    return found


def _rule(said: Mapping[str, Any]) -> GateRule:
    rule = GateRule(**(dict(said) | {"answer": GateAnswer(said["answer"])}))
    if not rule.source.strip():
        raise ValueError("a source is needed")
    months: Any = rule.months
    if months is not None and not (isinstance(months, int) and months > 0):
        raise ValueError(f"months are a whole number above 0, not {months}")
    return rule


def _invalid(reason: str) -> Refusal:
    return Refusal(
        code="invalid-gate-rules",
        zh=f"信用关口规则文件 gate.toml 有误，请改正后重新启动: {reason}",
        en=f"the rules in gate.toml are not valid; correct them and start again: {reason}",
    )
