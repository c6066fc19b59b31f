"""What counts as readable, and field names that can be answered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.text import is_blank, printable


@pytest.mark.parametrize(
    "text", ["", " ", "\u3000\u00a0", "\u200b\u200d", "\u2800", "\ufe0f", "\x00"]
)
def test_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["😀", "。", "\u200b.", "①", "ㄱ", "𝕊", "\U000f0000"])
def test_visible(text: str) -> None:
    assert not is_blank(text)


@given(st.text(st.characters(), max_size=200))
def test_printable_can_always_be_sent(text: str) -> None:
    shown = printable(text)
    assert len(shown.encode()) <= 65 * 4
