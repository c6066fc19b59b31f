"""sources.json accounts for every post that was read."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from data.prepare import load_split, prepare
from data.split import TRAIN
from models.jsonfile import read_object
from tests.training.posts import post, random_text, write_posts
from training.provenance import sources_of
from training.recipe import Recipe, SourceWeight
from training.run import Run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run over three sources, one of which knows only a label that is not in use."""
    chance = Random(3)
    folder = tmp_path_factory.mktemp("provenance")
    examples = [post(random_text(chance), "mine", abuse=place % 2) for place in range(60)]
    examples += [post(random_text(chance), "cold", abuse=1, fraud=0) for _ in range(40)]
    examples += [post(random_text(chance), "machine_written", ai_written=1) for _ in range(10)]
    examples += [post(examples[0].text, "mine", abuse=examples[0].labels["abuse"])]
    prepare([write_posts(folder / "posts.jsonl", examples)], folder / "prepared")
    return Run(
        out=folder,
        name="mine",
        base_model="encoder",
        recipe=Recipe(sources={"cold": SourceWeight(epochs=2, why="large and good")}),
        prepared=folder / "prepared",
        labels=["abuse"],
        seen={"mine": 31, "cold": 62},
    )


def test_every_source_is_listed_with_its_terms(run: Run) -> None:
    found = {entry["source"]: entry for entry in sources_of(run)}
    assert set(found) == {"mine", "cold", "machine_written"}
    assert found["cold"]["commercial"] is True
    assert found["machine_written"]["commercial"] is False
    assert found["mine"]["commercial"] is None
    assert "own data" in found["mine"]["licence"]
    assert [found[name]["why"] for name in ("mine", "cold")] == ["", "large and good"]


def test_counts_add_up(run: Run) -> None:
    found = {entry["source"]: entry for entry in sources_of(run)}
    train = load_split(run.prepared, TRAIN)
    counts = Counter(example.source for example in train)
    assert {name: entry["read"] for name, entry in found.items()} == {
        "mine": 61,
        "cold": 40,
        "machine_written": 10,
    }
    assert {name: entry["examples"] for name, entry in found.items()} == {
        "mine": counts["mine"],
        "cold": counts["cold"],
        "machine_written": 0,
    }
    assert [found[name]["seen"] for name in ("mine", "cold", "machine_written")] == [31, 62, 0]
    assert found["mine"]["dropped"] == {"exact_duplicate": 1}
    assert found["machine_written"]["dropped"] == {"no_known_label": 10}
    abuse = Counter(e.labels["abuse"] for e in train if e.source == "mine")
    assert found["mine"]["labels"] == {"abuse": {"positives": abuse[1], "negatives": abuse[0]}}
    assert set(found["cold"]["labels"]) == {"abuse"}  # fraud is known, yet not of this release


def test_a_fingerprint_is_of_the_training_texts_of_its_source(run: Run) -> None:
    found = {entry["source"]: entry["fingerprint"] for entry in sources_of(run)}
    texts = [e.text for e in load_split(run.prepared, TRAIN) if e.source == "mine"]
    assert found["mine"] == hashlib.sha256("".join(texts).encode()).hexdigest()
    assert found["machine_written"] is None


def test_no_text_is_in_the_account_of_a_release(trained: Run) -> None:
    written = (trained.release / "sources.json").read_text(encoding="utf-8")
    texts = [example.text for example in load_split(trained.prepared, TRAIN)]
    # A post may be "1" or "OK", which stand in any account of numbers.
    assert not [text for text in texts if len(text) > 3 and text in written]
    entry = sources_of(trained)[0]
    assert entry["seen"] == trained.seen["sample"]
    report = read_object(Path(trained.prepared) / "report.json")
    assert entry["read"] == report["read"]
    dropped = sum(entry["dropped"].values())
    assert entry["read"] == dropped + sum(report["splits"].values())
