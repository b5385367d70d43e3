"""The rules of publicity as text (公示规则文件): parsed from publicity.toml and checked when the process starts."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from kernel.editions import read_editions
from kernel.inspection import InspectionResult
from kernel.limit import Limit
from kernel.refusal import Refusal
from supervision.domain.content import code_faults
from supervision.domain.publicity.rules import PublicityEdition, PublicityRules, ResultClass
from supervision.domain.publicity.words import PublicityMode
from supervision.domain.words import Purpose

_KINDS = {
    "version": str,
    "effective_from": date,
    "ad_hoc": bool,
    "provisional": bool,
    "source": str,
    "confirmed": bool,
}


def parse(text: str) -> PublicityRules:
    """The rules. Refuses ``invalid-publicity-rules`` naming what is missing or contradicts itself."""
    return PublicityRules(read_editions(text, _edition, _faults, _invalid))


def _edition(said: Mapping[str, Any]) -> PublicityEdition:
    if wrong := [f"{name} is a {kind.__name__}" for name, kind in _KINDS.items() if type(said[name]) is not kind]:
        raise ValueError(", ".join(wrong))
    return PublicityEdition(
        **{name: said[name] for name in _KINDS},
        purposes=frozenset(map(str, said["purposes"])),
        items=frozenset(map(str, said["items"])),
        mode=PublicityMode(said["mode"]),
        limit=Limit.asked(said["limit"]),
        withdraw_limit=Limit.asked(said["withdraw_limit"]),
        classes={code: _class(code, each) for code, each in said["classes"].items()},
        usual={InspectionResult(result): str(code) for result, code in said["usual"].items()},
    )


def _class(code: str, said: Mapping[str, Any]) -> ResultClass:
    results = frozenset(map(InspectionResult, said["results"]))
    return ResultClass(code=code, zh=str(said["zh"]), en=str(said["en"]), results=results)


def _faults(edition: PublicityEdition) -> Iterator[str]:
    if not edition.source.strip():
        yield "a source is needed"
    for code in (edition.version, *edition.classes):
        if code_faults("", code):
            yield f"{code!r} is no code"
    if strange := sorted(edition.purposes - set(Purpose)):
        yield f"no such purpose: {', '.join(strange)}"
    for each in edition.classes.values():
        if not (each.zh.strip() and each.en.strip() and each.results):
            yield f"class {each.code} needs zh, en and results"
    for result in InspectionResult:
        usual = edition.classes.get(edition.usual.get(result, ""))
        if usual is None or result not in usual.results:
            yield f"the usual class of {result} is missing, or does not stand for it"


def _invalid(reason: str) -> Refusal:
    return Refusal(
        code="invalid-publicity-rules",
        zh=f"公示规则文件 publicity.toml 有误，请改正后重新启动: {reason}",
        en=f"the rules of publicity in publicity.toml are not valid; correct them and start again: {reason}",
    )
