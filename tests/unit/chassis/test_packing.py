"""Columns of text that travel as one text."""

from chassis.packing import packed

ADD = "INSERT INTO shop (no, trade, since) SELECT * FROM unnest($1::text[], $2::text[], $10::int[])"


def test_columns_of_text_travel_as_one_text_each() -> None:
    statement, travelling = packed(
        "SELECT * FROM unnest($1::text[], $2::int[], $3::text[])", [["a", ""], [1, 2], ["b", None]]
    )
    assert statement == (
        "SELECT * FROM unnest((string_to_array($1::text, E'\\x1e', E'\\x1d'))[2:], $2::int[], "
        "(string_to_array($3::text, E'\\x1e', E'\\x1d'))[2:])"
    )
    assert travelling == ["\x1ea\x1e", [1, 2], "\x1eb\x1e\x1d"]


def test_a_value_that_holds_a_separating_sign_keeps_the_whole_statement_as_it_is() -> None:
    statement = "SELECT * FROM unnest($1::text[], $2::text[])"
    for odd in ("a\x1eb", "a\x1db", "\x1d"):
        given = [["a", "b"], [odd, None]]
        assert packed(statement, given) == (statement, given)


def test_what_is_no_list_or_is_used_otherwise_stays_as_it_is() -> None:
    both = "UPDATE shop SET trade = $1 WHERE no = ANY($1::text[])"
    assert packed(both, [["a"]]) == (both, [["a"]])
    once = "DELETE FROM shop WHERE no = ANY($1::text[])"
    assert packed(once, [("a",)]) == (once, [("a",)])
    assert packed("SELECT $1", ["a"]) == ("SELECT $1", ["a"])


def test_parameters_of_two_figures_are_no_others() -> None:
    statement, _ = packed(ADD, [["a"], ["b"], *[None] * 7, [1]])
    assert "$10::int[]" in statement
    assert statement.count("string_to_array") == 2
