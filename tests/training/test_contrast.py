"""Pairs bring a claim and its answer together, and only those."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
import torch
from transformers import AutoTokenizer

from data.pairs import Pair
from models.runtime.serving_graph import mean_embedding
from tests.training.posts import post
from training.contrast import PairBatches, contrastive_loss
from training.dataset import LENGTH_STEP
from training.finetune import Material, finetune
from training.network import load_network
from training.recipe import PairSettings, Recipe

CLAIMS = (
    "喝醋能软化血管",
    "微波炉加热致癌",
    "井水变色要地震",
    "隔夜菜有毒",
    "吃蟹不能吃柿子",
    "手机辐射致癌",
)


def pairs() -> list[Pair]:
    return [
        Pair(query=claim, debunk=f"专家说明：{claim}并无依据", query_kind="claim")
        for claim in CLAIMS
    ]


def test_the_loss_is_least_where_every_query_meets_its_own_answer() -> None:
    rows = torch.eye(4)
    right = contrastive_loss(rows, rows, 0.05)
    wrong = contrastive_loss(rows, rows.roll(1, 0), 0.05)
    assert right < 0.001 < 10 < wrong


def test_the_mean_leaves_padding_out_and_has_length_one() -> None:
    states = torch.tensor([[[3.0, 4.0], [100.0, 100.0]]])
    mean = mean_embedding(states, torch.tensor([[1, 0]]))
    torch.testing.assert_close(mean, torch.tensor([[0.6, 0.8]]))


def test_batches_hold_no_answer_twice_and_queries_beside_their_answers(
    tiny_base_model: Path,
) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_base_model)
    twice = [*pairs(), Pair(query="另一句话", debunk=pairs()[0].debunk, query_kind="headline")]
    batches = PairBatches(twice, tokenizer, PairSettings(batch=4), seed=1)
    for queries, answers in islice(batches, 12):
        assert queries["input_ids"].shape[0] == answers["input_ids"].shape[0] == 4
        rows = {tuple(row) for row in answers["input_ids"].tolist()}
        assert len(rows) == 4
        assert queries["input_ids"].shape[1] % LENGTH_STEP == 0


def test_a_batch_is_no_larger_than_the_answers_there_are(tiny_base_model: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_base_model)
    batches = PairBatches(pairs()[:2], tokenizer, PairSettings(batch=32), seed=1)
    queries, _ = next(iter(batches))
    assert len(queries["input_ids"]) == 2


@pytest.mark.parametrize("weight", [0.0, 4.0])
def test_fine_tuning_with_pairs_brings_them_together(
    tiny_base_model: Path, tmp_path: Path, weight: float
) -> None:
    posts = [post(f"今天天气不错{place}", "mine", abuse=place % 2) for place in range(64)]
    settings = PairSettings(every=1, batch=6, weight=weight)
    recipe = Recipe(learning_rate=5e-3, batch_size=8, micro_batch_size=8, epochs=4, pairs=settings)
    finetune(Material(posts, posts, pairs()), ["abuse"], str(tiny_base_model), recipe, tmp_path)
    found = hits(tmp_path / "model")
    assert found >= 5 if weight else found <= 4


def hits(folder: Path) -> int:
    """How many claims lie nearest to their own answer."""
    model, tokenizer = load_network(str(folder), ["abuse"])
    model.eval()
    queries, answers = next(iter(PairBatches(pairs(), tokenizer, PairSettings(), seed=1)))
    with torch.no_grad():
        sides = [
            mean_embedding(model.base_model(**inputs).last_hidden_state, inputs["attention_mask"])
            for inputs in (queries, answers)
        ]
    nearest = (sides[0] @ sides[1].T).argmax(dim=1)
    return int((nearest == torch.arange(len(nearest))).sum())
