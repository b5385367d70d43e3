"""The manual (场景手册): the tables of docs/scenarios.md written from the tables the program checks files with.

`python -m ops.scenario.manual docs/scenarios.md docs/scenarios.en.md` renews what stands between the two marks.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from ops.scenario.expect_rest import SUBJECTS
from ops.scenario.keys import Key
from ops.scenario.table import ADVANCE, HEAD, VERBS
from ops.scenario.verb import FINDERS, Form, Verb

BEGIN, END = "<!-- tables: python -m ops.scenario.manual -->", "<!-- end of tables -->"


def renewed(page: str, *, english: bool) -> str:
    """A page with its tables as they are now."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables(english=english)}\n{END}{after}"


def tables(*, english: bool) -> str:
    """Every verb with its keys, every subject of ``expect`` with its keys."""
    pick = _English if english else _Chinese
    lines = [f"### {pick.head}", "", *_keys(HEAD, pick), "", f"### {pick.advance}", "", *_keys(ADVANCE, pick)]
    for finds, keys in FINDERS.items():
        if keys:
            lines += ["", f"### {pick.finding} {finds.value}", "", *_keys(keys, pick)]
    for verb in VERBS.values():
        lines += ["", f"### {verb.name}", "", pick.sentence(verb), ""]
        lines += [pick.as_decide] if verb.form is Form.CASE and verb.fixed else _keys(verb.keys, pick)
    for subject in SUBJECTS.values():
        lines += ["", f"### expect {subject.name}", "", f"{subject.en if english else subject.zh}", ""]
        lines += [f"| {pick.key} | {pick.meaning} |", "|---|---|"]
        lines += [f"| `{seen.name}` | {seen.en if english else seen.zh} |" for seen in subject.seen]
    return "\n".join(lines) + "\n"


class _Chinese:
    head, advance, key, kind, meaning, default = "文件开头", "advance", "键", "类型", "含义", "缺省"
    needed, finding, as_decide = "必填", "所指的", "键同 `decide`，没有 `kind`。"

    @staticmethod
    def sentence(verb: Verb) -> str:
        found = f"，先找到 {verb.finds.value}" if verb.finds else ""
        return f"{verb.zh}（{verb.service}{found}）。{_request(verb)}".rstrip()

    @staticmethod
    def of(key: Key) -> str:
        return key.zh


class _English(_Chinese):
    head, advance, key, kind, meaning, default = "The head of a file", "advance", "key", "kind", "meaning", "default"
    needed, finding, as_decide = "required", "Which", "Keys as in `decide`, without `kind`."

    @staticmethod
    def sentence(verb: Verb) -> str:
        found = f", the {verb.finds.value} is looked up" if verb.finds else ""
        return f"{verb.en[:1].upper()}{verb.en[1:]} ({verb.service}{found}). {_request(verb)}".rstrip()

    @staticmethod
    def of(key: Key) -> str:
        return key.en


def _request(verb: Verb) -> str:
    return f"`{verb.method} {verb.path}`" if verb.path else ""


def _keys(keys: Iterable[Key], pick: type[_Chinese]) -> Iterator[str]:
    """A table of keys; the kind is told in both languages at once."""
    keys = tuple(keys)
    if not keys:
        return
    yield f"| {pick.key} | {pick.kind} | {pick.meaning} | {pick.default} |"
    yield "|---|---|---|---|"
    for key in keys:
        default = pick.needed if key.required else key.default.value
        yield f"| `{key.name}` | {key.kind.value} | {pick.of(key)} | {default} |".replace("|  |", "| |")


def main() -> None:
    """Renew the pages named on the command line; those ending in ``.en.md`` are in English."""
    for name in sys.argv[1:]:
        page = Path(name)
        page.write_text(renewed(page.read_text(encoding="utf-8"), english=name.endswith(".en.md")), encoding="utf-8")


if __name__ == "__main__":
    main()
