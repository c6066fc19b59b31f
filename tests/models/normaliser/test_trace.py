"""Rewriting steps keep the origin of every character."""

from __future__ import annotations

import pytest

from models.normaliser.trace import Edit, Trace, compiled


def origins(trace: Trace, original: str) -> list[tuple[str, str]]:
    done = trace.finish(original)
    places = zip(done.text, done.starts, done.ends, strict=True)
    return [(character, original[start:end]) for character, start, end in places]


def test_a_table_may_lengthen_shorten_and_drop() -> None:
    trace = Trace("aﬁ·b")
    trace.map_characters({"a": "A", "ﬁ": "fi", "·": "", "b": "b"})
    assert origins(trace, "aﬁ·b") == [("A", "a"), ("f", "ﬁ"), ("i", "ﬁ"), ("b", "b")]


def test_a_drop_and_a_growth_do_not_cancel_out() -> None:
    trace = Trace("·ﬁa")
    trace.map_characters({"·": "", "ﬁ": "fi", "a": "a"})  # as long as before, yet moved
    assert origins(trace, "·ﬁa") == [("f", "ﬁ"), ("i", "ﬁ"), ("a", "a")]


@pytest.mark.parametrize(
    ("replacement", "expected"),
    [
        ("", [("x", "x"), ("y", "y")]),
        ("ac", [("x", "x"), ("a", "a"), ("c", "c"), ("y", "y")]),
        ("Q", [("x", "x"), ("Q", "abc"), ("y", "y")]),
        ("网址", [("x", "x"), ("网", "abc"), ("址", "abc"), ("y", "y")]),
        ("ab ", [("x", "x"), ("a", "a"), ("b", "b"), (" ", "c"), ("y", "y")]),
        ("Qc", [("x", "x"), ("Q", "abc"), ("c", "abc"), ("y", "y")]),
        ("abc ", [("x", "x"), *[(c, "abc") for c in "abc "], ("y", "y")]),
        ("abc", [("x", "x"), ("a", "a"), ("b", "b"), ("c", "c"), ("y", "y")]),
    ],
)
def test_a_replacement_comes_from_its_match(
    replacement: str, expected: list[tuple[str, str]]
) -> None:
    trace = Trace("xabcy")
    trace.replace(compiled("abc"), replacement)
    assert origins(trace, "xabcy") == expected


def test_a_callable_may_leave_a_match_alone() -> None:
    trace = Trace("a-b-c")
    trace.replace(compiled("-"), lambda match: None if match.start() == 1 else "")
    assert origins(trace, "a-b-c") == [("a", "a"), ("-", "-"), ("b", "b"), ("c", "c")]


def test_steps_add_up() -> None:
    trace = Trace("#ﬁ#x")
    trace.map_characters({"#": "#", "ﬁ": "fi", "x": "x"})
    trace.replace(compiled(r"\#(\w+)\#"), lambda match: match.group(1) + " ")
    assert origins(trace, "#ﬁ#x") == [("f", "ﬁ"), ("i", "ﬁ"), (" ", "#"), ("x", "x")]
    trace.replace(compiled("fi"), "Z")
    assert origins(trace, "#ﬁ#x")[0] == ("Z", "ﬁ")


def test_names_are_put_into_a_pattern() -> None:
    assert compiled("[{s}]+ x", s="ab").fullmatch("abbax") is not None


def test_edits_in_order_are_carried_out_together() -> None:
    trace = Trace("a薇信b薇c")
    trace.substitute([Edit(1, 3, "微信", "homophone"), Edit(4, 5, "微", "homophone")])
    assert origins(trace, "a薇信b薇c") == [
        ("a", "a"),
        ("微", "薇信"),
        ("信", "薇信"),
        ("b", "b"),
        ("微", "薇"),
        ("c", "c"),
    ]
    assert trace.restless


def test_a_trimmed_text_keeps_its_places() -> None:
    trace = Trace("  ab ")
    trace.keep(2, 4)
    assert origins(trace, "  ab ") == [("a", "a"), ("b", "b")]


def test_no_match_is_no_change() -> None:
    trace = Trace("ab")
    assert not trace.replace(compiled("x"), "y")
    assert not trace.replace(compiled("a"), lambda _: None)
    assert not trace.restless
