"""A run: the folder in which a release is made, and what is known of it so far."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from data.prepare import is_prepared
from data.readers import expand
from models.errors import InvalidInput
from models.jsonfile import read_object, write_json
from training.recipe import Recipe

RECORDED = ("torch", "transformers", "tokenizers", "openvino", "scikit-learn", "numpy", "datasets")


@dataclass(slots=True)
class Run:
    """Folders and record of a run under `out`.

    `labels` are those the release will judge; `seen` counts the posts of each source that
    fine-tuning saw, repeats included. `data` tells the files of its corpus from others.
    """

    out: Path
    name: str
    base_model: str
    recipe: Recipe
    prepared: Path
    labels: list[str] = field(default_factory=list)
    not_judged: list[str] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    data: str = ""

    @property
    def model(self) -> Path:
        """The fine-tuned model in Hugging Face format."""
        return self.out / "model"

    @property
    def release(self) -> Path:
        """The release folder."""
        return self.out / "release"

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
            "base_model": Path(self.base_model).name,
            "recipe": self.recipe.model_dump(),
        }
        write_json(self.out / "run.json", record)


def load_run(out: Path, prepared: Path | None = None) -> Run:
    """Read the record of a run, on this machine or brought from another.

    `prepared` says where the prepared corpus lies if not in the run. Raises InvalidInput for a
    folder that holds no run.
    """
    if not (out / "run.json").is_file():
        raise InvalidInput(f"{out} holds no run.json: name the --out folder of `mingjian train`")
    record: dict[str, Any] = read_object(out / "run.json")
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
        environment=record["environment"],
        data=record["data"],
    )


def fingerprint_of(data: Sequence[Path]) -> str:
    """Return a hash over the names and sizes of the corpus files under `data`."""
    files = [file for path in expand(data) for file in ([path, *sorted(path.rglob("*"))])]
    told = "\n".join(f"{file.name} {file.stat().st_size}" for file in files if file.is_file())
    return hashlib.sha256(told.encode()).hexdigest()


def environment() -> dict[str, str]:
    """Return the versions a result depends on."""
    found = {name: version(name) for name in RECORDED}
    return {"python": platform.python_version(), "machine": platform.machine()} | found
