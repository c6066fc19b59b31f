from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.schema import Example
from data.split import CALIBRATION, SPLITS, TEST, TEST_TIME, TRAIN, SplitSettings, split
from tests.data.made import example

# Shares that do not follow the size of a corpus.
PLAIN = SplitSettings(wanted=0, wanted_rows=0)
DATED = SplitSettings(wanted=0, wanted_rows=0, enough=5)


def posts(count: int, prefix: str = "p", **fields: Any) -> list[Example]:
    return [example(id=f"{prefix}-{i}", **fields) for i in range(count)]


def dated(count: int, source: str = "dated") -> list[Example]:
    """Posts of both classes, one a day, in no order."""
    made = [
        example(
            id=f"{source}-{i}",
            source=source,
            labels={"rumour": i % 2},
            date=f"20{10 + i // 336}-{1 + i // 28 % 12:02}-{1 + i % 28:02}",
        )
        for i in range(count)
    ]
    random.Random(1).shuffle(made)
    return made


def alone(examples: list[Example]) -> range:
    return range(len(examples))


def test_nothing_is_split_into_nothing() -> None:
    assert split([], [], SplitSettings()) == []


def test_shares_are_as_set() -> None:
    counts = Counter(split(posts(2000), range(2000), PLAIN))
    assert set(counts) == {TRAIN, CALIBRATION, TEST}
    for held_out in (CALIBRATION, TEST):
        assert counts[held_out] / 2000 == pytest.approx(PLAIN.held_out / 2, abs=0.02)


def test_a_small_corpus_holds_out_more() -> None:
    counts = Counter(split(posts(500), range(500), SplitSettings()))
    assert (counts[CALIBRATION] + counts[TEST]) / 500 == pytest.approx(0.4, abs=0.06)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 1), st.integers(0, 40)), max_size=80))
def test_a_cluster_is_never_cut(rows: list[tuple[int, int, int]]) -> None:
    examples = [
        example(id=f"{i}", labels={"rumour": value}, date=f"20{10 + year}-01")
        for i, (_, value, year) in enumerate(rows)
    ]
    clusters = [cluster for cluster, _, _ in rows]
    places = split(examples, clusters, SplitSettings(enough=1, newest=0.2))
    assert len(places) == len(rows)
    assert set(places) <= set(SPLITS)
    assert len(set(zip(clusters, places, strict=True))) == len(set(clusters))


def test_the_newest_posts_are_put_out() -> None:
    examples = dated(600)
    places = split(examples, alone(examples), DATED)
    newest = [e.date or "" for e, place in zip(examples, places, strict=True) if place == TEST_TIME]
    older = [e.date or "" for e, place in zip(examples, places, strict=True) if place != TEST_TIME]
    assert len(newest) == pytest.approx(600 * DATED.newest, abs=2)
    assert min(newest) > max(older)


def test_a_cluster_with_one_new_post_goes_out_whole() -> None:
    examples = dated(600)
    by_date = sorted(alone(examples), key=lambda i: examples[i].date or "")
    clusters = list(alone(examples))
    clusters[by_date[0]] = clusters[by_date[-1]]
    places = split(examples, clusters, DATED)
    assert places[by_date[0]] == places[by_date[-1]] == TEST_TIME
    assert places[by_date[1]] != TEST_TIME


def test_a_source_dated_on_one_class_takes_no_part() -> None:
    rumours = [
        example(id=f"r-{i}", labels={"rumour": 1}, date=f"2011-{1 + i % 12:02}") for i in range(300)
    ]
    later = [
        example(id=f"n-{i}", labels={"rumour": 0}, date=f"2015-{1 + i % 12:02}") for i in range(300)
    ]
    undated = [example(id=f"u-{i}", labels={"rumour": 0}) for i in range(300)]
    assert TEST_TIME not in split(rumours + later, range(600), DATED)
    assert TEST_TIME not in split(rumours + undated, range(600), DATED)


def test_another_source_does_not_lend_its_class() -> None:
    examples = [e.model_copy(update={"source": f"only-{e.labels['rumour']}"}) for e in dated(600)]
    assert TEST_TIME not in split(examples, alone(examples), DATED)


@pytest.mark.parametrize(("months", "parted"), [("", False), ("-01", True)])
def test_a_year_is_too_coarse_for_a_split_by_time(months: str, parted: bool) -> None:
    examples = [
        example(id=f"{i}", labels={"rumour": i % 2}, date=f"{2019 + i // 540}{months}")
        for i in range(600)
    ]
    assert (TEST_TIME in split(examples, alone(examples), DATED)) is parted


def test_posts_without_dates_are_not_split_by_time() -> None:
    assert TEST_TIME not in split(posts(600), range(600), SplitSettings(enough=0))


def test_one_date_for_all_tells_nothing() -> None:
    examples = [e.model_copy(update={"date": "2020-01-01"}) for e in dated(600)]
    assert TEST_TIME not in split(examples, alone(examples), DATED)


def test_a_split_by_time_can_be_refused() -> None:
    examples = dated(600)
    places = split(examples, alone(examples), SplitSettings(enough=1, newest=0))
    assert TEST_TIME not in places


def test_rare_labels_are_held_out_more() -> None:
    rare = posts(60, "rare", labels={"porn": 1, "abuse": 0})
    common = posts(3000, "common", labels={"porn": 0, "abuse": 1})
    settings = SplitSettings(wanted_rows=0)
    places = split(rare + common, range(3060), settings)
    held = sum(place != TRAIN for place in places[:60])
    assert held >= settings.wanted / 2
    assert held < 60  # something is left to learn from
    assert sum(place != TRAIN for place in places[60:]) / 3000 == pytest.approx(0.12, abs=0.03)


def test_unrelated_posts_move_no_other() -> None:
    before = dated(600) + posts(500)
    added = posts(400, "new", source="another") + dated(300, "another-dated")
    alone_places = split(before, range(1100), DATED)
    places = split(added + before, range(1800), DATED)
    assert places[700:] == alone_places


def test_a_growing_corpus_takes_no_training_post_out() -> None:
    before = posts(900, labels={"porn": 1}) + posts(900, "q")
    grown = before + posts(6000, "new", labels={"porn": 1})
    old = split(before, range(1800), SplitSettings())
    new = split(grown, range(7800), SplitSettings())[:1800]
    assert all(now == TRAIN for was, now in zip(old, new, strict=True) if was == TRAIN)


def test_another_seed_draws_otherwise() -> None:
    examples = posts(300)
    first = split(examples, range(300), PLAIN)
    assert first == split(examples, range(300), PLAIN)
    assert first != split(examples, range(300), SplitSettings(wanted=0, wanted_rows=0, seed="b"))
