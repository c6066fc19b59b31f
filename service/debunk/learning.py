"""Learning what puts entries in order at a closer look, from pairs of claims and answers.

`python -m service.debunk.learning PAIRS... [--release NAME]` writes `closer.json` anew. Only the
half of the pairs that training may see takes part (`data.pairs.split_of`), and only words are
learnt: the embedding of a release may know that half by heart and would count for too much.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.pairs import Pair, read_pairs, split_of
from models.jsonfile import write_json
from models.scorer import Scorer
from service.debunk.closer import FILE, LOOKED_AT, NAMES, features
from service.debunk.grams import key_of
from service.debunk.library import DebunkLibrary
from service.debunk.meaning import Vectors, views
from service.debunk.measuring import Measurement
from service.debunk.ranking import WORDS
from service.debunk.segment import Query

# Strength of the ridge over features of unit variance, most steps, and when they stand still.
RIDGE, STEPS, STILL = 3.0, 30, 1e-4
FOLDS = 5
LIKENESSES = ("covered", "pairs")

Table = NDArray[np.float64]


def learn(
    library: DebunkLibrary,
    claims: Sequence[Pair],
    queries: Sequence[Vectors],
    answers: Sequence[str],
) -> dict[str, Any]:
    """Return the content of `closer.json`; `answers` are the ids of what answers each claim."""
    seen = [
        (claim, query, answer)
        for claim, query, answer in zip(claims, queries, answers, strict=True)
        if split_of(claim) == "train"
    ]
    choices = [
        choice for one in seen if (choice := _choice(library, *one)) is not None and choice[1] >= 0
    ]
    tables, right = [table for table, _ in choices], [place for _, place in choices]
    weights = sensible(tables, right)
    return {
        "learnt_from": len(choices),
        "first_across_folds": round(across(tables, right), 3),
        "weights": {name: round(float(one), 4) for name, one in zip(NAMES, weights, strict=True)},
    }


def fitted(tables: Sequence[Table], right: Sequence[int]) -> Table:
    """Return the weights of a conditional logit by Newton's method with halved steps.

    `tables` [candidates, features] of each question, `right` the row of its answer.
    """
    sizes = np.array([len(table) for table in tables])
    starts = sizes.cumsum() - sizes
    stacked = np.vstack(tables)
    scale = np.maximum(stacked.std(axis=0), 1e-9)
    stacked = stacked / scale
    chosen = stacked[starts + np.array(right)]
    weights = np.zeros(stacked.shape[1])
    loss, likely = _looked(stacked, starts, sizes, chosen, weights)
    for _ in range(STEPS):
        mean = np.add.reduceat(stacked * likely[:, None], starts)
        slope = (mean - chosen).sum(axis=0) + RIDGE * weights
        curve = (stacked * likely[:, None]).T @ stacked - mean.T @ mean
        step = np.linalg.solve(curve + RIDGE * np.eye(len(weights)), slope)
        lower = loss
        while np.abs(step).max() > STILL:
            lower, likely_then = _looked(stacked, starts, sizes, chosen, weights - step)
            if lower < loss:
                weights, likely = weights - step, likely_then
                break
            step = step / 2
        if lower >= loss - STILL:
            break
        loss = lower
    found: Table = weights / scale
    return found


def sensible(tables: Sequence[Table], right: Sequence[int]) -> Table:
    """Return weights of which none holds common words against an answer.

    Entries that quote a claim compete in the corpus with those that answer it; where a library is
    searched, words in common are never a fault.
    """
    weights = fitted(tables, right)
    likes = [NAMES.index(name) for name in LIKENESSES]
    faults = [column for column in likes if weights[column] < 0]
    if faults:
        kept = [column for column in range(len(weights)) if column not in faults]
        weights[faults] = 0.0
        weights[kept] = fitted([table[:, kept] for table in tables], right)
    return weights


def across(tables: Sequence[Table], right: Sequence[int]) -> float:
    """Return how often the answer comes first among questions that took no part in learning."""
    fold = np.arange(len(tables)) % FOLDS
    first = 0
    for number in range(FOLDS):
        inside = np.flatnonzero(fold != number).tolist()
        outside = np.flatnonzero(fold == number).tolist()
        weights = sensible([tables[one] for one in inside], [right[one] for one in inside])
        first += sum(int(np.argmax(tables[one] @ weights)) == right[one] for one in outside)
    return first / max(1, len(tables))


def _looked(
    stacked: Table, starts: NDArray[np.int64], sizes: NDArray[np.int64], chosen: Table, at: Table
) -> tuple[float, Table]:
    """Return the loss and how likely each candidate is."""
    logits = stacked @ at
    logits -= np.maximum.reduceat(logits, starts).repeat(sizes)
    powers = np.exp(logits)
    sums = np.add.reduceat(powers, starts)
    gap = chosen @ at - (stacked @ at)[starts] + logits[starts] - np.log(sums)
    return float(RIDGE / 2 * at @ at - gap.sum()), powers / sums.repeat(sizes)


def _choice(
    library: DebunkLibrary, claim: Pair, query: Vectors, answer: str
) -> tuple[Table, int] | None:
    """Return the features of the nearest entries and which answers, -1 for none of them."""
    snapshot, ranking = library.snapshot, library.ranking
    key = key_of(library.normalised(claim.query))
    (found,) = snapshot.search([Query(key, views(query))], datetime.now(UTC))
    found.sort(key=lambda one: (-ranking.rank(one), one.id))
    found = found[:LOOKED_AT]
    if not found:
        return None
    rare = snapshot.base.rarity.weights(key)
    rows = []
    for one in found:
        text = max((part.key for part in snapshot.items[one.id].parts), key=len)
        rows.append(features(rare, text, one.lexical / WORDS))
    ids = [one.id for one in found]
    return np.array(rows), ids.index(answer) if answer in ids else -1


def main() -> None:
    """Read pairs, embed them with a release, and write the weights."""
    parser = argparse.ArgumentParser(prog="python -m service.debunk.learning")
    parser.add_argument("pairs", nargs="+", type=Path)
    parser.add_argument("--release")
    chosen = parser.parse_args()
    measured = Measurement(
        Scorer.open(chosen.release), list(read_pairs(chosen.pairs)), lambda *_: None
    )
    queries = measured.queries([claim.query for claim in measured.claims], "claims")
    write_json(FILE, learn(measured.library, measured.claims, queries, measured.answers))


if __name__ == "__main__":
    main()
