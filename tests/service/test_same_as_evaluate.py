"""What /score answers is what `mingjian evaluate` measures: one path, the same numbers."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from data.disguise import TRANSFORMS
from data.readers import read_examples
from data.schema import Example
from models.labels import LOW_QUALITY, public_name
from models.normaliser import VERSION
from models.release import Release
from models.scorer import Scorer
from service.settings import Settings
from tests.service.conftest import Post
from tests.tiny import random_posts
from tests.training.posts import post as example
from tests.training.posts import write_posts
from training.evaluation.evaluate import evaluate
from training.evaluation.report import Report
from training.evaluation.scored import score_examples, to_post

PLAIN = "加微信领奖，今天电台说明天有地震，快转给家人。"
# Batches divide differently over HTTP; in f32 that moves the last digits only.
SAME = 1e-5


@pytest.fixture(scope="module")
def posts(tmp_path_factory: pytest.TempPathFactory) -> list[Example]:
    """Short, long, titled and disguised posts, read from a file as both ways would read them."""
    texts = [made.text for made in random_posts(40, longest=900) if made.text.strip()]
    chance = random.Random(5)
    made = [example(text, abuse=place % 2) for place, text in enumerate(texts)]
    made += [example(text, title="紧急通知", rumour=1) for text in texts[:5]]
    made += [example(hide(PLAIN, chance), ad_spam=1) for hide in TRANSFORMS.values()]
    path = write_posts(tmp_path_factory.mktemp("same") / "posts.jsonl", made)
    return list(read_examples([path]))


def test_the_same_posts_get_the_same_numbers(
    post: Post, posts: list[Example], tiny_scorer: Scorer
) -> None:
    scored = score_examples(tiny_scorer, posts)
    twin = Report(evaluate(tiny_scorer, scored), scored).to_json()
    items = [
        {"id": one.id, "text": one.text} | ({"title": one.title} if one.title else {})
        for one in posts
    ]
    answer = post({"items": items, "store": False}).json()
    assert answer["release"] == twin["release"]
    places = {name: place for place, name in enumerate(twin["scores"]["ids"])}
    windows = set()
    for one, result in zip(posts, answer["results"], strict=True):
        place = places[result["id"]]
        measured = {name: found[place] for name, found in twin["scores"]["labels"].items()}
        assert result["scores"][LOW_QUALITY] == pytest.approx(measured.pop(LOW_QUALITY), abs=SAME)
        said = {label["label"]: label for label in result["labels"]}
        for name, score in measured.items():
            label = said[public_name(name)]
            assert label["score"] == pytest.approx(score, abs=SAME)
            assert label["threshold"] == twin["scores"]["thresholds"][name]
        read = tiny_scorer.encode(to_post(one))
        assert result["coverage"]["windows"] == len(read.windows)
        windows.add(len(read.windows))
    assert {1, 2} < windows  # long posts are among them


def test_both_run_the_same_release(client: TestClient, settings: Settings) -> None:
    """Normaliser, windows, calibration and thresholds are files of it, which its print covers."""
    release = Release.load(Path(settings.release))
    assert client.get("/release").json()["fingerprint"] == release.fingerprint
    assert release.normaliser.version == VERSION
