"""How a short post leans that no cue gives away: learnt from posts of our own (data/stances).

Who refutes a claim cites what its debunk says, measures and reassures, or mocks; who asserts it
repeats its words, has seen it happen, warns and hints. A logistic regression weighs how much.
`python -m service.debunk.leaning` learns the weights anew and writes `leaning.json`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.debunks import Debunk, read_shipped
from models.jsonfile import write_json
from models.normaliser import Normaliser
from service.debunk.cues import TURNS
from service.debunk.grams import grams, key_of
from service.debunk.lexical import PAIR
from service.debunk.stance import negations

FILE = Path(__file__).with_name("leaning.json")
POSTS = Path(__file__).resolve().parents[2] / "data" / "stances" / "own.jsonl"
# Turns of phrase are counted for so many characters; longer posts than were learnt from tell too
# much beside the claim.
LENGTH, LONGEST = 40, 160
# Strength of the ridge that keeps weights small, and steps until they stand still.
RIDGE, STEPS = 3.3, 30

Features = NDArray[np.float64]

NAMES = ("of_answer", "of_claim", "claim_covered", "negations", "asks", "exclaims", *TURNS)


@dataclass(frozen=True, slots=True)
class Known:
    """An entry as it is read: the keys (`grams.key_of`) of its wordings and of its answer."""

    wordings: Sequence[str]
    answer: str


@dataclass(frozen=True, slots=True)
class Leaning:
    """A weight for each of NAMES, and the probability from which a post is taken for a debunk."""

    weights: tuple[float, ...]
    bias: float
    least: float

    def debunks(self, text: str, known: Known) -> bool:
        """Tell whether a normalised post leans so far that it is taken for a debunk."""
        return len(text) <= LONGEST and self.probability(features(text, known)) >= self.least

    def probability(self, found: Features) -> float:
        """Return how likely a post with these features refutes the claim."""
        return float(1 / (1 + np.exp(-(found @ np.array(self.weights) + self.bias))))


def features(text: str, known: Known) -> Features:
    """Return what NAMES name, of a normalised post."""
    pairs = _pairs(key_of(text))
    claim = set().union(*(_pairs(key) for key in known.wordings))
    answer = _pairs(known.answer) - claim
    size, share = max(1, len(pairs)), max(1.0, len(text) / LENGTH)
    counts = (
        negations(text),
        text.count("?"),
        text.count("!"),
        *(len(turn.findall(text)) for turn in TURNS.values()),
    )
    return np.array(
        [
            len(pairs & answer) / size,
            len(pairs & claim) / size,
            len(pairs & claim) / max(1, len(claim)),
            *(count / share for count in counts),
        ]
    )


@cache
def shipped() -> Leaning:
    """Return the weights that ship."""
    stored = json.loads(FILE.read_text("utf-8"))
    weights = tuple(stored["weights"][name] for name in NAMES)
    return Leaning(weights, stored["bias"], stored["least"])


def known_of(content: Debunk, normaliser: Normaliser) -> Known:
    """Read an entry."""
    wordings = [key_of(normaliser(text).text) for text in (content.claim, *content.variants)]
    return Known(wordings, key_of(normaliser(content.summary).text))


def learn(normaliser: Normaliser, path: Path = POSTS) -> dict[str, Any]:
    """Return the content of `leaning.json` as the posts of `path` have it.

    Ridge logistic regression by Newton's method (Hastie et al. 2009, 4.4.1) over features scaled
    to unit variance; `least` is where one in twenty asserting posts is taken for a debunk while its
    claim takes no part in learning.
    """
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    known = {
        one.content.claim: known_of(one.content, normaliser)
        for one in read_shipped()
        if one.content.claim in {row["claim"] for row in rows}
    }
    found = np.array([features(normaliser(row["text"]).text, known[row["claim"]]) for row in rows])
    refutes = np.array([row["stance"] == "debunk" for row in rows])
    claims = list(known)
    fold = np.array([claims.index(row["claim"]) % 10 for row in rows])
    apart = np.zeros(len(rows))
    for number in range(10):
        model = _fitted(found[fold != number], refutes[fold != number])
        apart[fold == number] = [model.probability(row) for row in found[fold == number]]
    least = float(np.quantile(apart[~refutes], 0.95))
    model = _fitted(found, refutes)
    return {
        "posts": path.relative_to(path.parents[2]).as_posix(),
        "refuting": int(refutes.sum()),
        "asserting": int((~refutes).sum()),
        "found_across_claims": round(float((apart[refutes] >= least).mean()), 3),
        "weights": {
            name: round(weight, 4) for name, weight in zip(NAMES, model.weights, strict=True)
        },
        "bias": round(model.bias, 4),
        "least": round(least, 4),
    }


def _fitted(found: Features, refutes: NDArray[np.bool_]) -> Leaning:
    scale = np.maximum(found.std(axis=0), 1e-9)
    table = np.column_stack([found / scale, np.ones(len(found))])
    ridge = np.diag([*[RIDGE] * len(NAMES), 0.0])
    weights = np.zeros(len(NAMES) + 1)
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-(table @ weights)))
        slope = table.T @ (likely - refutes) + ridge @ weights
        curve = (table * (likely * (1 - likely))[:, None]).T @ table + ridge
        weights -= np.linalg.solve(curve, slope)
    return Leaning(tuple((weights[:-1] / scale).tolist()), float(weights[-1]), 0.5)


def _pairs(key: str) -> set[int]:
    return set(grams(key, PAIR).tolist())


if __name__ == "__main__":
    write_json(FILE, learn(Normaliser()))
