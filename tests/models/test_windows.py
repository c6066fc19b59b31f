"""Windows hold every token; a title is read once."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ReleaseError
from models.windows import WindowSettings, join_title, split_windows

PREFIX, SUFFIX = (-1,), (-2, -3)


@given(
    count=st.integers(0, 700),
    room=st.integers(1, 130),
    overlap=st.integers(0, 129),
)
def test_windows_hold_every_token_in_order(count: int, room: int, overlap: int) -> None:
    overlap = min(overlap, room - 1)
    settings = WindowSettings(length=room + 3, overlap=overlap)
    windows = split_windows(range(count), settings, PREFIX, SUFFIX)
    pieces = [window[1:-2] for window in windows]
    assert all(window[:1] == PREFIX and window[-2:] == SUFFIX for window in windows)
    assert all(len(window) <= settings.length for window in windows)
    assert {token for piece in pieces for token in piece} == set(range(count))
    for piece in pieces:
        assert piece == tuple(range(piece[0], piece[0] + len(piece))) if piece else count == 0
    for before, after in itertools.pairwise(pieces):
        assert before[0] < after[0]
        assert len(set(before) & set(after)) >= overlap
    if len(pieces) > 1:
        assert all(len(piece) == room for piece in pieces)


def test_a_short_text_is_one_window() -> None:
    assert split_windows([5, 6], WindowSettings(), PREFIX, SUFFIX) == ((-1, 5, 6, -2, -3),)
    assert split_windows([], WindowSettings(), PREFIX, SUFFIX) == ((-1, -2, -3),)


def test_windows_that_cannot_advance_are_refused() -> None:
    with pytest.raises(ReleaseError, match="no room to advance"):
        split_windows([1], WindowSettings(length=35, overlap=32), PREFIX, SUFFIX)


@pytest.mark.parametrize(
    "content", [{}, {"length": 128}, {"length": "long", "overlap": 2}, {"length": 0, "overlap": 0}]
)
def test_settings_that_make_no_sense_are_refused(content: dict[str, object]) -> None:
    with pytest.raises(ReleaseError):
        WindowSettings.from_json(content)


def test_settings_survive_json() -> None:
    settings = WindowSettings(length=96, overlap=8)
    assert WindowSettings.from_json(settings.to_json()) == settings


@pytest.mark.parametrize(
    ("title", "text", "joined"),
    [
        ("", "正文", "正文"),
        ("  ", "正文", "正文"),
        ("标题", "正文", "标题\n正文"),
        (" 标题\n", "正文", " 标题\n\n正文"),
        ("标题", "标题：正文", "标题：正文"),
        ("标题", "  标题\n正文", "  标题\n正文"),
        ("标题", "正文里的标题", "标题\n正文里的标题"),
        ("标题", "", "标题\n"),
    ],
)
def test_a_title_is_read_once_and_first(title: str, text: str, joined: str) -> None:
    result, start = join_title(title, text)
    assert result == joined
    assert result[start:] == text
