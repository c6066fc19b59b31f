"""Knowledge distillation: a small model learns what a large one says of the same windows.

The student is the teacher with a few of its layers. Besides the labels that are known, it learns
the teacher's logits for every label (mean squared error, which keeps the order of posts; Kim et al.
2021) and its embedding, so that the small release finds debunks as the large one does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.batching import pad, plan_batches
from models.errors import InvalidInput
from models.release import Release
from models.runtime import OpenVinoBackend
from training.network import load_network

CHUNK = 2_048
Progress = Callable[[Iterable[int]], Iterable[int]]


@dataclass(frozen=True, slots=True)
class Teaching:
    """The release that teaches, and where its scores are not wanted: `silent` [posts, labels]."""

    release: Path
    silent: NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True)
class Lessons:
    """What the teacher says: `logits` [n, labels], NaN for labels it does not judge; `embeddings`
    [n, width], of length 1; both fp16, one row a post. Of a post that it was not asked about the
    logits are NaN and the embedding is 0.
    """

    logits: NDArray[np.float16]
    embeddings: NDArray[np.float16]


def take_lessons(
    teaching: Teaching,
    windows: Sequence[Sequence[int]],
    asked: Sequence[int],
    names: Sequence[str],
    pad_id: int,
    kept: Path,
    progress: Progress = lambda steps: steps,
) -> Lessons:
    """Ask the teacher about the `asked` ones of windows of token ids; `kept` keeps its answers.

    Answers kept from the same teacher and the same windows are read instead.
    """
    release = Release.load(teaching.release)
    mark = _mark(release.fingerprint, [windows[row] for row in asked], names)
    if kept.is_file():
        with np.load(kept, allow_pickle=False) as before:
            if str(before["mark"]) == mark:
                return _silenced(Lessons(before["logits"], before["embeddings"]), teaching)
    backend = OpenVinoBackend(teaching.release)
    logits = np.full((len(windows), len(names)), np.nan, dtype=np.float16)
    embeddings: NDArray[np.float16] | None = None
    columns = [(place, names.index(name)) for place, name in enumerate(release.labels)]
    order = np.asarray(sorted(asked, key=lambda row: len(windows[row])))
    for start in progress(range(0, len(order), CHUNK)):
        rows = order[start : start + CHUNK]
        chunk = [windows[row] for row in rows]
        for batch in plan_batches([len(window) for window in chunk]):
            outputs = backend.infer(*pad(chunk, batch, pad_id))
            places = rows[list(batch.rows)]
            if embeddings is None:
                width = outputs.embedding.shape[1]
                embeddings = np.zeros((len(windows), width), dtype=np.float16)
            embeddings[places] = outputs.embedding
            for theirs, ours in columns:
                logits[places, ours] = outputs.logits[:, theirs]
    if embeddings is None:
        raise InvalidInput("there is no post to ask the teacher about: bring Examples")
    np.savez(kept, mark=np.asarray(mark), logits=logits, embeddings=embeddings)
    return _silenced(Lessons(logits, embeddings), teaching)


def lesson_loss(
    logits: torch.Tensor, taught: torch.Tensor, states: torch.Tensor, direction: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the squared error of logits and the turn of the embedding, each a mean a post.

    `logits` and `taught` are [n, labels], `taught` NaN where the teacher is silent; `states` and
    `direction` [n, width] are embeddings of length 1.
    """
    known = ~taught.isnan()
    wanted = torch.where(known, taught, logits.detach().float())
    error = (logits.float() - wanted).square().sum() / len(logits)
    turn = (1 - (states.float() * direction).sum(dim=1)).mean()
    return error, turn


def make_student(teacher: Path, layers: Sequence[int], folder: Path) -> Path:
    """Write the teacher with only the named layers (0 is the first) and return the folder.

    Raises InvalidInput for layers that the teacher does not have, or an encoder whose layers are
    not in one list.
    """
    release = Release.load(teacher)
    model, tokenizer = load_network(str(teacher), release.labels)
    encoder: Any = getattr(model.base_model, "encoder", None)
    stack = getattr(encoder, "layer", None)
    if not isinstance(stack, torch.nn.ModuleList):
        raise InvalidInput(f"{teacher}: its encoder keeps no list of layers to choose from")
    if not layers or max(layers) >= len(stack) or min(layers) < 0:
        raise InvalidInput(f"{teacher} has layers 0 to {len(stack) - 1}: choose among them")
    encoder.layer = torch.nn.ModuleList(stack[place] for place in layers)
    model.config.num_hidden_layers = len(layers)
    model.save_pretrained(str(folder))
    tokenizer.save_pretrained(str(folder))
    return folder


def _silenced(lessons: Lessons, teaching: Teaching) -> Lessons:
    if teaching.silent is not None:
        lessons.logits[teaching.silent] = np.nan
    return lessons


def _mark(fingerprint: str, windows: Sequence[Sequence[int]], names: Sequence[str]) -> str:
    digest = hashlib.sha256(f"{fingerprint} {' '.join(names)}".encode())
    for window in windows:
        digest.update(np.asarray(window, dtype=np.int32).tobytes() + b"|")
    return digest.hexdigest()
