"""Nearly the same posts meet, different ones are told apart."""

from __future__ import annotations

import pytest

from service.feedback.likeness import BANDS, NEAR, bands_of, shingles, similarity

POST = "小区停水通知：明天上午九点到下午三点检修水管，请各位住户提前储水，谢谢配合。"


def meet(one: str, other: str) -> bool:
    """Share a band at the same place, and enough 3-grams."""
    first, second = shingles(one), shingles(other)
    shared = any(a == b for a, b in zip(bands_of(first), bands_of(second), strict=True))
    return shared and similarity(first, second) >= NEAR


@pytest.mark.parametrize(
    "other",
    [
        POST,
        f"【转发】{POST}",
        POST.replace("，", " ").replace("。", "!!"),
        POST.replace("谢谢配合", "感谢理解"),
        POST.replace("九点", "十点"),
    ],
)
def test_nearly_the_same(other: str) -> None:
    assert meet(POST, other)


@pytest.mark.parametrize(
    "other", ["今晚的球赛改到八点开始，想看的朋友早点来占座。", "停水", "！！！", ""]
)
def test_different(other: str) -> None:
    assert not meet(POST, other)


@pytest.mark.parametrize("text", ["", "！", "水", "停水", "\ud800"])
def test_short_posts_have_bands_too(text: str) -> None:
    assert len(bands_of(shingles(text))) == BANDS
    assert meet(text, text)


def test_bands_are_the_same_in_every_process() -> None:
    """They are stored: a change here would part new feedback from old."""
    assert bands_of(shingles("停水通知"))[:2] == [7486634316506796046, 4402652920679398865]
    assert all(-(2**63) <= band < 2**63 for band in bands_of(shingles(POST)))
