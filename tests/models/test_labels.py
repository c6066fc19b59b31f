"""The labels and their names."""

from __future__ import annotations

import re

import pytest

from models.errors import InvalidInput
from models.labels import (
    CHINESE_NAMES,
    LABEL_NAMES,
    LABELS,
    LOW_QUALITY,
    RUMOUR,
    own_label,
    public_name,
)
from service.decide import RULE_LABELS


def test_the_order_is_that_of_the_models_outputs() -> None:
    # Written out: a release stores its outputs by place, so the order may only ever grow.
    assert LABEL_NAMES == (
        "rumour",
        "ad_spam",
        "fraud",
        "gambling",
        "porn",
        "abuse",
        "clickbait",
    )
    assert tuple(label.name for label in LABELS) == LABEL_NAMES


def test_only_rumour_is_no_low_quality() -> None:
    assert public_name(RUMOUR) == "rumour"
    for label in LABELS:
        if label.name != RUMOUR:
            assert label.public == f"{LOW_QUALITY}.{label.name}"


def test_public_names_tell_labels_apart_and_never_name_the_whole() -> None:
    public = {label.public for label in LABELS}
    assert len(public) == len(LABELS)
    assert LOW_QUALITY not in public
    assert all(re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", name) for name in public)


def test_every_label_has_a_chinese_name_of_its_own() -> None:
    assert set(CHINESE_NAMES) == set(LABEL_NAMES)
    assert len(set(CHINESE_NAMES.values())) == len(LABELS)
    assert all(re.fullmatch("[一-鿿]+", name) for name in CHINESE_NAMES.values())


@pytest.mark.parametrize("name", ["spoiler", "water_army", "ab", "a" * 31, "type2", *LABEL_NAMES])
def test_a_label_of_ones_own_may_be_called(name: str) -> None:
    assert own_label(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "a", "a" * 32, "Spoiler", "2nd", "_x", "剧透", "a-b", "a.b", "a\n", "low_quality.spoiler"],
)
def test_a_label_of_ones_own_may_not_be_called(name: str) -> None:
    with pytest.raises(InvalidInput, match="2 to 31 small letters"):
        own_label(name)


@pytest.mark.parametrize("name", [LOW_QUALITY, *RULE_LABELS])
def test_what_has_a_meaning_already_is_taken(name: str) -> None:
    with pytest.raises(InvalidInput, match="is taken"):
        own_label(name)
