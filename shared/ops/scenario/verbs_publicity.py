"""Verbs of the publicity of results (抽查结果公示动词)."""

from ops.scenario.keys import Key, Kind
from ops.scenario.verb import BY, REASON, Finds, Verb

_CAUSE = Key(name="cause", zh="缘由：CLERICAL、CHANGED、ANNULLED、OBJECTION", en="the cause", required=True)
_CLASS = Key(
    name="class", zh="抽查结果类型，缺省按检查结果", en="the class, by the result when left out", field="result_class"
)


def _on_publication(name: str, verb: str, zh: str, en: str, *keys: Key) -> Verb:
    path = f"/api/v1/publicity/{{publication_no}}:{verb}"
    return Verb(name=name, zh=zh, en=en, service="supervision", path=path, finds=Finds.PUBLICATION, keys=keys)


VERBS = (
    _on_publication(
        "publicise_result",
        "publicise",
        "公示检查结果（由没有参加检查的人）",
        "publicise the result of an inspection, by somebody who did not inspect",
        _CLASS,
        BY,
    ),
    _on_publication(
        "correct_result",
        "correct",
        "更正公示（须另一人）",
        "correct what is shown, as a second person",
        _CLASS,
        Key(name="matter", zh="抽查事项名称", en="the matter's name", field="matter_name"),
        Key(name="name", zh="主体名称", en="the organisation's name", field="subject_name"),
        Key(name="on", zh="检查日期", en="the day of the inspection", kind=Kind.DAY, field="inspected_on"),
        _CAUSE,
        REASON,
        BY,
    ),
    _on_publication(
        "question_result",
        "question",
        "说明公示的结果已变更、撤销或有异议",
        "say that what is shown was changed, annulled or objected to",
        _CAUSE,
        REASON,
        BY,
    ),
    _on_publication("uphold_result", "uphold", "核实后维持公示", "uphold what is shown", REASON, BY),
    _on_publication(
        "withdraw_result",
        "withdraw",
        "撤下公示（须另一人）",
        "withdraw what is shown for good, as a second person",
        _CAUSE,
        REASON,
        BY,
    ),
)
