"""The names of every file of a release; no other module spells one out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of the release in `folder`, whether or not they exist yet."""

    folder: Path

    @property
    def config(self) -> Path:
        """Architecture and labels (`id2label`), as Transformers writes it."""
        return self.folder / "config.json"

    @property
    def weights(self) -> Path:
        """Weights in fp16 for Transformers."""
        return self.folder / "model.safetensors"

    @property
    def tokenizer(self) -> Path:
        """The fast tokenizer, complete in one file."""
        return self.folder / "tokenizer.json"

    @property
    def tokenizer_config(self) -> Path:
        """Settings with which Transformers wraps the tokenizer."""
        return self.folder / "tokenizer_config.json"

    @property
    def graph(self) -> Path:
        """The serving graph (OpenVINO IR)."""
        return self.folder / "openvino_model.xml"

    @property
    def graph_weights(self) -> Path:
        """Weights of the serving graph in fp16."""
        return self.folder / "openvino_model.bin"

    @property
    def graph_int8(self) -> Path:
        """The serving graph with 8-bit matrix products; a release may lack it."""
        return self.folder / "openvino_int8.xml"

    @property
    def graph_int8_weights(self) -> Path:
        """Weights of the int8 graph."""
        return self.folder / "openvino_int8.bin"

    @property
    def parity(self) -> Path:
        """How far the int8 graph is from the other, on our own posts; stands beside it."""
        return self.folder / "parity.json"

    @property
    def normaliser(self) -> Path:
        """Version and settings of the text normaliser."""
        return self.folder / "normaliser.json"

    @property
    def calibration(self) -> Path:
        """From logits to probabilities, with the windows they are pooled over."""
        return self.folder / "calibration.json"

    @property
    def thresholds(self) -> Path:
        """One threshold a label, with the sentence it was born from."""
        return self.folder / "thresholds.json"

    @property
    def curves(self) -> Path:
        """Held-out scores with 0/1 and cluster, from which any operating point follows."""
        return self.folder / "curves.json"

    @property
    def metrics(self) -> Path:
        """What was measured, and `not_judged`: labels with too little held-out data."""
        return self.folder / "metrics.json"

    @property
    def golden(self) -> Path:
        """Own sentences with their scores, for the self-test."""
        return self.folder / "golden.jsonl"

    @property
    def sources(self) -> Path:
        """What it was trained on: counts, licences, fingerprints."""
        return self.folder / "sources.json"

    @property
    def card(self) -> Path:
        """The model card, with Hugging Face front matter."""
        return self.folder / "README.md"

    @property
    def manifest(self) -> Path:
        """SHA-256 of every other file."""
        return self.folder / "MANIFEST.json"

    @property
    def model_files(self) -> tuple[Path, ...]:
        """What an export writes: enough to compute logits."""
        return (
            self.config,
            self.weights,
            self.tokenizer,
            self.tokenizer_config,
            self.graph,
            self.graph_weights,
        )

    @property
    def int8_files(self) -> tuple[Path, ...]:
        """What a release has all of or none of."""
        return (self.graph_int8, self.graph_int8_weights, self.parity)

    @property
    def content(self) -> tuple[Path, ...]:
        """Every file that the manifest must list."""
        return (
            *self.model_files,
            self.normaliser,
            self.calibration,
            self.thresholds,
            self.curves,
            self.metrics,
            self.golden,
            self.sources,
            self.card,
        )
