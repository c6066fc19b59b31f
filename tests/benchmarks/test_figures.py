"""Ratios are taken within a round, against the best that the bare runtime does."""

from __future__ import annotations

import pytest

from benchmarks.harness import machine, workload
from benchmarks.harness.figures import (
    BARE,
    FILE,
    INFINITY,
    MINGJIAN,
    Ratio,
    Rows,
    limits,
    ratios,
    spread,
)
from benchmarks.harness.report import RATIO_HEAD, markdown, page, ratio_cells


@pytest.fixture
def rows() -> Rows:
    found = Rows()
    found.row("large", MINGJIAN, "c").rates += [90.0, 40.0]
    found.row("large", MINGJIAN, "b").rates += [80.0, 35.0]
    found.row("large", INFINITY, "b").rates += [10.0, 5.0]
    found.row("small", MINGJIAN, "c").rates += [400.0, 200.0]
    found.row("small", MINGJIAN, "a").latencies.append({"p50": 0.003})
    found.row("small", BARE, "batch 1").latencies.append({"p50": 0.0025})
    found.row("large", FILE, "file").rates += [95.0, 50.0]
    for size, rates in ((1, [50.0, 25.0]), (8, [100.0, 45.0]), (32, [90.0, 50.0])):
        found.row("large", BARE, f"batch {size}").rates += rates
    return found


def test_each_round_is_divided_by_the_best_batch_of_that_round(rows: Rows) -> None:
    found = {one.name: one for one in ratios(rows, "small", "large")}
    assert found["large (c) / bare runtime on large"].rounds == [0.9, 0.8]
    assert found["small (c) / bare runtime on large"].rounds == [4.0, 4.0]
    assert found["large (b) / infinity_emb (b)"].rounds == [8.0, 7.0]
    assert found["mingjian score, large / bare runtime on large"].median == pytest.approx(0.975)
    assert "large (c) / infinity_emb (c)" not in found


def test_what_is_to_be_small_is_reached_from_below(rows: Rows) -> None:
    (latency,) = [one for one in ratios(rows, "small", "large") if one.at_most]
    assert latency.median == pytest.approx(1.2)
    assert latency.met
    assert not Ratio("", [2.0], 1.5, at_most=True).met
    assert not Ratio("", [0.5, 0.9, 0.8], 0.85).met


def test_a_table_tells_the_spread_and_the_result_before() -> None:
    (line,) = ratio_cells([Ratio("one", [0.8, 1.0, 0.9], 0.85)], {"one": 0.5})
    assert line == ("one", "0.90 (0.80–1.00)", "≥ 0.85", "yes", "0.50")
    assert markdown(RATIO_HEAD, [line]).splitlines()[2] == "| " + " | ".join(line) + " |"
    assert spread([], str) == "–"
    assert spread([3.0], str) == "3.0"


def test_the_page_has_the_ratios_first_and_every_fact(rows: Rows) -> None:
    told = {"posts": 5000, "seconds": 20.5, "first_s": 6.1, "peak_rss_mb": 480}
    facts = {
        "start_s": {"small": 2.5},
        "rss_mb": {f"small: {MINGJIAN}": 610},
        "file": {"large": told},
        "same_weights": {f"large: {INFINITY}": 0.004},
    }
    found = ratios(rows, "small", "large") + limits(facts, "small")
    assert [(one.median, one.met) for one in found[-2:]] == [(2.5, True), (610, False)]
    result = {
        "machine": machine.describe(),
        "workload": workload.describe(["一", "二二"], "made up")
        | {"tokens_mean": 3.5, "tokenizer_rate": 9000.0},
        "settings": {"command": "make bench", "rounds": 2, "seconds": 3.0},
        "sharing": "",
        "facts": facts,
    }
    text = page(result, found, rows, {}, ["growth.svg"])
    assert text.index("to reach") < text.index("## Every row") < text.index("growth.svg")
    for part in ("2.5 s", "5,000 posts in 20.5 s", "0.0040", "made up", "| 2.50 | ≤ 3 | yes |"):
        assert part in text
