"""A run: the folder in which a release is made, and what is known of it so far."""

from __future__ import annotations

import hashlib
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from data.prepare import is_prepared
from data.readers import expand
from models.errors import InvalidInput
from models.jsonfile import read_json, read_object, write_json
from models.layout import Layout
from training.recipe import Recipe

RUN, MODEL = "run.json", "model"
RECORDED = ("torch", "transformers", "tokenizers", "openvino", "scikit-learn", "numpy", "datasets")


@dataclass(slots=True)
class Run:
    """Folders and record of a run under `out`.

    `labels` are those the release will judge; `seen` counts the posts of each source that
    fine-tuning saw, repeats included, and `seen_before` those that its base model had seen in the
    runs before. `data` tells the files of its corpus from others. `pair_files` are what the
    embedding learns from, `pairs` counts the pairs of them that it did learn from. `teacher` is the
    release that a student learns from, beside the Examples also on posts of `unlabelled_files`.
    """

    out: Path
    name: str
    base_model: str
    recipe: Recipe
    prepared: Path
    labels: list[str] = field(default_factory=list)
    not_judged: list[str] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    seen_before: dict[str, int] = field(default_factory=dict)
    pair_files: list[Path] = field(default_factory=list)
    pairs: int = 0
    teacher: str = ""
    retrained: dict[str, Any] = field(default_factory=dict)
    unlabelled_files: list[Path] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    data: str = ""

    @property
    def model(self) -> Path:
        """The fine-tuned model in Hugging Face format."""
        return self.out / MODEL

    @property
    def release(self) -> Path:
        """The release folder."""
        return self.out / "release"

    @property
    def base_name(self) -> str:
        """What the base model is called: its folder, or the run in whose folder it lies."""
        if self.begins_with_teacher:
            return f"a few layers of {Path(self.teacher).name}"
        folder = Path(self.base_model)
        if folder.name != MODEL:
            return folder.name
        before = read_object(folder.parent / RUN).get("teacher")
        return folder.parent.name + (f", distilled from {before}" if before else "")

    @property
    def begins_with_teacher(self) -> bool:
        """Whether the start is a student made of the teacher's own layers."""
        return bool(self.teacher) and self.base_model == self.teacher

    @property
    def finetuned(self) -> bool:
        """Whether fine-tuning has finished."""
        return (self.model / "model.safetensors").is_file() and bool(self.seen)

    def save(self) -> None:
        """Write `run.json`."""
        self.out.mkdir(parents=True, exist_ok=True)
        record = asdict(self) | {
            "out": None,
            "prepared": self.prepared.name if self.prepared.parent == self.out else None,
            "base_model": self.base_name,
            "pair_files": [path.name for path in self.pair_files],
            "unlabelled_files": [path.name for path in self.unlabelled_files],
            "teacher": Path(self.teacher).name,
            "recipe": self.recipe.model_dump(),
        }
        write_json(self.out / RUN, record)


def load_run(out: Path, prepared: Path | None = None) -> Run:
    """Read the record of a run, on this machine or brought from another.

    `prepared` says where the prepared corpus lies if not in the run. Raises InvalidInput for a
    folder that holds no run.
    """
    if not (out / RUN).is_file():
        raise InvalidInput(f"{out} holds no run.json: name the --out folder of `mingjian train`")
    record: dict[str, Any] = read_object(out / RUN)
    folder = prepared or out / (record["prepared"] or "prepared")
    if not is_prepared(folder):
        raise InvalidInput(f"{folder} holds no prepared corpus: name it with --data")
    return Run(
        out=out,
        name=record["name"],
        base_model=record["base_model"],
        recipe=Recipe.model_validate(record["recipe"]),
        prepared=folder,
        labels=record["labels"],
        not_judged=record["not_judged"],
        seen=record["seen"],
        seen_before=record.get("seen_before", {}),
        pairs=record.get("pairs", 0),
        teacher=record.get("teacher", ""),
        retrained=record.get("retrained", {}),
        environment=record["environment"],
        data=record["data"],
    )


def seen_by(base_model: str) -> dict[str, int]:
    """Return how many posts of each source a base model of ours has seen, empty for any other.

    `base_model` may be a release, whose sources.json says so, or the `model` folder of a run.
    """
    folder = Path(base_model)
    sources, run = Layout(folder).sources, folder.parent / RUN
    if sources.is_file():
        return {entry["source"]: entry["seen"] for entry in read_json(sources)}
    if folder.name == MODEL and run.is_file():
        record = read_object(run)
        return add_counts(record["seen"], record.get("seen_before", {}))
    return {}


def add_counts(*parts: Mapping[str, int]) -> dict[str, int]:
    """Return the sum of counts by name."""
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return dict(total)


def fingerprint_of(data: Sequence[Path]) -> str:
    """Return a hash over the names and sizes of the corpus files under `data`."""
    files = [file for path in expand(data) for file in ([path, *sorted(path.rglob("*"))])]
    told = "\n".join(f"{file.name} {file.stat().st_size}" for file in files if file.is_file())
    return hashlib.sha256(told.encode()).hexdigest()


def environment() -> dict[str, str]:
    """Return the versions a result depends on."""
    found = {name: version(name) for name in RECORDED}
    return {"python": platform.python_version(), "machine": platform.machine()} | found
