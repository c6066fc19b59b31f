"""What was changed is told with its place, its reading and the transforms that fired."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from models.normaliser import Change, Normaliser
from models.normaliser.changes import joined

NORMALISER = Normaliser()
PARTS = [*"加薇信V芯-，你女马亻尔░＠＃①乾隆著看❤🐴", "http://a.cn", "全文", "  ", "abc123", "#好#"]
TEXT = st.text(max_size=30) | st.lists(st.sampled_from(PARTS), max_size=12).map("".join)


def test_a_change_says_what_was_written_and_what_it_reads_as() -> None:
    text = "你好，加-V-芯，聊"
    changes = NORMALISER.explain(text).changes
    assert changes == (
        Change(2, 3, "，", ",", ("width",)),
        Change(3, 8, "加-V-芯", "加微信", ("separator", "homophone")),
        Change(8, 9, "，", ",", ("width",)),
    )
    assert [change.disguised for change in changes] == [False, True, False]


def test_every_kind_of_folding_has_its_name() -> None:
    kinds = {
        "Ａ": "fold",
        "\u200b": "invisible",
        "🅰": "emoji",
        "岀": "martian",
        "頭": "simplify",
        "e\u0301\u0336": "mark",
    }
    for written, name in kinds.items():
        (change,) = NORMALISER.explain(f"好{written}好").changes
        assert name in change.transforms, written


def test_what_touches_a_span_is_found() -> None:
    explained = NORMALISER.explain("薇信 abc123，伱好")
    assert [c.written for c in explained.within(0, 1)] == ["薇信"]
    assert [c.written for c in explained.within(9, 11)] == ["，", "伱"]
    assert explained.within(3, 9) == ()


def test_overlapping_places_are_joined_in_the_order_they_fired() -> None:
    places = [(4, 5, "fold"), (0, 3, "link"), (2, 5, "separator"), (7, 8, "fold")]
    assert list(joined(places)) == [
        (0, 5, ("fold", "link", "separator")),
        (7, 8, ("fold",)),
    ]


@settings(deadline=None, max_examples=150)
@given(TEXT)
def test_an_explanation_reads_as_a_call_does_and_accounts_for_every_change(text: str) -> None:
    explained = NORMALISER.explain(text)
    normalised = NORMALISER(text)
    assert explained.normalised == normalised
    previous = 0
    for change in explained.changes:
        assert previous <= change.start < change.end <= len(text)
        assert change.written == text[change.start : change.end] != change.reads
        assert change.transforms
        previous = change.end
    # Outside the changes every character stands as it was written, but for the trimmed ends.
    touched = {place for c in explained.changes for place in range(c.start, c.end)}
    for character, start, end in zip(
        normalised.text, normalised.starts, normalised.ends, strict=True
    ):
        if touched.isdisjoint(range(start, end)):
            assert text[start:end] == character
