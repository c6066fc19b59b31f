"""The model card: valid front matter, every label and source, no path of a machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from models.jsonfile import read_json, write_json
from models.layout import Layout
from models.normaliser import VERSION
from models.release import Release
from training.card import METRIC_HEAD, _left_out, metric_cells, table
from training.evaluation.report import LEFT_OUT
from training.metrics import Metrics
from training.run import Run


@pytest.fixture(scope="module")
def card(trained: Run) -> str:
    return Layout(trained.release).card.read_text(encoding="utf-8")


def test_the_front_matter_is_what_the_hub_reads(card: str) -> None:
    assert card.startswith("---\n")
    front = yaml.safe_load(card.split("---\n")[1])
    assert front["license"] == "other"
    assert front["license_link"] == "sources.json"
    assert front["language"] == "zh"
    assert front["pipeline_tag"] == "text-classification"
    assert front["library_name"] == "transformers"
    assert isinstance(front["tags"], list)


def test_every_label_and_source_has_its_row(card: str, trained: Run) -> None:
    release = Release.load(trained.release)
    for name in (*release.labels, "low_quality"):
        assert f"| {name} |" in card
    for entry in read_json(Layout(trained.release).sources):
        assert f"| {entry['source']} | {entry['licence']} |" in card
    assert f"# {trained.name}\n" in card
    for threshold in release.thresholds.values():
        assert f"| {threshold.value:.4f} | {threshold.sentence} |" in card


def test_it_says_what_was_seen_and_what_it_was_compared_with(card: str, trained: Run) -> None:
    assert f"{sum(trained.seen.values()):,} posts" in card
    assert "Against a linear model" in card
    assert f"normaliser (version {VERSION})" in card
    assert "{" not in card.replace("{%", "")  # no place left unfilled


def test_it_names_no_folder_of_the_machine(card: str, trained: Run, tmp_path: Path) -> None:
    assert str(tmp_path.parent.parent) not in card
    assert str(trained.out.parent) not in card
    assert "`base-model`" in card


def test_tables_have_one_width(card: str) -> None:
    blocks = [block for block in card.split("\n\n") if block.lstrip().startswith("|")]
    assert len(blocks) >= 5
    for block in blocks:
        widths = {line.count("|") for line in block.splitlines() if line.startswith("|")}
        assert len(widths) == 1


def test_table_cells() -> None:
    assert table(("a", "b"), [["x", 0.12345], [None, 7]]) == (
        "| a | b |\n|---|---|\n| x | 0.123 |\n| – | 7 |\n"
    )


def test_metric_cells_match_their_heads() -> None:
    metrics = Metrics(1, 2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.1)
    named = dict(zip(METRIC_HEAD, metric_cells(metrics), strict=True))
    assert named["positives"] == 1
    assert named["AUC"] == 0.3
    assert named["recall"] == 0.6
    assert named["macro-F1"] == 0.8
    assert named["false alarms"] == 0.9
    assert named["ECE"] == 0.1


def test_false_alarms_stand_by_register_with_intervals(card: str) -> None:
    section = card.split("## Ordinary posts wrongly flagged")[1].split("\n## ", maxsplit=1)[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    assert rows[0].endswith("| any (95 % interval) |")
    assert rows[2].startswith("| all |")
    names = {line.split("|")[1].strip() for line in rows[3:]}
    assert {"chat", "weibo", "sample"} <= names
    assert all("(" in line.split("|")[-2] for line in rows[2:])


def test_sources_left_out_are_shown_where_the_run_holds_them(trained: Run, tmp_path: Path) -> None:
    assert _left_out(replace(trained, out=tmp_path)) == ""
    found = {"positives": 30, "negatives": 40, "auc": 0.81, "auc_interval": [0.7, 0.9]}
    found |= {"linear_auc": 0.79}
    none = {"positives": 30, "negatives": 0, "auc": None, "auc_interval": None, "linear_auc": None}
    labels = {"abuse": found | {"note": "its own"}, "porn": none | {"note": "nothing"}}
    content = {"posts": 6000, "sources": {"cold": {"labels": labels}}}
    write_json(tmp_path / LEFT_OUT, content)
    section = _left_out(replace(trained, out=tmp_path))
    assert "on 6,000 posts of the others" in section
    assert "| abuse | cold | 30 | 40 | 0.810 (0.700-0.900) | 0.790 | its own |" in section
    assert "| porn | cold | 30 | 0 | – | – | nothing |" in section
