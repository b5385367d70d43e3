"""A row has one spelling, a tree one root, and a path leads only from its own leaf to it."""

import hashlib
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from chassis.audit.leaf import content_of, hashed, packed, row_leaf
from contracts.proved import EVENT_LOG, PROVED, PUBLIC_EDITION, PUBLICATION

WORDS = st.lists(st.one_of(st.none(), st.text(), st.binary()), max_size=4)


@given(WORDS, WORDS)
def test_different_rows_have_different_bytes(one: list[object], other: list[object]) -> None:
    def spelled(values: list[object]) -> list[object]:
        return [value.encode() if isinstance(value, str) else value for value in values]

    assert (packed("t", one) == packed("t", other)) == (spelled(one) == spelled(other))


def test_a_value_has_the_same_bytes_however_the_driver_gives_it() -> None:
    at = datetime(2026, 11, 27, 12, 0, 0, 5, tzinfo=UTC)
    china = at.astimezone(timezone(timedelta(hours=8)))
    name = "0190a5c0-0000-7000-8000-000000000001"
    assert packed("t", [at, UUID(name), 7]) == packed("t", [china, name, "7"])
    assert packed("t", [date(2026, 11, 27)]) != packed("t", [at])


def test_a_column_of_json_is_hashed_by_what_it_says() -> None:
    row = dict.fromkeys(PUBLICATION.columns, "x") | {"doubt": '{"b": 1, "a": "双"}', "withdrawal": None}
    again = row | {"doubt": '{"a":"双","b":1}'}
    assert content_of(PUBLICATION, row) == content_of(PUBLICATION, again)
    assert content_of(PUBLICATION, row) != content_of(PUBLICATION, again | {"doubt": '{"a":"双","b":2}'})


def test_a_public_row_is_hashed_exactly_as_everybody_reads_it() -> None:
    leaf = row_leaf(PUBLIC_EDITION, ("p", 3, b"{}"))
    assert leaf.ref == "public_edition/p/3"
    assert leaf.digests.sha256 == hashlib.sha256(b"\x00{}").digest()
    assert leaf.digests.sm3 == hashlib.new("sm3", b"\x00{}").digest()


def test_sm3_is_the_one_of_the_standard() -> None:
    """GB/T 32905-2016, appendix A.1."""
    digest = hashlib.new("sm3", b"abc").hexdigest()
    assert digest == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_every_service_puts_its_event_log_under_the_chain() -> None:
    assert all(tables[0] == EVENT_LOG for tables in PROVED.values())
    assert hashed(b"") != hashed(b"\x00")
