"""What is exported says the same as the model it came from, in every form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    RobertaConfig,
    RobertaForSequenceClassification,
)

from models.batching import Batch, pad
from models.errors import InvalidInput
from models.labels import LABEL_NAMES
from models.layout import Layout
from models.normaliser import Normaliser
from models.release import Release
from models.runtime import OpenVinoBackend
from models.scorer import Post, Scorer
from tests.tiny import build_classifier, build_tokenizer, random_posts
from training.export import export_model


def _inputs(scorer: Scorer, count: int, length: int) -> tuple[torch.Tensor, torch.Tensor]:
    windows = [scorer.encode(post).windows[0][:length] for post in random_posts(count)]
    ids, mask = pad(windows, Batch(length, tuple(range(count))), scorer.release.pad_id)
    return torch.from_numpy(ids), torch.from_numpy(mask)


@pytest.mark.parametrize(("count", "length"), [(1, 32), (9, 64), (3, 96)])
def test_the_serving_graph_agrees_with_torch(
    tiny_base_model: Path, tiny_scorer: Scorer, count: int, length: int
) -> None:
    model = build_classifier(tiny_base_model)
    ids, mask = _inputs(tiny_scorer, count, length)
    with torch.no_grad():
        expected = model(input_ids=ids, attention_mask=mask, output_hidden_states=True)
    outputs = tiny_scorer.backend.infer(ids.numpy(), mask.numpy())
    assert np.abs(outputs.logits - expected.logits.numpy()).max() <= 0.01
    weights = mask.unsqueeze(-1)
    mean = (expected.hidden_states[-1] * weights).sum(1) / weights.sum(1)
    embedding = torch.nn.functional.normalize(mean, dim=-1).numpy()
    assert np.abs(outputs.embedding - embedding).max() <= 0.01


def test_a_plain_from_pretrained_gives_the_same_logits(
    tiny_release: Path, tiny_scorer: Scorer
) -> None:
    model = AutoModelForSequenceClassification.from_pretrained(tiny_release, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(tiny_release)
    assert model.config.problem_type == "multi_label_classification"
    assert list(model.config.id2label.values()) == list(LABEL_NAMES)
    post = Post("今天下雨，出门记得带伞。")
    text = tiny_scorer.encode(post).normalised.text
    with torch.no_grad():
        expected = model.eval()(**tokenizer(text, return_tensors="pt")).logits.numpy()
    assert np.abs(tiny_scorer.logits([post]) - expected).max() <= 0.01


def test_weights_are_kept_in_half_precision(tiny_release: Path) -> None:
    layout = Layout(tiny_release)
    model = AutoModelForSequenceClassification.from_pretrained(tiny_release)
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float16}
    parameters = sum(parameter.numel() for parameter in model.parameters())
    assert layout.graph_weights.stat().st_size < 2.6 * parameters


def test_the_model_is_left_as_it_was(tiny_base_model: Path, tmp_path: Path) -> None:
    model = build_classifier(tiny_base_model).train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    export_model(model, build_tokenizer(), tmp_path)
    assert model.training
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert all(path.is_file() for path in Layout(tmp_path).model_files)


def test_an_export_names_no_folder_of_the_machine(tiny_release: Path) -> None:
    layout = Layout(tiny_release)
    for path in (layout.config, layout.tokenizer_config, layout.graph):
        assert str(tiny_release.parent) not in path.read_text(encoding="utf-8")
        assert "_name_or_path" not in path.read_text(encoding="utf-8")


def test_other_encoders_are_exported_too(tmp_path: Path) -> None:
    tokenizer = build_tokenizer()
    torch.manual_seed(1)
    config = RobertaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=130,
        pad_token_id=tokenizer.pad_token_id,
        initializer_range=0.25,
        num_labels=2,
        id2label={0: "rumour", 1: "abuse"},
    )
    model = RobertaForSequenceClassification(config).eval()
    export_model(model, tokenizer, tmp_path)
    draft = Release.draft(tmp_path, Normaliser())
    scorer = Scorer(draft, OpenVinoBackend(tmp_path, "f32", threads=1))
    ids, mask = _inputs(scorer, 5, 64)
    with torch.no_grad():
        expected = model(input_ids=ids, attention_mask=mask).logits.numpy()
    assert np.abs(scorer.backend.infer(ids.numpy(), mask.numpy()).logits - expected).max() <= 0.01


def test_outputs_without_names_are_refused(tiny_base_model: Path, tmp_path: Path) -> None:
    model = AutoModelForSequenceClassification.from_pretrained(tiny_base_model, num_labels=7)
    with pytest.raises(InvalidInput, match="id2label"):
        export_model(model, build_tokenizer(), tmp_path)


def test_a_tokenizer_without_fast_form_is_refused(tiny_base_model: Path, tmp_path: Path) -> None:
    class Slow:
        is_fast = False

    with pytest.raises(InvalidInput, match="Slow has no fast form"):
        export_model(build_classifier(tiny_base_model), Slow(), tmp_path)
