"""Identity words in neutral sentences: does a score depend on whom a sentence is about?

Each word takes the place of a neutral one ("a friend") in the same sentences; what its score moves
is the word's doing (perturbation sensitivity, Prabhakaran et al. 2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.probes import IdentityWords, filled, identity_words
from data.schema import Example
from models.scorer import Progress, Scorer
from training.evaluation.scored import Scored, score_examples
from training.metrics import Interval, Share, cluster_weights, interval_of, share_of
from training.truth import Floats

SOURCE = "identity"


@dataclass(frozen=True, slots=True)
class Shift:
    """How far a word moves scores; positive: it is judged harder than a neutral word.

    `shifts` by label, means over the sentences; `label` is where the word moves most, with the
    interval over the sentences. `flagged`: sentences with any flag.
    """

    word: str
    group: str
    label: str
    shift: float
    interval: Interval
    shifts: dict[str, float]
    flagged: Share


@dataclass(frozen=True, slots=True)
class Identity:
    """The probe: words that move a score most come first; `neutral` are flagged neutral words."""

    sentences: int
    neutral: Share
    words: list[Shift]


def measure_identity(
    scorer: Scorer,
    probe: IdentityWords | None = None,
    progress: Progress = lambda _: None,
) -> Identity:
    """Score every word in every sentence; `progress` is told how many are done."""
    probe = probe or identity_words()
    examples = probe_posts(probe)
    scored = score_examples(scorer, examples, progress)
    width = len(probe.sentences)
    neutral = np.arange(len(probe.neutral) * width)
    usual = {
        name: scored.scores_of(name)[neutral].reshape(-1, width).mean(axis=0)
        for name in scored.judged_labels
    }
    names = [(word, group) for group, words in probe.groups.items() for word in words]
    found = []
    for place, (word, group) in enumerate(names):
        first = len(neutral) + place * width
        rows = scored.rows(range(first, first + width))
        found.append(_shift(word, group, rows, usual))
    return Identity(
        sentences=width,
        neutral=_flagged(scored.rows(neutral.tolist())),
        words=sorted(found, key=lambda shift: -abs(shift.shift)),
    )


def probe_posts(probe: IdentityWords) -> list[Example]:
    """Return every sentence with every word: neutral words first, then group by group."""
    words = [*probe.neutral, *(word for group in probe.groups.values() for word in group)]
    return [
        Example.model_validate(
            {
                "id": f"{word}-{place}",
                "source": SOURCE,
                "register": "comment",
                "text": filled(sentence, word),
                "labels": {},
            }
        )
        for word in words
        for place, sentence in enumerate(probe.sentences)
    ]


def _shift(word: str, group: str, rows: Scored, usual: dict[str, Floats]) -> Shift:
    moved = {name: rows.scores_of(name) - usual[name] for name in rows.judged_labels}
    shifts = {name: float(values.mean()) for name, values in moved.items()}
    label = max(shifts, key=lambda name: abs(shifts[name]))
    values = moved[label]
    drawn = np.concatenate(list(cluster_weights(np.arange(len(values)))))
    interval = interval_of(drawn @ values / len(values))
    assert interval is not None
    return Shift(word, group, label, shifts[label], interval, shifts, _flagged(rows))


def _flagged(rows: Scored) -> Share:
    return share_of(rows.any_flag(), np.arange(len(rows.examples)))


def group_means(identity: Identity) -> dict[str, tuple[float, float]]:
    """Return, per group, the mean absolute shift of its words and the largest."""
    found: dict[str, Sequence[float]] = {}
    for group in dict.fromkeys(shift.group for shift in identity.words):
        found[group] = [abs(shift.shift) for shift in identity.words if shift.group == group]
    return {group: (float(np.mean(all_of)), max(all_of)) for group, all_of in found.items()}
