"""Terms of retention: complete, with a source, and never shorter than the law and the stream allow."""

from pathlib import Path

import pytest

from chassis.provision import stream_config
from chassis.reconciler import REPUBLISHED
from chassis.retention import USUAL, terms_of

DAY = 24 * 3600.0


def test_this_releases_terms_name_their_sources_and_outlive_the_stream() -> None:
    terms = terms_of()
    assert all(term.source and not term.confirmed for term in terms.values())
    stream = (stream_config("APPROVAL", ()).max_age or 0) / DAY
    assert terms["inbox"].days >= REPUBLISHED.days + stream
    assert terms["published_range"].days >= stream


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("days = 90", "days = 89", "inbox"),
        ("days = 60", "days = 29", "published_range"),
        ("days = 365", "days = 182", "notice_delivery"),
        ("[inbox]", "[event_log]", "inbox"),
        ("days = 30", "day = 30", "day"),
        ("[dead_letter]", "[dead_letter", "读不出"),
    ],
)
def test_terms_that_would_break_something_are_refused(tmp_path: Path, before: str, after: str, said: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(USUAL.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        terms_of(str(own))
