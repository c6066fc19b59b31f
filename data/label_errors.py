"""`mingjian data errors`: labels that a model trained on the other posts contradicts.

Out-of-fold probabilities of a linear model over character n-grams, whose folds never cut a cluster,
go into confident learning (Northcutt et al. 2021) as `cleanlab` has it, source by source: sources
mean different things by the same label. What comes out are suspects, for a person to read.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
from numpy.typing import NDArray
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from data.schema import Example
from models.normaliser import Normaliser
from models.windows import join_title

READ_CHARACTERS = 600
BUCKETS = 2**19
LEAST_POSTS = 20  # of each class in a source, below which nothing can be said of it


@dataclass(frozen=True, slots=True)
class Suspect:
    """A label that is likely wrong.

    `given` is what the source says, `probability` how sure the model is of 1, and `quality`, 0 to
    1, how well the label fits: the least fitting come first.
    """

    label: str
    source: str
    id: str
    given: int
    probability: float
    quality: float
    text: str


def find_label_errors(
    examples: Sequence[Example],
    labels: Sequence[str],
    folds: int = 4,
    progress: Callable[[Iterable[str]], Iterable[str]] = lambda steps: steps,
) -> list[Suspect]:
    """Return the suspects of each label and source, the likeliest first.

    Sources with fewer than 20 posts of either class are trained on and not judged.
    """
    found: list[Suspect] = []
    read: dict[str, str] = {}
    for label in progress(labels):
        posts = [example for example in examples if label in example.labels]
        given = np.asarray([post.labels[label] for post in posts], dtype=int)
        if min(given.sum(), len(given) - given.sum()) < LEAST_POSTS:
            continue
        chances = _out_of_fold(
            _texts(posts, read), given, [_group(p, i) for i, p in enumerate(posts)], folds
        )
        sources = np.asarray([post.source for post in posts])
        for source in sorted(set(sources)):
            rows = np.flatnonzero(sources == source)
            found += _suspects(label, [posts[i] for i in rows], given[rows], chances[rows])
    return found


def write_suspects(path: Path, suspects: Sequence[Suspect]) -> None:
    """Write suspects as CSV that spreadsheets open; it holds texts and belongs in `runs/`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Suspect)])
        writer.writeheader()
        writer.writerows(asdict(suspect) for suspect in suspects)


def _texts(posts: Sequence[Example], read: dict[str, str]) -> list[str]:
    normaliser = Normaliser()
    for post in posts:
        if post.id not in read:
            joined, _ = join_title(post.title or "", post.text[:READ_CHARACTERS])
            read[post.id] = normaliser(joined).text
    return [read[post.id] for post in posts]


def _group(post: Example, place: int) -> int:
    return post.cluster if post.cluster is not None else -1 - place


def _out_of_fold(
    texts: Sequence[str], given: NDArray[np.int_], groups: Sequence[int], folds: int
) -> NDArray[np.float64]:
    """Return the probabilities [n] of 1 by models that saw nothing of the post's cluster."""
    hashed = HashingVectorizer(
        analyzer="char", ngram_range=(1, 3), n_features=BUCKETS, alternate_sign=False, norm=None
    ).transform(texts)
    features = TfidfTransformer(sublinear_tf=True).fit_transform(hashed)
    chances = np.zeros(len(given))
    cut = StratifiedGroupKFold(folds, shuffle=True, random_state=0)
    for seen, unseen in cut.split(features, given, groups):
        model = LogisticRegression(C=4.0, solver="liblinear")
        model.fit(features[seen], given[seen])
        chances[unseen] = model.predict_proba(features[unseen])[:, 1]
    return chances


def _suspects(
    label: str, posts: Sequence[Example], given: NDArray[np.int_], chances: NDArray[np.float64]
) -> list[Suspect]:
    if min(given.sum(), len(given) - given.sum()) < LEAST_POSTS:
        return []
    both = np.column_stack([1 - chances, chances])
    ranked = find_label_issues(given, both, return_indices_ranked_by="self_confidence", n_jobs=1)
    quality = get_label_quality_scores(given, both)
    return [
        Suspect(
            label,
            posts[i].source,
            posts[i].id,
            int(given[i]),
            round(float(chances[i]), 4),
            round(float(quality[i]), 4),
            " ".join(join_title(posts[i].title or "", posts[i].text[:READ_CHARACTERS])[0].split()),
        )
        for i in ranked
    ]
