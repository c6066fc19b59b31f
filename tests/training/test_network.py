"""The classifier: outputs that were known are kept, and every parameter is trained once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import PreTrainedModel, RobertaConfig, RobertaForSequenceClassification

from models.errors import InvalidInput
from models.labels import LABEL_NAMES
from tests.tiny import build_classifier, build_tokenizer
from training.network import load_network, parameter_groups, set_dropout
from training.recipe import Recipe

RECIPE = Recipe(learning_rate=1e-4, head_learning_rate=2e-3, weight_decay=0.05)
NAMES = ("abuse", "rumour", "ai_written")


@pytest.fixture(scope="module")
def classifier(tiny_base_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a trained BERT classifier of the seven labels."""
    folder = tmp_path_factory.mktemp("warm") / "bert"
    build_classifier(tiny_base_model).save_pretrained(folder)
    build_tokenizer().save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def roberta(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same of another family, whose head has other names."""
    folder = tmp_path_factory.mktemp("warm") / "roberta"
    tokenizer = build_tokenizer()
    config = RobertaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=70,
        pad_token_id=tokenizer.pad_token_id,
        initializer_range=0.25,
        num_labels=len(LABEL_NAMES),
        id2label=dict(enumerate(LABEL_NAMES)),
    )
    torch.manual_seed(2)
    RobertaForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def logits(model: PreTrainedModel) -> torch.Tensor:
    ids = torch.arange(4, 24).reshape(2, 10)
    with torch.no_grad():
        found: torch.Tensor = model.eval()(input_ids=ids, attention_mask=ids * 0 + 1).logits
    return found


def test_an_encoder_gets_one_named_output_a_label(tiny_base_model: Path) -> None:
    model, tokenizer = load_network(str(tiny_base_model), NAMES)
    assert model.config.id2label == dict(enumerate(NAMES))
    assert model.config.label2id == {name: place for place, name in enumerate(NAMES)}
    assert model.config.problem_type == "multi_label_classification"
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
    assert logits(model).shape == (2, 3)
    assert tokenizer.pad_token_id == model.config.pad_token_id


def test_half_precision_weights_are_trained_in_full(tiny_base_model: Path, tmp_path: Path) -> None:
    torch.nn.Module.half(build_classifier(tiny_base_model)).save_pretrained(tmp_path)
    build_tokenizer().save_pretrained(tmp_path)
    model, _ = load_network(str(tmp_path), LABEL_NAMES)
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}


@pytest.mark.parametrize("base", ["classifier", "roberta"])
@pytest.mark.parametrize("names", [NAMES, tuple(reversed(LABEL_NAMES)), LABEL_NAMES])
def test_outputs_of_known_labels_are_kept(
    request: pytest.FixtureRequest, base: str, names: tuple[str, ...]
) -> None:
    folder = str(request.getfixturevalue(base))
    before = logits(load_network(folder, LABEL_NAMES)[0])
    after = logits(load_network(folder, names)[0])
    for place, name in enumerate(names):
        if name in LABEL_NAMES:
            expected = before[:, LABEL_NAMES.index(name)]
            torch.testing.assert_close(after[:, place], expected)


@pytest.mark.parametrize("base", ["classifier", "roberta"])
def test_every_parameter_is_in_one_group_at_its_rate(
    request: pytest.FixtureRequest, base: str
) -> None:
    model, _ = load_network(str(request.getfixturevalue(base)), NAMES)
    groups = parameter_groups(model, RECIPE)
    grouped = [id(parameter) for group in groups for parameter in group["params"]]
    assert sorted(grouped) == sorted(id(parameter) for parameter in model.parameters())
    settings = {
        id(parameter): (group["lr"], group["weight_decay"])
        for group in groups
        for parameter in group["params"]
    }
    for name, parameter in model.named_parameters():
        rate = 2e-3 if "classifier" in name or "pooler" in name else 1e-4
        decay = 0.0 if name.endswith("bias") or "LayerNorm" in name else 0.05
        assert settings[id(parameter)] == (rate, decay), name


def test_frozen_parameters_are_left_out(tiny_base_model: Path) -> None:
    model, _ = load_network(str(tiny_base_model), NAMES)
    model.get_input_embeddings().requires_grad_(False)
    frozen = id(model.get_input_embeddings().weight)
    groups = parameter_groups(model, RECIPE)
    assert frozen not in {id(parameter) for group in groups for parameter in group["params"]}


def test_pickled_weights_are_refused(tiny_base_model: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_base_model, tmp_path / "pickled"))
    weights = folder / "model.safetensors"
    torch.save(load_file(weights), folder / "pytorch_model.bin")
    weights.unlink()
    with pytest.raises(InvalidInput, match="safetensors"):
        load_network(str(folder), NAMES)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        InvalidInput, match="no Hugging Face encoder with tokenizer and safetensors"
    ):
        load_network(str(tmp_path), NAMES)


def test_dropout_is_the_base_models_unless_it_is_named(classifier: Path) -> None:
    model, _ = load_network(str(classifier), LABEL_NAMES)

    def rates() -> list[float]:
        return [m.p for m in model.modules() if isinstance(m, torch.nn.Dropout)]

    before = rates()
    set_dropout(model, None)
    assert rates() == before
    set_dropout(model, 0.0)
    assert len(before) > 1
    assert set(rates()) == {0.0}
