"""The gate's checks of what a candidate says: labels, false alarms, disguised posts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from data.disguise import TRANSFORMS
from data.schema import Example
from models.labels import LOW_QUALITY
from models.scorer import Scorer
from training.evaluation.alarms import ordinary_posts
from training.evaluation.compare import compare_releases
from training.evaluation.evasion import disguised, sample
from training.evaluation.scored import Scored, score_examples
from training.gate.limits import Limits
from training.gate.row import LEAST_POSTS, LITTLE, PASSES, WORSE, Row, compared, judge
from training.metrics import cluster_weights, interval_of, measure
from training.truth import clusters_of


@dataclass(frozen=True, slots=True)
class Pair:
    """The same posts, scored by the candidate and by the champion."""

    candidate: Scored
    champion: Scored

    @property
    def new_labels(self) -> list[str]:
        """Labels that only the candidate judges."""
        return [name for name in self.candidate.names if name not in self.champion.names]


def score_both(candidate: Scorer, champion: Scorer, posts: Sequence[Example]) -> Pair:
    """Score posts with both releases, as the service would."""
    return Pair(score_examples(candidate, posts), score_examples(champion, posts))


def label_rows(pair: Pair, limits: Limits) -> Iterator[Row]:
    """Yield what became of every label of the champion, and whether new ones are worth having."""
    margins = {"auc": limits.auc, "f1": limits.f1, "calibration_error": limits.calibration}
    found = compare_releases(pair.candidate, pair.champion).labels
    for name in pair.champion.names:
        if name not in pair.candidate.names:
            yield Row("label", name, WORSE, note="the candidate does not judge it")
            continue
        by_measure = found.get(name, {})
        if "auc" not in by_measure:
            yield Row("auc", name, LITTLE, needed=True, note="no posts of both classes")
        for check, margin in margins.items():
            if check in by_measure:
                yield compared(check, name, by_measure[check], margin, needed=check == "auc")
    if "auc" in found.get(LOW_QUALITY, {}):
        # Some posts may be negatives for the champion alone, so it is told and not needed.
        yield compared("auc", LOW_QUALITY, found[LOW_QUALITY]["auc"], limits.auc)
    for name in pair.new_labels:
        yield from _new_label(pair.candidate, name, limits)


def _new_label(scored: Scored, name: str, limits: Limits) -> Iterator[Row]:
    posts = scored.of_label(name)
    told = f"{posts.positives}/{posts.negatives}"
    found = measure(posts, scored.threshold(name), interval=True)
    if found.auc is None or found.auc_interval is None:
        yield Row("new label", name, LITTLE, needed=True, note="no posts of both classes")
        return
    low, high = found.auc_interval
    verdict = PASSES if low >= limits.new_auc else WORSE if high < limits.new_auc else LITTLE
    if min(posts.positives, posts.negatives) < LEAST_POSTS:
        verdict = LITTLE
    note = f"AUC at least {limits.new_auc:g}; interval {low:.3f} to {high:.3f}"
    yield Row("new label", name, verdict, None, found.auc, None, None, told, True, note)
    error, bounds = found.calibration_error, found.calibration_error_interval
    sure = bounds is not None and bounds[0] > limits.new_calibration
    verdict = PASSES if error <= limits.new_calibration else WORSE if sure else LITTLE
    note = f"at most {limits.new_calibration:g}"
    yield Row("calibration_error", name, verdict, None, error, None, None, told, note=note)


def alarm_row(pair: Pair, limits: Limits) -> Row:
    """Return how many ordinary posts either flags; a new label's flags count too."""
    rows = ordinary_posts(pair.champion)
    if rows.sum() < LEAST_POSTS:
        return Row("false alarms", "ordinary posts", LITTLE, needed=True, posts=str(rows.sum()))
    ours, theirs = (scored.any_flag()[rows] for scored in (pair.candidate, pair.champion))
    change = ours.astype(np.float64) - theirs
    weights = np.concatenate(list(cluster_weights(clusters_of(pair.champion.examples)[rows])))
    interval = interval_of(weights @ change / weights.sum(axis=1))
    assert interval is not None
    verdict = judge("false_alarms", float(change.mean()), interval, limits.false_alarms)
    return Row(
        "false alarms",
        "ordinary posts",
        verdict,
        float(theirs.mean()),
        float(ours.mean()),
        interval,
        limits.false_alarms,
        str(rows.sum()),
        needed=True,
    )


def disguised_rows(
    candidate: Scorer, champion: Scorer, pair: Pair, limits: Limits
) -> Iterator[Row]:
    """Yield what becomes of labels when posts are disguised in every way (evasion suite).

    What a disguise costs the champion it may cost the candidate. Every post keeps its cluster, so
    that its disguises are not taken for posts of their own.
    """
    places = sample(pair.champion)
    if not places:
        return
    plain = [pair.champion.examples[place] for place in places]
    clusters = clusters_of(pair.champion.examples)[places]
    posts = [
        example.model_copy(update={"id": f"{name}/{example.id}", "cluster": int(cluster)})
        for name, transform in TRANSFORMS.items()
        for example, cluster in zip(disguised(plain, name, transform), clusters, strict=True)
    ]
    both = score_both(candidate, champion, posts)
    found = compare_releases(both.candidate, both.champion).labels
    for name in pair.champion.names:
        if name in found and "auc" in found[name]:
            yield compared("auc, disguised", name, found[name]["auc"], limits.disguised)
