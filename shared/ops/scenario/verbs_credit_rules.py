"""Verbs of credit's rules (信用规则动词): an edition drafted, submitted and published by a second person."""

from ops.scenario.keys import Key
from ops.scenario.verb import BY, Form, Verb

_VERSION = Key(name="version", zh="规则版本号", en="the edition's version", required=True, sent=False)
VERBS = (
    Verb(
        name="draft_rules",
        zh="起草信用规则版本",
        en="draft an edition of the credit rules",
        service="credit",
        path="/api/v1/rules",
        form=Form.FILE,
        keys=(
            Key(name="path", zh="规则文件（相对于场景文件）", en="the rules, a file beside the scenario", sent=False),
            Key(name="content", zh="或：规则内容（文字）", en="or the rules as text", sent=False),
            Key(name="type", zh="内容类型：application/yaml", en="application/yaml", required=True, sent=False),
            BY,
        ),
    ),
    Verb(
        name="submit_rules",
        zh="提交信用规则版本",
        en="submit an edition of the credit rules",
        service="credit",
        path="/api/v1/rules/{version}:submit",
        keys=(_VERSION, BY),
    ),
    Verb(
        name="publish_rules",
        zh="发布信用规则版本，须另一人",
        en="publish an edition of the credit rules, by another person",
        service="credit",
        path="/api/v1/rules/{version}:publish",
        keys=(_VERSION, BY),
    ),
)
