"""What a closer look at the nearest entries sees."""

from __future__ import annotations

import pytest

from service.debunk.closer import (
    ANSWER,
    MOST_CHARACTERS,
    NAMES,
    Rarity,
    closeness,
    features,
    shipped,
)


def test_rare_characters_weigh_more() -> None:
    rarity = Rarity.of(["的醋", "的盐", "的糖"] * 1000)
    weights = rarity.weights("的醋")
    assert weights["醋"] > weights["的"]
    assert sum(weights.values()) == pytest.approx(1)


def test_of_a_long_post_only_the_rarest_characters_are_asked() -> None:
    key = "".join(chr(0x4E00 + number) for number in range(300))
    weights = Rarity.of([key[100:]] * 5000).weights(key)
    assert len(weights) == MOST_CHARACTERS
    assert set(weights) <= set(key[:100])


def test_coverage_counts_characters_wherever_they_stand() -> None:
    weights = {"醋": 0.75, "软": 0.25}
    covered = features(weights, "软" + "话" * 50, 0.0)[NAMES.index("covered")]
    assert covered == pytest.approx(0.25)
    assert features(weights, "软的醋", 0.0)[NAMES.index("covered")] == pytest.approx(1)


def test_length_counts_on_either_side_of_an_answer() -> None:
    short, long = NAMES.index("short"), NAMES.index("long")
    assert features({}, "字" * ANSWER, 0.0)[short:] == (0.0, 0.0)
    assert features({}, "字", 0.0)[short] < 0
    assert features({}, "字" * 10 * ANSWER, 0.0)[long] > 0


def test_the_best_text_of_an_entry_speaks_for_it() -> None:
    rare = Rarity.of(["喝醋软化血管", "别的话"]).weights("喝醋软化血管")
    alone = closeness(rare, ["喝醋软化血管"], 1.0)
    assert closeness(rare, ["别的话" * 200, "喝醋软化血管"], 1.0) == alone


def test_words_in_common_never_speak_against_an_entry() -> None:
    weights = dict(zip(NAMES, shipped(), strict=True))
    assert weights["covered"] > 0
    assert weights["pairs"] >= 0
