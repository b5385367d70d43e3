"""Rules as data: one canonical writing, two persons, and nothing that begins in the past."""

from typing import Any

import pytest

from contracts.credit import GradeChanged, RulesPublished
from credit.api.written_rules import canonical_of
from credit.domain.commands import Reassess
from credit.domain.rules_commands import AskRules, DraftRules, PublishRules, SendBackRules, SubmitRules
from credit.domain.rules_document import canonical, digest_of, read_edition
from credit.handlers import (
    draft_rules,
    on_inspection_concluded,
    publish_rules,
    reassess,
    rules_applied,
    send_back_rules,
    submit_rules,
)
from kernel.refusal import Refusal
from kernel.subject import SubjectKey
from tests.fakes.credit import FakeDatabase, FakeWork, told
from tests.fakes.credit_inspections import an_inspection
from tests.unit.credit.rules import SHIPPED, a_content, a_document

S1 = SubjectKey("099", "S1")


def draft(content: str = "", version: str = "2012-2", by: str = "xy-1") -> DraftRules:
    return DraftRules(version=version, content=content or a_content(version), by=by)


def submit(by: str = "xy-1") -> SubmitRules:
    return SubmitRules(version="2012-2", by=by)


def publish(by: str = "xy-2") -> PublishRules:
    return PublishRules(version="2012-2", by=by)


@pytest.fixture
def database() -> FakeDatabase:
    database = FakeDatabase()
    told(database, draft_rules, draft(a_content(GENERAL=-30)))
    return database


def refused(database: FakeDatabase, handle: Any, command: Any) -> str:
    with pytest.raises(Refusal) as caught:
        told(database, handle, command)
    assert caught.value.zh
    assert caught.value.en
    return caught.value.code


def test_an_edition_is_applied_from_its_first_day_when_a_second_person_publishes_it(database: FakeDatabase) -> None:
    told(database, on_inspection_concluded, an_inspection("1", "FAIL", "CRITICAL"))
    told(database, submit_rules, submit())
    (said,) = told(database, publish_rules, publish())
    assert isinstance(said, RulesPublished)
    assert (said.version, said.drafted_by, said.published_by) == ("2012-2", "xy-1", "xy-2")
    assert said.digest == digest_of(said.content)
    assert read_edition(said.content) == database.editions["2012-2"].rules
    assert str(database.roots[S1].due_on) == "2012-04-01"
    told(database.on("2012-03-31"), reassess, Reassess(subject=S1))
    assert database.identities()[S1].version == 1
    (changed,) = told(database.on("2012-04-01"), reassess, Reassess(subject=S1))
    assert isinstance(changed, GradeChanged)
    assert (changed.score, changed.scorecard) == (70, "2012-2")


def test_a_subject_never_assessed_is_not_made_due(database: FakeDatabase) -> None:
    told(database, on_inspection_concluded, an_inspection("1", "PASS"))
    told(database, submit_rules, submit())
    told(database, publish_rules, publish())
    assert database.roots[S1].due_on is None


def test_a_draft_is_applied_to_nobody(database: FakeDatabase) -> None:
    work = FakeWork(database)
    work.load_now([AskRules()])
    assert [edition.version for edition in rules_applied(work, AskRules()).editions] == ["2026-1"]


def test_who_drafted_or_submitted_does_not_publish(database: FakeDatabase) -> None:
    told(database, submit_rules, submit("xy-3"))
    assert refused(database, publish_rules, publish("xy-1")) == "second-person-needed"
    assert refused(database, publish_rules, publish("xy-3")) == "second-person-needed"
    told(database, publish_rules, publish())
    assert told(database, publish_rules, publish()) == []


def test_what_was_submitted_never_changes_unless_it_is_sent_back(database: FakeDatabase) -> None:
    told(database, submit_rules, submit())
    assert refused(database, draft_rules, draft(a_content(GENERAL=-40))) == "rules-differ"
    assert told(database, draft_rules, draft(a_content(GENERAL=-30))) == []
    told(database, send_back_rules, SendBackRules(version="2012-2", by="xy-2"))
    told(database, draft_rules, draft(a_content(GENERAL=-40), by="xy-4"))
    assert database.editions["2012-2"].drafted_by == "xy-4"
    assert refused(database, publish_rules, publish()) == "version-not-submitted"


def test_what_is_published_is_not_drafted_again_even_with_the_same_content(database: FakeDatabase) -> None:
    told(database, submit_rules, submit())
    told(database, publish_rules, publish())
    assert refused(database, draft_rules, draft(a_content(GENERAL=-30))) == "rules-published"
    assert refused(database, draft_rules, draft(a_content(GENERAL=-40))) == "rules-differ"
    assert database.editions["2012-2"].state == "PUBLISHED"


@pytest.mark.parametrize("on", ["2012-02-28", "2012-03-01"])
def test_an_edition_does_not_begin_before_the_day_after_its_publication(on: str) -> None:
    database = FakeDatabase()
    told(database, draft_rules, draft(a_content(on=on)))
    told(database, submit_rules, submit())
    assert refused(database, publish_rules, publish()) == "effective-too-early"
    assert database.said == []


def test_nobody_and_nothing_are_refused(database: FakeDatabase) -> None:
    assert refused(database, submit_rules, SubmitRules(version="2012-9", by="xy-1")) == "not-found"
    assert refused(database, draft_rules, draft(a_content("2026-1"), version="2026-1")) == "rules-differ"
    with pytest.raises(Refusal, match="invalid-content"):
        submit(" ")


def test_yaml_and_json_of_one_edition_are_one_text() -> None:
    written = SHIPPED.replace("2026-1", "2012-2").replace("2000-01-01", "2012-04-01")
    assert canonical_of(written.encode(), "application/yaml") == ("2012-2", a_content())
    assert canonical_of(a_content().encode(), "application/json") == ("2012-2", a_content())
    assert canonical(dict(reversed(a_document().items()))) == a_content()


BOMB = "a: &a [1, 1]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/yaml"),
        (b"- 1", "application/yaml"),
        (SHIPPED.encode() + b"\n---\n" + SHIPPED.encode(), "application/yaml"),
        (BOMB.encode(), "application/yaml"),
        (b"[" * 100_000, "application/yaml"),
        (b"[" * 100_000, "application/json"),
        (b"\xff\xfe\xfa", "application/json"),
        (b"\xff\xfe\xfa", "application/yaml"),
        (b'"\\ud800"', "application/json"),
        (a_content().replace('"2012-2"', '"a/b"', 1).encode(), "application/json"),
    ],
)
def test_what_is_no_edition_is_refused(body: bytes, kind: str) -> None:
    with pytest.raises(Refusal, match="invalid-rules"):
        canonical_of(body, kind)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"value":110', '"value":110.5'),
        ('"value":110', '"value":"110"'),
        ('"value":110', '"value":99999999999'),
        ('"points":-20', '"points":NaN'),
        ('"fine_from":500000', '"fine_from":"NaN"'),
        ('"percent":60', '"percent":true'),
        ('"public":false', '"public":"no"'),
        ('"simple_procedure":true', '"simple_procedure":"yes"'),
        ('"code":"fail"', '"code":7'),
        ('"code":"fail"', '"code":"a\\u0000b"'),
        ('"code":"fail"', '"code":"\\ud800"'),
        ('"max_months":36', '"max_months":36.0'),
        ('["04","05"', '["04",5'),
    ],
)
def test_a_value_no_rule_can_have_is_refused(old: str, new: str) -> None:
    content = a_content()
    assert old in content
    with pytest.raises(Refusal, match="invalid-rules"):
        canonical_of(content.replace(old, new).encode(), "application/json")
