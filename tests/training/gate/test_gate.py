"""The gate lets an equal pass, refuses what is worse, and says where it cannot know."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pytest

from data.prepare import load_split, prepare
from data.split import TEST
from models.errors import InvalidInput
from models.jsonfile import read_object, write_json
from models.labels import LABEL_NAMES
from models.layout import Layout
from models.manifest import write_manifest
from models.scorer import Scorer
from tests.tiny import NAME, build_release
from tests.training.posts import post, random_text, write_posts
from training.evaluation.scored import score_examples
from training.gate.gate import Verdict, judge_candidate, posts_for, with_own_ordinary
from training.gate.limits import Limits
from training.gate.mechanics import parity_row, size_row
from training.gate.quality import Pair, alarm_row, label_rows, score_both
from training.gate.row import LITTLE, PASSES, WORSE

LIMITS = Limits(speed=0.001)  # no test is timed


def ignore(message: str) -> None:
    pass


@pytest.fixture(scope="module")
def posts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Posts that know every label."""
    chance = Random(8)
    examples = [
        post(random_text(chance), **{name: chance.randint(0, 1) for name in LABEL_NAMES})
        for _ in range(120)
    ]
    return write_posts(tmp_path_factory.mktemp("gate") / "posts.jsonl", examples)


@pytest.fixture(scope="module")
def equal(posts: Path, tiny_release: Path) -> Verdict:
    """A release judged against itself."""
    return judge_candidate(tiny_release, [posts], tiny_release, LIMITS, ignore)


def test_an_equal_passes(equal: Verdict) -> None:
    assert equal.passed, [row for row in equal.rows if row.refuses]
    checks = {row.check for row in equal.rows}
    wanted = {"auc", "f1", "calibration_error", "false alarms", "auc, disguised"}
    assert checks >= wanted | {"parity", "size", "speed"}
    assert {row.on for row in equal.rows if row.check == "auc"} >= set(LABEL_NAMES)


def test_the_json_twin_says_the_same_and_no_folder(equal: Verdict) -> None:
    content = equal.to_json()
    assert content["passed"] is True
    assert content["candidate"]["name"] == content["champion"]["name"] == NAME
    assert [row["check"] for row in content["rows"]] == [row.check for row in equal.rows]
    assert str(equal.candidate) not in str(content)


def test_a_worse_candidate_is_refused(posts: Path, tiny_scorer: Scorer) -> None:
    from data.readers import read_examples

    scored = score_examples(tiny_scorer, list(read_examples([posts])))
    told = scored.rows(range(len(scored.examples)))
    truth = told.truth_of("abuse")
    told.probabilities[:, told.names.index("abuse")] = truth * 0.9 + 0.05  # the champion knows all
    rows = {(row.check, row.on): row for row in label_rows(Pair(scored, told), LIMITS)}
    assert rows["auc", "abuse"].verdict == WORSE
    assert rows["auc", "abuse"].refuses
    assert rows["auc", "porn"].verdict == PASSES


def test_a_label_that_is_lost_refuses(posts: Path, tiny_scorer: Scorer) -> None:
    from dataclasses import replace

    from data.readers import read_examples

    scored = score_examples(tiny_scorer, list(read_examples([posts])))
    fewer = replace(scored, names=scored.names[:-1], probabilities=scored.probabilities[:, :-1])
    lost = [row for row in label_rows(Pair(fewer, scored), LIMITS) if row.check == "label"]
    assert [(row.on, row.verdict) for row in lost] == [("clickbait", WORSE)]
    new = [row for row in label_rows(Pair(scored, fewer), LIMITS) if row.check == "new label"]
    assert [(row.on, row.verdict) for row in new] == [("clickbait", WORSE)]  # a random model


def test_too_few_posts_are_too_little_evidence(tmp_path: Path, tiny_scorer: Scorer) -> None:
    examples = [post(f"第{place}条", abuse=place % 2) for place in range(30)]
    both = score_both(tiny_scorer, tiny_scorer, examples)
    rows = [
        row for row in label_rows(both, LIMITS) if row.check == "auc" and row.on != "low_quality"
    ]
    assert [row.verdict for row in rows] == [LITTLE] * len(LABEL_NAMES)
    assert all(row.refuses for row in rows)


def test_more_flags_on_ordinary_posts_refuse(tiny_scorer: Scorer) -> None:
    from dataclasses import replace

    scored = score_examples(tiny_scorer, with_own_ordinary([]))
    quiet = replace(scored, thresholds=dict.fromkeys(scored.names, 1.0))
    loud = replace(scored, thresholds=dict.fromkeys(scored.names, 0.0))
    assert alarm_row(Pair(quiet, quiet), LIMITS).verdict == PASSES
    row = alarm_row(Pair(loud, quiet), LIMITS)
    assert (row.verdict, row.champion, row.candidate) == (WORSE, 0.0, 1.0)


def test_weights_and_graph_must_be_the_same_model(
    tmp_path: Path, tiny_base_model: Path, tiny_release: Path, posts: Path
) -> None:
    from data.readers import read_examples
    from tests.tiny import build_classifier

    examples = list(read_examples([posts]))
    assert parity_row(Scorer.open(tiny_release), examples, LIMITS).verdict == PASSES
    odd = build_release(tmp_path / "odd", tiny_base_model)
    build_classifier(tiny_base_model, seed=9).half().save_pretrained(tmp_path / "other")
    shutil.copyfile(tmp_path / "other" / "model.safetensors", Layout(odd).weights)
    write_manifest(odd, "odd")
    assert parity_row(Scorer.open(odd), examples, LIMITS).verdict == WORSE


def test_a_large_release_is_refused(tiny_release: Path) -> None:
    assert size_row(tiny_release, tiny_release, LIMITS).verdict == PASSES
    assert size_row(tiny_release, tiny_release, Limits(size=1_000)).verdict == WORSE


def test_posts_the_candidate_was_trained_on_are_left_out(tmp_path: Path) -> None:
    chance = Random(3)
    examples = [post(random_text(chance), "mine", abuse=place % 2) for place in range(60)]
    examples += [post(random_text(chance), "others", abuse=place % 2) for place in range(60)]
    data = write_posts(tmp_path / "mine.jsonl", examples)
    run = tmp_path / "run"
    prepare([data], run / "prepared")
    write_json(run / "run.json", {})
    trained = {example.id for example in load_split(run / "prepared", "train")}
    left, out = posts_for([data], run, run / "release")
    assert {example.id for example in left} == {example.id for example in examples} - trained
    assert out == len(trained)
    write_json(run / "run.json", {"retrained": {"own_sources": ["mine"]}})
    left, _ = posts_for([data], run / "release")
    assert {example.id for example in left} >= {e.id for e in examples if e.source == "others"}
    left, out = posts_for([run / "prepared", run / "prepared"], run)
    assert (len(left), out) == (len(load_split(run / "prepared", TEST)), 0)


def test_judging_by_training_posts_alone_is_refused(tmp_path: Path) -> None:
    examples = [post(f"{chr(0x4E00 + n)}第{n}条", abuse=n % 2) for n in range(80)]
    run = tmp_path / "run"
    prepare([write_posts(tmp_path / "mine.jsonl", examples)], run / "prepared")
    write_json(run / "run.json", {})
    with pytest.raises(InvalidInput, match="trained on every one"):
        posts_for([run / "prepared" / "train.jsonl.gz"], run)


def test_the_record_of_a_run_is_no_secret_of_the_gate(equal: Verdict) -> None:
    assert equal.left_out == 0
    assert equal.posts == 120
    assert read_object(Layout(equal.candidate).manifest)["fingerprint"] == equal.fingerprint
