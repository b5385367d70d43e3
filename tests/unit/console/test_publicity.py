"""What the pages know of publicity is what supervision's own words say."""

from console.web.language import translations
from console.web.publicity import STATES, VERBS, offered
from console.web.words import WORDS
from kernel.publicity import PublicityCause
from supervision.domain.publicity.words import PublicationState, PublicityAct


def verbs(state: str, doubt: object = None) -> list[str]:
    return [remedy.verb for remedy in offered({"state": state, "doubt": doubt})]


def test_states_acts_and_causes_have_words() -> None:
    assert set(STATES) == set(PublicationState)
    assert {f"publication:{state}" for state in PublicationState} <= WORDS.keys()
    assert {f"act:{act}" for act in PublicityAct} <= WORDS.keys()
    assert {f"cause:{cause}" for cause in PublicityCause} <= WORDS.keys()
    assert all(set(remedy.states) <= set(PublicationState) for remedy in VERBS.values())


def test_what_is_offered_follows_the_state() -> None:
    assert verbs("PENDING") == ["publicise", "withdraw"]
    assert verbs("PUBLICISED") == ["correct", "question", "withdraw"]
    assert verbs("CORRECTED", {"cause": "CHANGED"})[0] == "uphold"
    assert verbs("WITHDRAWN") == []


def test_the_button_says_in_english_what_it_does() -> None:
    assert translations("en").gettext(VERBS["publicise"].label) == "Publish"
    assert translations("en").gettext(WORDS["act:PUBLICISED"]) == "Publicised"
