"""From the exported weights of a retraining to a candidate release with its report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from data.schema import Example
from data.split import CALIBRATION, TEST
from models.golden import write_golden
from models.jsonfile import read_object, write_json
from models.manifest import write_manifest
from models.release import Release
from models.runtime import OpenVinoBackend
from models.scorer import Scorer
from models.thresholds import Threshold, thresholds_to_json
from training.assemble import curves, golden
from training.choose import choose_threshold, quiet_at
from training.evaluation.compare import Against, compare_releases
from training.evaluation.evaluate import Evaluation, evaluate
from training.evaluation.scored import Scored, score_examples, to_post
from training.progress import Announce, count
from training.provenance import sources_of
from training.quantise import add_int8
from training.retraining.calibrate import Fitted, fit_candidate
from training.retraining.start import Retraining

# How many posts that are not the user's a new label may flag where half its recall depends on it.
MOST_ELSEWHERE = 0.015
OWN_LICENCE = "the user's own"


@dataclass(frozen=True, slots=True)
class Results:
    """What was measured on the held-out posts, of the candidate and of the champion.

    `fitted` names the labels whose calibration and threshold are new; `drift` is the mean change
    of every other label's score.
    """

    candidate: Evaluation
    champion: Evaluation
    compared: Against
    fitted: tuple[str, ...]
    drift: Mapping[str, float]

    def to_json(self) -> dict[str, Any]:
        """Return what metrics.json holds of them."""
        return {
            "test": self.candidate.to_json(),
            "champion": self.champion.to_json(),
            "compared": self.compared.to_json(),
            "fitted": list(self.fitted),
            "drift": dict(self.drift),
        }


def complete(work: Retraining, announce: Announce) -> Results:
    """Calibrate, choose thresholds, compare with the champion and write the release."""
    champion = Scorer(work.champion, OpenVinoBackend(work.champion.folder))
    held_out = {name: work.posts(name) for name in (CALIBRATION, TEST)}
    theirs = {
        name: _score(champion, posts, f"champion, {name}") for name, posts in held_out.items()
    }
    scorer, fitted, chosen_on = _calibrate(work, held_out[CALIBRATION], theirs[CALIBRATION])
    announce(f"fitted on held-out posts: {', '.join(fitted.fitted) or 'nothing; all is kept'}")
    test = _score(scorer, held_out[TEST], TEST)
    thresholds = {
        name: choose_threshold(
            chosen_on.of_label(name), test.of_label(name), quiet_elsewhere(work, chosen_on, name)
        )
        if name in fitted.fitted
        else work.champion.thresholds[name]
        for name in scorer.release.labels
    }
    scorer = _with_thresholds(work, scorer, thresholds)
    test = test.under(scorer.release)
    results = Results(
        evaluate(scorer, test),
        evaluate(champion, theirs[TEST]),
        compare_releases(test, theirs[TEST]),
        fitted.fitted,
        drift(test, theirs[TEST], fitted.fitted),
    )
    add_int8(scorer.release, announce)
    _write(work, scorer.release, test, results)
    return results


def _calibrate(
    work: Retraining, examples: Sequence[Example], theirs: Scored
) -> tuple[Scorer, Fitted, Scored]:
    champion = work.champion
    draft = Release.draft(work.run.release, champion.normaliser, champion.calibration)
    scorer = Scorer(draft, OpenVinoBackend(work.run.release))
    logits = scorer.logits([to_post(example) for example in examples])
    fitted = fit_candidate(
        logits,
        examples,
        draft.labels,
        champion.calibration,
        theirs,
        work.run.recipe.retrain.evidence,
        work.own_sources,
    )
    calibration = fitted.calibration
    write_json(draft.layout.calibration, calibration.to_json())
    probabilities = calibration.probabilities(logits, draft.labels)
    whole = calibration.low_quality(probabilities, draft.labels)
    scored = Scored(examples, draft.labels, probabilities, whole)
    return Scorer(replace(draft, calibration=calibration), scorer.backend), fitted, scored


def quiet_elsewhere(work: Retraining, scored: Scored, name: str) -> float:
    """Return the least threshold that keeps a new label quiet on posts that are not the user's.

    As strict as for ordinary posts, unless half the recall would be lost for a few odd ones: then
    as for every source. It is 0 for a label that the champion judges, and where no such post is
    without the label.
    """
    others = np.asarray([e.source not in work.own_sources for e in scored.examples], dtype=bool)
    rows = others & (scored.truth_of(name) == 0)
    if name not in work.added or not rows.any():
        return 0.0
    scores, holds = scored.scores_of(name), scored.truth_of(name) == 1
    half = float(np.median(scores[holds])) if holds.any() else 0.0
    return max(quiet_at(scores[rows], MOST_ELSEWHERE), min(quiet_at(scores[rows]), half))


def _with_thresholds(
    work: Retraining, scorer: Scorer, thresholds: Mapping[str, Threshold]
) -> Scorer:
    write_json(scorer.release.layout.thresholds, thresholds_to_json(thresholds))
    release = replace(scorer.release, name=work.run.name, thresholds=thresholds)
    return Scorer(release, scorer.backend)


def drift(ours: Scored, theirs: Scored, fitted: Sequence[str]) -> dict[str, float]:
    """Return the mean absolute change of each label's score on the posts that do not know it.

    Where the truth is known a change may be right; elsewhere it is forgetting.
    """
    found = {}
    for name in theirs.names:
        unknown = ours.truth_of(name) < 0
        if name not in fitted and unknown.any():
            change = np.abs(ours.scores_of(name) - theirs.scores_of(name))
            found[name] = round(float(change[unknown].mean()), 5)
    return found


def _write(work: Retraining, release: Release, test: Scored, results: Results) -> None:
    """Write every file that is still missing, the manifest last, and the report."""
    from training.evaluation.report import write_report
    from training.retraining.card import render

    run, layout = work.run, release.layout
    write_json(layout.normaliser, release.normaliser.to_json())
    record = {"not_judged": run.not_judged, "test_time": None, "retrained": run.retrained}
    settings = {"recipe": run.recipe.model_dump(), "environment": run.environment}
    write_json(layout.metrics, record | results.to_json() | settings)
    sources = sources_after(work)
    write_json(layout.sources, sources)
    kept = read_object(work.champion.layout.curves)
    mine = curves(test)
    write_json(layout.curves, kept | {name: mine[name] for name in results.fitted})
    write_golden(layout.golden, golden(release))
    layout.card.write_text(render(work, release, results, sources), encoding="utf-8")
    write_manifest(run.release, run.name)
    write_report(run, release, test, results.candidate, results.compared)
    Scorer.open(run.release)


def sources_after(work: Retraining) -> list[dict[str, Any]]:
    """Return the content of sources.json: the champion's sources with what was seen on top."""
    found = {entry["source"]: dict(entry) for entry in work.champion.sources}
    for entry in sources_of(work.run):
        source = entry["source"]
        if source in work.own_sources:
            stated = entry["licence"] if entry["commercial"] is not None else OWN_LICENCE
            found[source] = entry | {"licence": stated}
        elif source in found:
            found[source]["seen"] = entry["seen"]
        else:
            found[source] = entry
    return list(found.values())


def _score(scorer: Scorer, examples: Sequence[Example], description: str) -> Scored:
    with count(description, len(examples)) as done:
        return score_examples(scorer, examples, done)
