"""Both languages are whole: every text has its English, and the catalogue holds nothing nobody says."""

import re
from datetime import UTC, datetime

from babel.messages.pofile import read_po

from approval.domain.feedback import DeadlineKind as Answered
from console.web.assessment_papers import COLUMNS
from console.web.board import STAGES
from console.web.language import CATALOGUE, day_text, limit_text, meant, time_text, translations
from console.web.rendering import templates
from console.web.what_next import ACTIONS
from console.web.words import WORDS, cases, catalogue, credit, people, tasks
from credit.domain.process import DeadlineKind as Procedure
from supervision.domain.deadlines import DeadlineKind as Supervised
from supervision.domain.transitions import Verb
from tests.unit.console.texts import FOLDER, texts

PLACES = re.compile(r"%(?:\(\w+\))?s")
CHINESE = re.compile(r"[\u3400-\u9fff]")


def english() -> dict[str, list[str]]:
    with CATALOGUE.open("rb") as file:
        read = read_po(file, locale="en", abort_invalid=True)
    return {
        meant(message.context, _all(message.id)[0]) if message.context else _all(message.id)[0]: _all(message.string)
        for message in read
        if message.id
    }


def _all(said: object) -> list[str]:
    """The one text, or the one for each number."""
    return [str(each) for each in said] if isinstance(said, tuple | list) else [str(said)]


def test_every_text_has_its_english() -> None:
    known = english()
    assert sorted(text for text in texts() if not all(known.get(text, [""]))) == []


def test_the_catalogue_holds_nothing_nobody_says() -> None:
    assert sorted(english().keys() - texts()) == []


def test_what_is_filled_in_is_filled_in_in_both() -> None:
    assert {
        source: told
        for source, each in english().items()
        for told in each
        if sorted(PLACES.findall(source)) != sorted(PLACES.findall(told))
    } == {}


def test_no_text_of_a_template_is_left_untranslated() -> None:
    bare = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
    found = {path.name: CHINESE.findall(bare.sub("", path.read_text("utf-8"))) for path in FOLDER.glob("templates/*")}
    assert {name: left for name, left in found.items() if left} == {}


def test_every_word_is_marked_for_the_catalogue() -> None:
    assert set(WORDS.values()) <= texts()


def test_no_code_has_two_words() -> None:
    groups = [
        group
        for module in (cases, catalogue, credit, people, tasks)
        for name, group in vars(module).items()
        if isinstance(group, dict) and name != "WORDS" and not name.startswith("__")
    ]
    known = [code for group in groups for code in group]
    assert [code for code in WORDS if known.count(code) > 1] == []
    assert set(known) == WORDS.keys()


def test_marks_between_what_is_shown_are_those_of_the_language() -> None:
    shown = "{{ who }}，{{ [1, 2] | join('、') }}（{{ '、' }}x）：{{ _('退出') }}"
    assert templates("en").from_string(shown).render(who="甲、乙") == "甲、乙, 1, 2 (, x): Sign out"
    assert templates("zh").from_string(shown).render(who="甲、乙") == "甲、乙，1、2（、x）：退出"


def test_every_clock_has_a_word() -> None:
    kinds = (*Answered, *Supervised, *Procedure)
    assert {f"clock:{kind}" for kind in kinds} <= WORDS.keys()


def test_days_and_times_are_those_of_china() -> None:
    night = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert time_text(night, "zh") == "2026年11月23日 00:30"
    assert time_text("2026-11-22T16:30:00Z", "en") == "23 Nov 2026 00:30"
    assert day_text("2026-01-02", "zh") == "2026年1月2日"
    assert day_text(None, "en") == ""


def test_the_source_language_needs_no_catalogue() -> None:
    assert translations("zh").gettext("登录") == "登录"
    assert translations("en").gettext("登录") == "Sign in"


def test_a_word_that_is_a_button_and_a_state_has_the_english_of_each() -> None:
    english, chinese = translations("en").gettext, translations("zh").gettext
    assert [english(said) for said in (STAGES["concluded"], WORDS["close"], WORDS["did:close"])] == [
        "Closed",
        "Close",
        "Closed",
    ]
    assert {chinese(said) for said in (STAGES["concluded"], WORDS["close"], WORDS["did:close"])} == {"办结"}
    assert (english(COLUMNS["urged"]), english(WORDS["URGE"])) == ("Urged", "Urge")
    assert (
        templates("en").from_string("{{ pgettext('verb', '登记') }}, {{ _('登记') }}").render()
        == "Register, Registered"
    )
    assert templates("zh").from_string("{{ pgettext('verb', '登记') }}").render() == "登记"


def test_all_that_can_be_done_with_a_task_is_told_as_done() -> None:
    assert {f"did:{verb}" for verb in Verb} <= WORDS.keys()
    assert {
        translations("zh").gettext(WORDS[f"did:{each.verb}"]) == translations("zh").gettext(WORDS[each.verb])
        for each in ACTIONS.values()
    } == {True}


def test_limits_are_written_as_people_write_them() -> None:
    assert [limit_text(each, "zh") for each in ("5wd", "1m", "24h", "odd")] == [
        "5 个工作日",
        "1 个月",
        "24 小时",
        "odd",
    ]
    assert [limit_text(each, "en") for each in ("1wd", "10d")] == ["1 working day", "10 days"]
