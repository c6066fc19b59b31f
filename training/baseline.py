"""`mingjian train --baseline`: a char-n-gram linear model, the mark a transformer has to beat.

TF-IDF over character 1- to 3-grams and one logistic regression a label, trained and tested on the
same cluster split and through the same normaliser as a release.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from data.prepare import load_split
from data.schema import Example
from data.split import TEST, TEST_TIME, TRAIN
from models.jsonfile import read_object, write_json
from models.normaliser import Normaliser
from models.windows import join_title
from training.truth import Floats, label_matrix

READ_CHARACTERS = 2_000
SCORES = "baseline.json"


class Linear:
    """One logistic regression a label over character n-grams, fitted on posts with known labels."""

    def __init__(
        self,
        examples: Sequence[Example],
        names: Sequence[str],
        progress: Callable[[Iterable[str]], Iterable[str]] = lambda steps: steps,
    ) -> None:
        self._vectorizer = TfidfVectorizer(
            analyzer="char", ngram_range=(1, 3), min_df=3, sublinear_tf=True, dtype=np.float32
        )
        features = self._vectorizer.fit_transform(_read(examples))
        truth = label_matrix(examples, names)
        self._models: dict[str, LogisticRegression] = {}
        for label in progress(names):
            column = list(names).index(label)
            known = np.flatnonzero(truth[:, column] >= 0)
            target = truth[known, column].astype(int)
            if 0 < target.sum() < len(target):
                model = LogisticRegression(C=4.0, solver="liblinear", class_weight="balanced")
                self._models[label] = model.fit(features[known], target)

    def scores(self, examples: Sequence[Example]) -> dict[str, Floats]:
        """Return probabilities [n] by label, without labels of which only one class was known."""
        features = self._vectorizer.transform(_read(examples))
        return {
            label: np.asarray(model.predict_proba(features)[:, 1])
            for label, model in self._models.items()
        }


def run_baseline(
    prepared: Path,
    out: Path,
    names: Sequence[str],
    progress: Callable[[Iterable[str]], Iterable[str]] = lambda steps: steps,
) -> Path:
    """Train on the training split and write the scores of both test splits to `out`.

    The file maps split → label → post id → probability. Nothing else of the model is kept: it is
    a mark, not a release.
    """
    linear = Linear(load_split(prepared, TRAIN), names, progress)
    scores = {}
    for split in (TEST, TEST_TIME):
        posts = load_split(prepared, split)
        if posts:
            scores[split] = {
                label: {
                    example.id: round(float(value), 6)
                    for example, value in zip(posts, given, strict=True)
                }
                for label, given in linear.scores(posts).items()
            }
    out.mkdir(parents=True, exist_ok=True)
    write_json(out / SCORES, scores)
    return out / SCORES


def baseline_scores(path: Path, split: str, label: str, examples: Sequence[Example]) -> Floats:
    """Read the scores [n] of one label for the posts of a split; NaN where there is none."""
    of_label = read_object(path).get(split, {}).get(label, {})
    return np.asarray([of_label.get(example.id, np.nan) for example in examples])


def _read(examples: Sequence[Example]) -> list[str]:
    normaliser = Normaliser()
    return [
        normaliser(join_title(e.title or "", e.text[:READ_CHARACTERS])[0]).text for e in examples
    ]
