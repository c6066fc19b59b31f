"""From exported weights to a complete release: calibrate, choose thresholds, evaluate, write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from data.prepare import load_split
from data.schema import Example
from data.sources import source_of
from data.split import CALIBRATION, TEST, TEST_TIME
from models.golden import Golden, write_golden
from models.jsonfile import write_json
from models.labels import LOW_QUALITY
from models.manifest import write_manifest
from models.normaliser import Normaliser
from models.release import Release
from models.runtime import OpenVinoBackend
from models.scorer import Post, Scorer
from models.thresholds import Threshold, thresholds_to_json
from models.windows import WindowSettings
from training.baseline import SCORES, baseline_scores
from training.calibrate import choose_pooling, fit_calibration
from training.card import GOLDEN_POSTS, render_card
from training.choose import ENOUGH_ORDINARY, choose_threshold, most_alarms, quiet_at
from training.evaluation.alarms import ordinary_posts
from training.evaluation.compare import Comparison, compare
from training.evaluation.evaluate import Evaluation, evaluate
from training.evaluation.report import write_report
from training.evaluation.scored import Scored, score_examples, to_post
from training.progress import Announce, count
from training.provenance import sources_of
from training.quantise import add_int8
from training.run import Run
from training.tiles import int8_without_tiles

CHUNK = 512


@dataclass(frozen=True, slots=True)
class Results:
    """What was measured: on held-out clusters, on the newest posts, and against the baseline."""

    test: Evaluation
    test_time: Evaluation | None
    baseline: dict[str, Comparison]

    def to_json(self, run: Run) -> dict[str, Any]:
        """Return the content of metrics.json."""
        return {
            "not_judged": run.not_judged,
            "test": self.test.to_json(),
            "test_time": self.test_time.to_json() if self.test_time else None,
            "baseline": {
                name: asdict(found) | {"verdict": found.verdict}
                for name, found in self.baseline.items()
            },
            "recipe": run.recipe.model_dump(),
            "environment": run.environment,
        }


def assemble(run: Run, announce: Announce) -> None:
    """Turn the exported model of a run into a complete release and write its report."""
    scorer, calibrated = calibrate_release(run)
    announce("calibrated on held-out clusters")
    held_out = {name: _written_by_people(run.prepared, name) for name in (TEST, TEST_TIME)}
    scored = {name: _score(scorer, posts, name) for name, posts in held_out.items() if posts}
    scorer = choose_thresholds(run, scorer, calibrated, scored[TEST])
    results = Results(
        evaluate(scorer, scored[TEST]),
        evaluate(scorer, scored[TEST_TIME]) if TEST_TIME in scored else None,
        compare_baseline(run, scored[TEST]),
    )
    add_int8(scorer.release, announce)
    write_release(run, scorer.release, scored[TEST], results)
    write_report(run, scorer.release, scored[TEST], results.test, newest=results.test_time)
    Scorer.open(run.release)
    announce(f"release {run.name} stands in {run.release}; report: {run.out / 'report.html'}")


def calibrate_release(run: Run) -> tuple[Scorer, Scored]:
    """Choose the window pooling, fit the calibration, write both; return the scored posts too."""
    examples = load_split(run.prepared, CALIBRATION)
    draft = Release.draft(run.release, Normaliser())
    windows = WindowSettings(run.recipe.max_length, run.recipe.window_overlap)
    draft = replace(draft, calibration=replace(draft.calibration, windows=windows))
    scorer = Scorer(draft, OpenVinoBackend(run.release))
    parts = window_logits(scorer, examples)
    pooling = choose_pooling(parts, examples, draft.labels)
    draft = replace(draft, calibration=replace(draft.calibration, window_pooling=pooling))
    scorer = Scorer(draft, scorer.backend)
    logits = np.stack([scorer.pool(part) for part in parts])
    calibration = fit_calibration(logits, examples, draft.labels, pooling, windows)
    write_json(draft.layout.calibration, calibration.to_json())
    probabilities = calibration.probabilities(logits, draft.labels)
    low_quality = calibration.low_quality(probabilities, draft.labels)
    scored = Scored(examples, draft.labels, probabilities, low_quality)
    return Scorer(replace(draft, calibration=calibration), scorer.backend), scored


def window_logits(scorer: Scorer, examples: Sequence[Example]) -> list[NDArray[np.float32]]:
    """Return the raw logits [windows, labels] of each post."""
    found: list[NDArray[np.float32]] = []
    with count("calibrate", len(examples)) as done:
        for start in range(0, len(examples), CHUNK):
            encoded = [scorer.encode(to_post(e)) for e in examples[start : start + CHUNK]]
            logits = scorer.infer([window for item in encoded for window in item.windows]).logits
            ends = np.cumsum([len(item.windows) for item in encoded])
            found += np.split(logits, ends[:-1])
            done(len(found))
    return found


def quiet_everywhere(scored: Scored, name: str) -> float:
    """Return the least threshold with which a label spares ordinary posts of every source."""
    ordinary, scores = ordinary_posts(scored), scored.scores_of(name)
    groups: dict[tuple[str, str], list[int]] = {}
    for row in np.flatnonzero(ordinary).tolist():
        example = scored.examples[row]
        groups.setdefault((example.source, example.register_), []).append(row)
    return max(
        (
            quiet_at(scores[rows], most_alarms(name, register))
            for (_, register), rows in groups.items()
            if len(rows) >= ENOUGH_ORDINARY
        ),
        default=0.0,
    )


def choose_thresholds(run: Run, scorer: Scorer, chosen_on: Scored, test: Scored) -> Scorer:
    """Choose each threshold on the calibration posts and measure it on the test posts."""
    thresholds: dict[str, Threshold] = {
        name: choose_threshold(
            chosen_on.of_label(name), test.of_label(name), quiet_everywhere(chosen_on, name)
        )
        for name in scorer.release.labels
    }
    write_json(scorer.release.layout.thresholds, thresholds_to_json(thresholds))
    release = replace(scorer.release, name=run.name, thresholds=thresholds)
    return Scorer(release, scorer.backend)


def compare_baseline(run: Run, test: Scored) -> dict[str, Comparison]:
    """Compare with the linear baseline of the same split, where `baseline.json` lies in the run."""
    path = run.out / SCORES
    if not path.is_file():
        return {}
    found: dict[str, Comparison] = {}
    for name in test.names:
        theirs = baseline_scores(path, TEST, name, test.examples)
        known = np.asarray([name in example.labels for example in test.examples])
        if not np.isnan(theirs[known]).any():
            compared = compare(test.of_label(name), theirs[known])
            found |= {name: compared} if compared else {}
    return found


def write_release(run: Run, release: Release, test: Scored, results: Results) -> None:
    """Write every file that is still missing, the manifest last."""
    layout = release.layout
    write_json(layout.normaliser, release.normaliser.to_json())
    write_json(layout.metrics, results.to_json(run))
    write_json(layout.sources, sources_of(run))
    layout.curves.write_bytes(orjson.dumps(curves(test)))
    write_golden(layout.golden, golden(release))
    layout.card.write_text(render_card(run, release, results), encoding="utf-8")
    write_manifest(run.release, run.name)


def curves(test: Scored) -> dict[str, dict[str, list[float]]]:
    """Return held-out scores, truth and cluster of each label, without any text."""
    names = [*test.names, *([LOW_QUALITY] if test.low_quality is not None else [])]
    found = {}
    for name in names:
        posts = test.of_label(name)
        found[name] = {
            "scores": [round(float(score), 5) for score in posts.scores],
            "labels": posts.truth.tolist(),
            "clusters": posts.clusters.tolist(),
        }
    return found


def golden(release: Release) -> list[Golden]:
    """Score our own sentences for the self-test in f32, and in int8 where there is such a graph."""
    lines = [orjson.loads(line) for line in GOLDEN_POSTS.read_bytes().splitlines() if line.strip()]
    posts = [Post(line["text"], line.get("title", "")) for line in lines]
    scored = [Scorer(release, OpenVinoBackend(release.folder, "f32")).score(posts)]
    if release.layout.graph_int8.is_file():
        with int8_without_tiles(release.folder) as backend:
            scored.append(Scorer(release, backend).score(posts))
    return [
        Golden(post.text, post.title, *(score.probabilities for score in scores))
        for post, *scores in zip(posts, *scored, strict=True)
    ]


def _written_by_people(prepared: Path, split: str) -> list[Example]:
    return [e for e in load_split(prepared, split) if not source_of(e.source).synthetic]


def _score(scorer: Scorer, examples: Sequence[Example], description: str) -> Scored:
    with count(description, len(examples)) as done:
        return score_examples(scorer, examples, done)
