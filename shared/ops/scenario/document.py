"""Document (场景文件): a file as a scenario: every verb, key and kind checked against the tables before anything runs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ops.scenario import written
from ops.scenario.expect_rest import SUBJECTS
from ops.scenario.expectation import Subject
from ops.scenario.keys import Key, Kind, WrongKind, value_of
from ops.scenario.matching import COUNT
from ops.scenario.mistake import Mistake, listed, unreadable
from ops.scenario.table import ADVANCE, HEAD, REFUSED, STEPS, VERBS
from ops.scenario.written import Written


@dataclass(frozen=True)
class Step:
    """One step (步骤): a verb with its keys, an advance, or an expect with entries by subject."""

    word: str
    line: int
    said: Mapping[str, Any] = field(default_factory=dict)
    refused: str = ""
    expected: Mapping[str, tuple[int, Sequence[Mapping[str, Any]]]] = field(default_factory=dict)
    """Subject → line and entries."""

    @property
    def can_fail(self) -> bool:
        """Whether it holds the software to anything (能否失败)."""
        return bool(self.refused or self.expected)


@dataclass(frozen=True)
class Scenario:
    """One file (场景). ``clock``: where its time starts, aware, UTC."""

    file: Path
    name: str
    source: str
    clock: datetime
    catalogue: Any
    steps: Sequence[Step]


def scenarios(files: Sequence[Path]) -> list[Scenario]:
    """Every file as a scenario. Raises CannotRun with every mistake of every file."""
    mistakes: list[Mistake] = []
    found = [scenario for file in files if (scenario := _Reader(file, mistakes).scenario()) is not None]
    if mistakes:
        raise unreadable(mistakes)
    return found


class _Reader:
    """Reads one file; what is wrong with it is added to ``mistakes``."""

    def __init__(self, file: Path, mistakes: list[Mistake]) -> None:
        self._file = file
        self._mistakes = mistakes

    def scenario(self) -> Scenario | None:
        document = written.read(self._file, self._mistakes)
        if document is None:
            return None
        before = len(self._mistakes)
        head = self._values(document, {key.name: key for key in HEAD}, "文件 the file")
        steps = [step for part in self._steps(document) if (step := self._step(part)) is not None]
        if len(self._mistakes) == before and not any(step.can_fail for step in steps):
            self._blame(
                document.line,
                "没有任何可能失败的期望，请加上 expect（或在动词旁写 refused）",
                "nothing in it can fail; add an expect, or `refused` beside a verb",
            )
        if len(self._mistakes) > before:
            return None
        clock = datetime.fromisoformat(head["clock"]).astimezone(UTC)
        return Scenario(self._file, head["scenario"], head.get("source", ""), clock, head["catalogue"], steps)

    def _steps(self, document: Written) -> Iterator[Written]:
        steps = document.members.get("steps")
        if steps is None:
            return
        if not isinstance(steps.value, list):
            self._blame(steps.line, "steps 应为列表", "steps is a list")
            return
        yield from steps.value

    def _step(self, part: Written) -> Step | None:
        words = [name for name in part.members if name != REFUSED]
        if len(words) != 1:
            self._blame(part.line, "每个步骤写且只写一个动词", f"a step has one verb, known are: {listed(STEPS)}")
            return None
        word = words[0]
        said = part.members[word]
        refused = part.members.get(REFUSED)
        if word not in STEPS:
            self._unknown(said.line, "动词", "verb", word, STEPS)
        elif refused is not None and (word not in VERBS or not isinstance(refused.value, str)):
            self._blame(refused.line, "refused 是动词旁的拒绝代码", "refused is the code of a refusal, beside a verb")
        elif word == "expect":
            return Step(word, said.line, expected=dict(self._expected(said)))
        elif word == "advance":
            return self._advance(said)
        else:
            verb = VERBS[word]
            values = self._values(said, verb.known, word)
            return Step(word, said.line, values, str(refused.value) if refused else "")
        return None

    def _advance(self, said: Written) -> Step:
        values = self._values(said, {key.name: key for key in ADVANCE}, "advance")
        if len(said.members) != 1:
            names = listed([key.name for key in ADVANCE])
            self._blame(said.line, f"advance 写且只写一项：{names}", f"advance has exactly one of {names}")
        return Step("advance", said.line, values)

    def _values(self, said: Written, known: Mapping[str, Key], where: str) -> dict[str, Any]:
        """The values of keys, each of its kind; nothing unknown, nothing missing."""
        if not isinstance(said.value, dict):
            if said.value is not None or any(key.required for key in known.values()):
                self._blame(
                    said.line, f"{where} 应为键值，可用 {listed(list(known))}", f"write keys: {listed(list(known))}"
                )
            return {}
        values: dict[str, Any] = {}
        for name, member in said.members.items():
            if name not in known:
                self._unknown(member.line, f"{where} 的键", f"key of {where}", name, list(known))
            elif member.value is not None:
                values |= self._value(name, known[name].kind, member)
        for key in known.values():
            if key.required and key.name not in values and said.members.get(key.name) is None:
                self._blame(said.line, f"{where} 缺少 {key.name}（{key.zh}）", f"{where} needs {key.name}: {key.en}")
        return values

    def _value(self, name: str, kind: Kind, member: Written) -> dict[str, Any]:
        try:
            return {name: value_of(kind, member)}
        except WrongKind:
            self._blame(member.line, f"{name} 应为：{kind.value}", f"{name} must be: {kind.value}")
            return {}

    def _expected(self, said: Written) -> Iterator[tuple[str, tuple[int, list[dict[str, Any]]]]]:
        for name, member in said.members.items():
            if name not in SUBJECTS:
                self._unknown(member.line, "期望", "subject of expect", name, list(SUBJECTS))
            elif member.value is None:
                self._blame(member.line, f"{name} 是空的；没有请写 []", f"{name} is empty; write [] for none")
            else:
                yield name, (member.line, [self._entry(SUBJECTS[name], part) for part in member.parts])
        if not said.members:
            self._blame(
                said.line, f"expect 是空的，可用 {listed(list(SUBJECTS))}", "expect is empty; name what is expected"
            )

    def _entry(self, subject: Subject, part: Written) -> dict[str, Any]:
        for name, member in part.members.items():
            if name not in subject.known:
                self._unknown(member.line, f"{subject.name} 的键", f"key of {subject.name}", name, subject.known)
            elif name == COUNT and not isinstance(member.value, int):
                self._blame(member.line, "count 应为整数", "count is a whole number")
        if not part.members:
            self._blame(part.line, f"{subject.name} 的一项应为键值", f"an entry of {subject.name} has keys")
        elif subject.needs and not set(subject.needs) & set(part.members):
            needs = listed(subject.needs)
            self._blame(part.line, f"{subject.name} 需写明 {needs}", f"{subject.name} must name {needs}")
        plain: dict[str, Any] = part.plain() if part.members else {}
        return plain

    def _unknown(self, line: int, zh: str, en: str, name: str, known: Sequence[str]) -> None:
        self._blame(
            line, f"未知的{zh} {name}，可用：{listed(known)}", f"unknown {en} {name}, known are: {listed(known)}"
        )

    def _blame(self, line: int, zh: str, en: str) -> None:
        self._mistakes.append(Mistake(self._file, line, zh, en))
