"""A model small enough to be made in every test run: mechanics without any meaning."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import WordLevel
from tokenizers.processors import TemplateProcessing
from transformers import (
    AutoModelForSequenceClassification,
    BertConfig,
    BertModel,
    PreTrainedTokenizerFast,
)

from models.calibration import Calibration, Platt
from models.golden import Golden, write_golden
from models.jsonfile import write_json
from models.labels import LABEL_NAMES, RUMOUR
from models.layout import Layout
from models.manifest import write_manifest
from models.normaliser import Normaliser
from models.release import Release
from models.runtime import OpenVinoBackend
from models.scorer import Post, Scorer
from models.thresholds import Threshold, thresholds_to_json
from models.windows import WindowSettings
from training.export import export_model

SPECIAL = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
NAME = "mingjian-tiny-test"
# Frequent characters, so that few tokens are unknown; a vocabulary of its own for every test run.
CHARACTERS = (
    "的一是不了人我在有他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可"
    "里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三"
    "已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女"
    "问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由"
    "却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路"
    "微谣言赌博骗钱广告扫码领奖群彩票滚蠢货震惊速转医院疫苗超市地震警察客服账户验证"
    "abcdefghijklmnopqrstuvwxyz0123456789，。！？、：；“”（）【】#@…-_/.,!?:;()"
)


def build_tokenizer() -> PreTrainedTokenizerFast:
    """Make a tokenizer of single characters with BERT's special tokens."""
    vocabulary = list(dict.fromkeys([*SPECIAL.values(), *CHARACTERS]))
    ids = {token: place for place, token in enumerate(vocabulary)}
    tokenizer = Tokenizer(WordLevel(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.decoder = decoders.Fuse()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B [SEP]",
        special_tokens=[("[CLS]", ids["[CLS]"]), ("[SEP]", ids["[SEP]"])],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=128, mask_token=None, **SPECIAL
    )


def build_base_model(folder: Path, *, seed: int = 7) -> Path:
    """Write an encoder without a head (2 layers, 32 wide, random weights) and return its folder.

    It serves as `--base-model` of a training test.
    """
    tokenizer = build_tokenizer()
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=128,
        pad_token_id=tokenizer.pad_token_id,
        # Wide enough that different posts get clearly different scores.
        initializer_range=0.25,
    )
    torch.manual_seed(seed)
    BertModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def build_classifier(
    base_model: Path, *, seed: int = 7, labels: Sequence[str] = LABEL_NAMES
) -> AutoModelForSequenceClassification:
    """Put a random head with the seven labels, or with those named, on a base model."""
    torch.manual_seed(seed)
    model = AutoModelForSequenceClassification.from_pretrained(
        base_model,
        num_labels=len(labels),
        id2label=dict(enumerate(labels)),
        label2id={name: place for place, name in enumerate(labels)},
        problem_type="multi_label_classification",
        dtype=torch.float32,
    )
    return model.eval()


def random_posts(count: int, *, longest: int = 400, seed: int = 3) -> list[Post]:
    """Return posts of random characters, from one character to several windows."""
    chance = random.Random(seed)
    lengths = [chance.randint(1, chance.choice((8, 40, 120, longest))) for _ in range(count)]
    return [Post("".join(chance.choices(CHARACTERS, k=length))) for length in lengths]


def build_release(
    folder: Path, base_model: Path, *, name: str = NAME, labels: Sequence[str] = LABEL_NAMES
) -> Path:
    """Export a random classifier as a complete release with every file of the layout."""
    export_model(build_classifier(base_model, labels=labels), build_tokenizer(), folder)
    layout = Layout(folder)
    calibration = Calibration(
        labels={label: Platt(a=1.1, b=-0.2) for label in labels},
        low_quality_scaling=Platt(a=0.9, b=-4.5),
        priors=dict.fromkeys((*labels, "low_quality"), 0.2),
        windows=WindowSettings(length=64, overlap=16),
    )
    write_json(layout.calibration, calibration.to_json())
    write_json(layout.normaliser, Normaliser().to_json())
    write_json(layout.thresholds, thresholds_to_json(dict.fromkeys(labels, _THRESHOLD)))
    write_json(layout.curves, dict.fromkeys(labels, _CURVE))
    write_json(layout.metrics, {"not_judged": [], "labels": {RUMOUR: {"auc": 0.5}}})
    write_json(layout.sources, [_SOURCE])
    layout.card.write_text(_CARD, encoding="utf-8")
    _write_golden(folder, calibration)
    write_manifest(folder, name)
    return folder


def edit_json(path: Path, **changes: object) -> None:
    """Change keys of a JSON file in a copy of a release."""
    content = json.loads(path.read_text(encoding="utf-8"))
    write_json(path, {**content, **changes})


def _write_golden(folder: Path, calibration: Calibration) -> None:
    draft = Release.draft(folder, Normaliser(), calibration)
    scorer = Scorer(draft, OpenVinoBackend(folder, precision="f32", threads=1))
    posts = [Post("今天下雨，出门记得带伞。"), Post("他们说明天电台会说明。", title="通知")]
    sentences = [
        Golden(text=post.text, title=post.title, scores=score.probabilities)
        for post, score in zip(posts, scorer.score(posts), strict=True)
    ]
    write_golden(Layout(folder).golden, sentences)


_THRESHOLD = Threshold(
    value=0.5,
    sentence="best F1",
    precision=0.5,
    recall=0.5,
    precision_interval=(0.4, 0.6),
    recall_interval=(0.4, 0.6),
    positives=20,
    negatives=20,
)
_CURVE = {"scores": [0.9, 0.6, 0.4, 0.1], "labels": [1, 0, 1, 0], "clusters": [1, 2, 3, 4]}
_SOURCE = {
    "source": "tiny",
    "examples": 4,
    "seen": 4,
    "labels": {"rumour": {"positives": 2, "negatives": 2}},
    "licence": "Apache-2.0",
    "commercial": True,
    "fingerprint": "0" * 64,
}
_CARD = """---
language: zh
license: other
pipeline_tag: text-classification
---
# A random model for tests
"""
