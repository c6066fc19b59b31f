"""From own Examples to a candidate release, and what it promises."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from safetensors.torch import load_file

from data.prepare import load_split
from data.split import CALIBRATION, TEST, TRAIN
from models.errors import InvalidInput
from models.jsonfile import read_json, read_object
from models.labels import LABEL_NAMES
from models.layout import Layout
from models.manifest import verify_manifest
from models.release import Release
from models.scorer import Post, Scorer
from tests.tiny import NAME
from tests.training.posts import post, random_text, write_posts
from tests.training.retraining.conftest import LABEL, MARK, small_recipe
from training.evaluation.scored import score_examples
from training.finetune import MaskedTrainer
from training.retraining.card import SILENCE
from training.retraining.complete import OWN_LICENCE
from training.retraining.learn import learn, retrain, told_by_user
from training.retraining.start import Wish, start_retraining


def ignore(message: str) -> None:
    pass


@pytest.fixture(scope="module")
def scorer(candidate: Path) -> Scorer:
    return Scorer.open(candidate)


def test_it_leaves_a_release_that_can_be_served(
    candidate: Path, wish: Wish, scorer: Scorer
) -> None:
    assert Scorer.open(wish.out).release.folder == candidate
    assert verify_manifest(candidate).name == scorer.release.name == "candidate"
    assert scorer.release.labels == (*LABEL_NAMES, LABEL)
    assert (wish.out / "report.html").is_file()


def test_it_has_learnt_the_new_label(scorer: Scorer, wish: Wish) -> None:
    held_out = load_split(wish.out / "prepared", TEST)
    posts = score_examples(scorer, held_out).of_label(LABEL)
    assert posts.positives >= 8
    assert np.median(posts.scores[posts.truth == 1]) > np.median(posts.scores[posts.truth == 0])


def test_what_the_champion_promised_stays(
    candidate: Path, tiny_release: Path, scorer: Scorer
) -> None:
    champion = Release.load(tiny_release)
    for name in LABEL_NAMES:
        assert scorer.release.thresholds[name] == champion.thresholds[name]
    curves = read_object(Layout(candidate).curves)
    assert {n: curves[n] for n in LABEL_NAMES} == read_object(champion.layout.curves)
    assert scorer.release.windows == champion.windows
    support = scorer.release.thresholds[LABEL]
    assert len(curves[LABEL]["labels"]) == support.positives + support.negatives


def test_own_posts_are_split_by_cluster_and_enough_are_held_out(wish: Wish) -> None:
    of_split = {
        name: load_split(wish.out / "prepared", name) for name in (TRAIN, CALIBRATION, TEST)
    }
    clusters = [{example.cluster for example in posts} for posts in of_split.values()]
    assert not clusters[0] & clusters[1] | clusters[0] & clusters[2] | clusters[1] & clusters[2]
    for value in (0, 1):
        held = [sum(e.labels.get(LABEL) == value for e in of_split[n]) for n in (CALIBRATION, TEST)]
        assert sum(held) >= 20
        assert min(held) >= 8
    assert any(e.source == "sample" and LABEL not in e.labels for e in of_split[TRAIN])


def test_it_tells_where_it_comes_from(candidate: Path, wish: Wish, tiny_release: Path) -> None:
    record = read_object(wish.out / "run.json")
    told = record["retrained"]
    assert told["from"] == NAME
    assert told["from_fingerprint"] == Release.load(tiny_release).fingerprint
    assert told["own_labels"] == {LABEL: {"positives": 100, "negatives": 140}}
    assert told["posts_per_second"] > 0
    assert record["environment"]["torch"]
    assert read_object(Layout(candidate).metrics)["retrained"] == told
    sources = {entry["source"]: entry for entry in read_json(Layout(candidate).sources)}
    assert sources["forum"]["licence"] == OWN_LICENCE
    assert sources["forum"]["seen"] > 0
    assert sources["tiny"]["seen"] == 4
    card = Layout(candidate).card.read_text("utf-8")
    counts = "| spoiler | 100 | 140 |"
    for said in (f"`{NAME}`", "low_quality.spoiler", counts, OWN_LICENCE, SILENCE):
        assert said in card


def test_the_user_is_believed_where_the_champion_differs(wish: Wish) -> None:
    train = load_split(wish.out / "prepared", TRAIN)
    told = told_by_user(train, [*LABEL_NAMES, LABEL], ["forum"])
    for row, example in enumerate(train):
        assert told[row].tolist() == [False] * 7 + [example.source == "forum"]


def test_a_finished_run_is_not_trained_again(
    candidate: Path, wish: Wish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Path(shutil.copytree(wish.out, tmp_path / "copy"))
    shutil.rmtree(there / "release")
    monkeypatch.setattr(MaskedTrainer, "__init__", None)  # any new training would fail
    said: list[str] = []
    retrain(replace(wish, out=there, name="candidate"), said.append)
    assert "fine-tune: done before" in said
    ours, theirs = Scorer.open(candidate), Scorer.open(there)
    posts = [Post(f"今天{MARK}很好"), Post("明天电台说明")]
    for here, again in zip(ours.score(posts), theirs.score(posts), strict=True):
        assert again.probabilities == pytest.approx(here.probabilities, abs=1e-4)


def test_an_interrupted_run_goes_on(candidate: Path, wish: Wish, tmp_path: Path) -> None:
    there = Path(shutil.copytree(wish.out, tmp_path / "copy"))
    shutil.rmtree(there / "model")
    steps = sorted(int(p.name.split("-")[1]) for p in (there / "checkpoints").glob("checkpoint-*"))
    shutil.rmtree(there / "checkpoints" / f"checkpoint-{steps[-1]}")
    work = start_retraining(replace(wish, out=there), ignore)
    planned = work.run.recipe
    learn(work, ignore)
    assert work.run.recipe == planned  # the machine is not measured again
    assert work.run.seen == read_object(wish.out / "run.json")["seen"]
    first = load_file(wish.out / "model" / "model.safetensors")
    again = load_file(there / "model" / "model.safetensors")
    assert set(first) == set(again)


def test_a_folder_begun_otherwise_is_refused(candidate: Path, wish: Wish, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="begun with other posts, labels or another release"):
        start_retraining(replace(wish, added=[LABEL, "abuse2"], data=[twice(tmp_path)]), ignore)


def twice(folder: Path) -> Path:
    """Posts that know two new labels."""
    posts = [post(f"第{n}条不一样的", "forum", spoiler=n % 2, abuse2=n % 2) for n in range(200)]
    return write_posts(folder / "twice.jsonl", posts)


def test_a_label_the_release_judges_is_not_new(wish: Wish, tmp_path: Path) -> None:
    posts = [post(f"{chr(0x4E00 + n)}第{n}条", "forum", abuse=n % 2) for n in range(30)]
    data = [write_posts(tmp_path / "mine.jsonl", posts)]
    work = start_retraining(replace(wish, out=tmp_path / "run", data=data, added=["abuse"]), ignore)
    assert work.added == []
    assert work.run.labels == list(LABEL_NAMES)


def test_bad_rows_and_names_are_refused_before_anything_is_written(
    wish: Wish, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"text": "好", "labels": {"spoiler": 7}}\n', encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"bad\.jsonl:1"):
        start_retraining(replace(wish, out=out, data=[bad]), ignore)
    with pytest.raises(InvalidInput, match="no name for a label"):
        start_retraining(replace(wish, out=out, added=["剧透"]), ignore)
    assert not out.exists()


def test_posts_that_are_all_alike_cannot_be_held_out(wish: Wish, tmp_path: Path) -> None:
    alike = [post(f"这部电影的结局我早就猜到了你们呢{n}", "forum", spoiler=1) for n in range(60)]
    others = [post(f"{chr(0x4E00 + n)}第{n}条", "forum", spoiler=0) for n in range(60)]
    data = [write_posts(tmp_path / "mine.jsonl", alike + others)]
    with pytest.raises(InvalidInput, match="too few posts can be held out"):
        start_retraining(replace(wish, out=tmp_path / "run", data=data), ignore)


def test_with_evidence_enough_a_known_label_is_fitted_anew(
    wish: Wish, tiny_release: Path, tmp_path: Path
) -> None:
    chance = Random(9)
    posts = [post(random_text(chance), "forum", abuse=place % 2) for place in range(120)]
    settings = {"own_epochs": 1.0, "rehearsal_epochs": 0.2, "rehearsed": 100, "evidence": 4}
    asked = replace(
        wish,
        data=[write_posts(tmp_path / "mine.jsonl", posts)],
        out=tmp_path / "run",
        added=(),
        recipe=small_recipe(tmp_path, retrain=settings),
    )
    release = Release.load(retrain(asked, ignore))
    champion = Release.load(tiny_release)
    assert release.labels == champion.labels
    assert release.metrics["fitted"] == ["abuse"]
    assert release.thresholds["abuse"] != champion.thresholds["abuse"]
    assert release.thresholds["porn"] == champion.thresholds["porn"]
    scaling = release.calibration.low_quality_scaling
    assert scaling == champion.calibration.low_quality_scaling
