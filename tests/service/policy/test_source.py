"""YAML with the place of everything in it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.policy.errors import InvalidPolicy
from service.policy.source import Source, read_yaml


def read(text: str) -> Source:
    return read_yaml(text.encode())


def test_values_are_those_of_json() -> None:
    text = "a: 1\nb: 0.5\nc: [x, 'y', null, true]\nd: {e: -2}\nf: 22:00\ng: off\nh: 2026-11-22\n"
    assert read(text).value == {
        "a": 1,
        "b": 0.5,
        "c": ["x", "y", None, True],
        "d": {"e": -2},
        "f": "22:00",  # YAML 1.1 would make it 1320
        "g": "off",  # and this False
        "h": "2026-11-22",
    }


def test_json_is_yaml() -> None:
    assert read('{"a": [1, {"b": "c"}]}').value == {"a": [1, {"b": "c"}]}


def test_places() -> None:
    source = read("a:\n  b: 1\n  c:\n    - 中\n    - y\n")
    assert str(source.place(("a", "b"))) == "line 2, column 3"
    assert str(source.place(("a", "c", 1))) == "line 5, column 7"
    assert str(source.place(("a", "c", 7, "x"))) == "line 3, column 3"  # the nearest around it


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("a: 1\na: 2", "line 2, column 1", "second time"),
        ("a: 1\nb: &x 2\nc: *x", "line 2, column 4", "anchors"),
        ("a: 1\nb: !!python/name:os.system", "line 2, column 4", "tag"),
        ("a: 1\n---\nb: 2", "line 2, column 1", "second document"),
        ("a: [1,\n  2", "line 2, column 4", "not YAML"),
        ("a: b: c", "line 1, column 5", "not YAML"),
        ("a: 1\n\tb: 2", "line 2, column 1", "not YAML"),
        ("a: 1\nb: \x07", "line 2, column 4", "control character"),
        ("? [a]\n: 1", "line 1, column 3", "one word of text"),
        ("[" * 50_000, "line 1, column 14", "too deep"),
        ("[" + "x," * 6_000 + "]", "line 1", "too long"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(text: str, place: str, said: str) -> None:
    with pytest.raises(InvalidPolicy) as caught:
        read(text)
    assert place in caught.value.detail
    assert said in caught.value.detail
    assert len(caught.value.errors) == 1


def test_another_encoding_is_named() -> None:
    with pytest.raises(InvalidPolicy, match="line 2: not UTF-8"):
        read_yaml("a: 1\nb: 中".encode("gbk"))


def test_a_byte_order_mark_is_no_matter() -> None:
    assert read_yaml(b"\xef\xbb\xbfa: 1").value == {"a": 1}


def test_nothing_is_null() -> None:
    assert read("").value is None
    assert read("# only a comment\n").value is None


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80) | st.text("ab:-[]{}&*!|>'\"#\n \t,?%@`0", max_size=60))
def test_whatever_comes_is_read_or_refused(text: str) -> None:
    said = ""
    try:
        read_yaml(text.encode("utf-8", "surrogatepass"))
    except InvalidPolicy as error:
        said = error.detail
    assert said == "" or "line" in said
