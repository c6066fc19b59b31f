"""What the model is shown in training is what it is shown in service."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from transformers import PreTrainedTokenizerFast

from models.scorer import Post, Scorer
from tests.tiny import build_tokenizer
from tests.training.posts import post, random_text
from training.augment import AugmentSettings
from training.dataset import LENGTH_STEP, Collator, Posts
from training.recipe import Recipe

NAMES = ("rumour", "abuse")
LENGTH = 64
# Only characters that the tiny tokenizer knows; it drops white space.
LONG = "".join(chr(ord("a") + place % 26) + "天地" for place in range(100))


@pytest.fixture
def tokenizer() -> PreTrainedTokenizerFast:
    return build_tokenizer()


UNPUNCTUATED = AugmentSettings(disguise=0, noise=0, unpunctuated=0.5)


def recipe(**settings: Any) -> Recipe:
    plain = AugmentSettings(disguise=0, noise=0, unpunctuated=0)
    return Recipe(**({"augment": plain, "max_length": LENGTH, "window_overlap": 16} | settings))


def texts_of(tokenizer: PreTrainedTokenizerFast, posts: Posts, times: int = 200) -> set[str]:
    random.seed(5)
    return {tokenizer.decode(posts[0]["input_ids"], skip_special_tokens=True) for _ in range(times)}


def test_training_reads_a_post_as_the_service_does(
    tokenizer: PreTrainedTokenizerFast, tiny_scorer: Scorer
) -> None:
    examples = [
        post("加-V-芯，免 费 领"),
        post("正文在此。", title="【标题】"),
        post("标题重复，正文", title="标题重复"),
        post("\u200b\ufe0f"),
        post(LONG),
    ]
    posts = Posts(examples, NAMES, tokenizer, recipe())
    assert tiny_scorer.release.max_length == LENGTH
    for place, example in enumerate(examples):
        window = tiny_scorer.encode(Post(example.text, example.title or "")).windows[0]
        assert posts[place]["input_ids"] == list(window)


@pytest.mark.parametrize("augment", [False, True])
def test_a_window_keeps_its_length_and_its_special_tokens(
    tokenizer: PreTrainedTokenizerFast, augment: bool
) -> None:
    chance = random.Random(3)
    random.seed(3)
    examples = [
        post(random_text(chance, chance.choice((1, 20, 62, 63, 300))) + "，。", title="通知")
        for _ in range(60)
    ]
    posts = Posts(examples, NAMES, tokenizer, recipe(), augment=augment)
    for place in range(len(posts)):
        ids = posts[place]["input_ids"]
        assert 2 <= len(ids) <= LENGTH
        assert (ids[0], ids[-1]) == (tokenizer.cls_token_id, tokenizer.sep_token_id)
        assert tokenizer.cls_token_id not in ids[1:]
        assert tokenizer.sep_token_id not in ids[:-1]


def test_unknown_labels_are_minus_one(tokenizer: PreTrainedTokenizerFast) -> None:
    examples = [post(rumour=1), post(abuse=0, fraud=1), post(rumour=0, abuse=1)]
    posts = Posts(examples, NAMES, tokenizer, recipe())
    assert np.stack([posts[i]["labels"] for i in range(3)]).tolist() == [[1, -1], [-1, 0], [0, 1]]
    assert posts.sources == ["user"] * 3


def test_lengths_are_multiples_of_16_up_to_the_window(tokenizer: PreTrainedTokenizerFast) -> None:
    examples = [post((LONG * 3)[:count]) for count in (1, 14, 15, 30, 31, 200)]
    posts = Posts(examples, NAMES, tokenizer, recipe())
    assert [posts.length(place) for place in range(6)] == [16, 16, 32, 32, 48, 64]
    for place in range(6):
        assert posts.length(place) - LENGTH_STEP < len(posts[place]["input_ids"])
        assert len(posts[place]["input_ids"]) <= posts.length(place)


def test_without_augmentation_nothing_is_left_to_chance(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    posts = Posts([post(LONG, title="标题")], NAMES, tokenizer, recipe(title_alone=1.0))
    assert len(texts_of(tokenizer, posts)) == 1


def test_a_long_post_gives_other_windows_too(tokenizer: PreTrainedTokenizerFast) -> None:
    shown = recipe(first_window=0.5)
    found = texts_of(tokenizer, Posts([post(LONG)], NAMES, tokenizer, shown, augment=True))
    assert LONG[: LENGTH - 2] in found
    assert len(found) > 30
    assert all(text in LONG for text in found)
    always = recipe(first_window=1.0)
    posts = Posts([post(LONG)], NAMES, tokenizer, always, augment=True)
    assert texts_of(tokenizer, posts) == {LONG[: LENGTH - 2]}


def test_a_title_is_shown_alone_now_and_then(tokenizer: PreTrainedTokenizerFast) -> None:
    shown = recipe(title_alone=0.3)
    posts = Posts([post("正文", title="【新】天地")], NAMES, tokenizer, shown, augment=True)
    assert texts_of(tokenizer, posts) == {"新天地", "新天地正文"}


def test_punctuation_is_dropped_now_and_then(tokenizer: PreTrainedTokenizerFast) -> None:
    posts = Posts(
        [post("真的，好! 了?")], NAMES, tokenizer, recipe(augment=UNPUNCTUATED), augment=True
    )
    assert texts_of(tokenizer, posts) == {"真的,好!了?", "真的好了"}


def test_a_post_of_punctuation_alone_stays_readable(tokenizer: PreTrainedTokenizerFast) -> None:
    posts = Posts([post("?!")], NAMES, tokenizer, recipe(augment=UNPUNCTUATED), augment=True)
    assert texts_of(tokenizer, posts, 3) == {"?!"}


def test_padding_switched_on_in_a_tokenizer_is_no_special_token(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    plain = Posts([post()], NAMES, build_tokenizer(), recipe())[0]["input_ids"]
    tokenizer.backend_tokenizer.enable_padding(length=LENGTH)
    tokenizer.backend_tokenizer.enable_truncation(5)
    assert Posts([post()], NAMES, tokenizer, recipe())[0]["input_ids"] == plain


def test_progress_sees_every_post(tokenizer: PreTrainedTokenizerFast) -> None:
    steps: list[int] = []

    def progress(starts: Any) -> Any:
        steps.extend(starts)
        return starts

    posts = Posts([post()] * 2_500, NAMES, tokenizer, recipe(), progress=progress)
    assert steps == [0, 1_000, 2_000]
    assert len(posts) == 2_500


def test_no_posts_are_no_fault(tokenizer: PreTrainedTokenizerFast) -> None:
    assert len(Posts([], NAMES, tokenizer, recipe())) == 0


def test_a_micro_batch_is_padded_to_a_multiple_of_16() -> None:
    labels = np.asarray([1.0, -1.0], dtype=np.float32)
    items = [{"input_ids": list(range(1, size + 1)), "labels": labels} for size in (3, 33, 20)]
    batch = Collator(pad_id=9)(items)
    assert batch["input_ids"].shape == batch["attention_mask"].shape == (3, 48)
    assert batch["attention_mask"].sum(1).tolist() == [3, 33, 20]
    for row, size in enumerate((3, 33, 20)):
        assert batch["input_ids"][row, :size].tolist() == list(range(1, size + 1))
        assert set(batch["input_ids"][row, size:].tolist()) == {9}
        assert batch["attention_mask"][row, :size].all()
    assert batch["labels"].tolist() == [[1.0, -1.0]] * 3
    assert Collator(0)(items[:1])["input_ids"].shape == (1, 16)
