"""The card of a retrained release: what it comes from, what was added, how it compares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.labels import CHINESE_NAMES, public_name
from models.release import Release
from training.card import FRONT_MATTER, METRIC_HEAD, metric_cells, table
from training.evaluation.alarms import ALL
from training.evaluation.compare import Comparison
from training.retraining.complete import Results
from training.retraining.start import Retraining

INTRODUCTION = """
Retrained from `{champion}` (fingerprint `{fingerprint}`) on {posts:,} Examples of the user's own,
with {rehearsed:,} posts rehearsed beside them and the scores of `{champion}` learnt on all of them.
It judges {labels}. {added}Windows are of {length} tokens; text passes through Mingjian's normaliser
(version {normaliser}) first. What `{champion}` is made of and where it fails stands on its own card
and holds here too.
"""
ADDED = (
    "New here: {names}; a negative of a new label is a post of which the user says so{silence}. "
)
SILENCE = (
    ", or one of the posts rehearsed, which count as posts without it: for want of knowledge, not "
    "because somebody looked"
)
WHOLE = (
    "`low_quality` has one part more: it was scaled to say of held-out posts what `{champion}` "
    "says, and yes where a new label holds.\n"
)
KEPT = """
Thresholds and curves of {kept} are those of `{champion}`, measured with its weights: there were too
few own posts to choose them anew. Their scores are scaled to mean what they meant there.{drift}
"""
DRIFT = " Mean change of the scores on held-out posts that say nothing of a label: {changes}."
FITTED = """
Calibration and thresholds of {fitted} were fitted on held-out posts, and measured on others.
"""


def render(
    work: Retraining, release: Release, results: Results, sources: Sequence[Mapping[str, Any]]
) -> str:
    """Return the content of README.md of a retrained release."""
    run, told = work.run, work.run.retrained
    names = ", ".join(f"`{public_name(name)}`" for name in told["added"])
    introduction = INTRODUCTION.format(
        champion=told["from"],
        fingerprint=told["from_fingerprint"][:12],
        posts=told["own_posts"],
        rehearsed=told["rehearsed_posts"],
        labels=", ".join(f"`{n}` {CHINESE_NAMES.get(n, '')}".strip() for n in release.labels),
        added=_added(work, names),
        length=run.recipe.max_length,
        normaliser=release.normaliser.version,
    )
    missing = ", ".join(run.not_judged)
    parts = [
        FRONT_MATTER,
        f"# {run.name}\n",
        introduction,
        f"\nNot judged: {missing}.\n" if missing else "",
        "\n## The user's own posts\n\n",
        table(("label", "holds", "does not"), _counts(told["own_labels"])),
        "\n## Held-out posts, own and rehearsed\n\n",
        table(
            ("label", *METRIC_HEAD),
            [[name, *metric_cells(by[ALL])] for name, by in results.candidate.labels.items()],
        ),
        f"\n## Against `{told['from']}` on the same posts\n\n",
        table(
            ("label", "measure", "this", "before", "difference (95 %)", "verdict"),
            _compared(results.compared.labels),
        ),
        _calibration(release, results, told["from"]),
        WHOLE.format(champion=told["from"]) if names else "",
        "\n## Licences\n\nThe code's licence does not cover the weights.\n\n",
        table(
            ("source", "licence as found", "in training", "seen"),
            [[s["source"], s["licence"], s["examples"], s["seen"]] for s in sources],
        ),
    ]
    return "".join(parts)


def _added(work: Retraining, names: str) -> str:
    if not names:
        return ""
    silent = work.run.recipe.retrain.silence_is_no and work.run.retrained["rehearsed_posts"]
    return ADDED.format(names=names, silence=SILENCE if silent else "")


def _counts(labels: Mapping[str, Mapping[str, int]]) -> list[list[object]]:
    return [[name, found["positives"], found["negatives"]] for name, found in labels.items()]


def _compared(compared: Mapping[str, Mapping[str, Comparison]]) -> list[list[object]]:
    return [
        [
            name,
            measure,
            found.ours,
            found.theirs,
            f"{found.difference:+.3f} ({found.interval[0]:+.3f} to {found.interval[1]:+.3f})",
            found.verdict,
        ]
        for name, by_measure in compared.items()
        for measure, found in by_measure.items()
        if measure in {"auc", "f1", "calibration_error"}
    ]


def _calibration(release: Release, results: Results, champion: str) -> str:
    rows = [
        [name, f"{found.value:.4f}", found.sentence, found.precision, found.recall,
         f"{found.positives}/{found.negatives}"]
        for name, found in release.thresholds.items()
    ]  # fmt: skip
    kept = [f"`{name}`" for name in release.labels if name not in results.fitted]
    changes = ", ".join(f"`{name}` {change:.4f}" for name, change in results.drift.items())
    return "".join(
        [
            "\n## Thresholds\n\n",
            table(("label", "threshold", "chosen for", "precision", "recall", "posts"), rows),
            FITTED.format(fitted=", ".join(f"`{n}`" for n in results.fitted))
            if results.fitted
            else "",
            KEPT.format(
                kept=", ".join(kept),
                champion=champion,
                drift=DRIFT.format(changes=changes) if changes else "",
            )
            if kept
            else "",
        ]
    )
