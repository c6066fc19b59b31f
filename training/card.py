"""The model card of a release, written for a stranger, with Hugging Face front matter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import data
from data.sources import source_of
from models.jsonfile import read_object
from models.labels import CHINESE_NAMES, LOW_QUALITY
from models.release import Release
from training.evaluation.alarms import ALL, ANY
from training.evaluation.evaluate import Evaluation
from training.evaluation.report import LEFT_OUT
from training.metrics import Metrics
from training.provenance import sources_of
from training.run import Run

if TYPE_CHECKING:
    from training.assemble import Results

OWN = "sample"
GOLDEN_POSTS = Path(data.__file__).parent / "golden" / "posts.jsonl"
FRONT_MATTER = """---
language: zh
license: other
license_name: see-sources
license_link: sources.json
pipeline_tag: text-classification
library_name: transformers
tags: [content-moderation, rumour-detection, chinese]
---
"""
INTRODUCTION = """
Judges Chinese posts: is this told like posts that were found to be rumours (谣言), and is it low
quality: {labels}. One independent sigmoid per label; the probabilities are calibrated on held-out
clusters. A rumour score says how often posts that look like this were found false. It does not know
the truth; evidence is a person's work.

Started from `{base}` and fine-tuned; {seen:,} posts were seen in all, repeats included ({unique:,}
different ones), in windows of {length} tokens.{pairs} Text must pass
through Mingjian's normaliser (version {normaliser}) first.
"""
PAIRS = """ The embedding, the second output of the serving graph, also learnt from {pairs:,}
pairs of a claim and the text that answers it, half of those there are (by hash of the text)."""
LOW_QUALITY_NOTE = (
    "`low_quality` is measured at 0.5, its ECE on posts weighted to the share of 30 % that it "
    "assumes."
)
LEFT_OUT_TITLE = """
## Sources never seen

Quick models, each trained without one source on {posts:,} posts of the others and judged on that
source alone. They are weaker than this release; they tell how far a label falls where nothing is
familiar.

"""
LIMITS = """
## Where it fails, and what not to do with it

- The test posts come from the same sources as the training posts. On other platforms and later
  years expect less: random splits of such corpora are known to overstate.
{single}- Irony, images and knowledge of the world are out of reach. Political speech is not its
  business.
- Never act on a score alone: it sorts posts for a person and gives the member a reason to object.
{mind}
## Licences

The code's licence does not cover the weights. They were trained on the sources below, several of
which forbid commercial use or redistribution of their text; no text of theirs is in this folder.
"""


def render_card(run: Run, release: Release, results: Results) -> str:
    """Return the content of README.md of a release."""
    chinese = ", ".join(
        f"`{name}` {CHINESE_NAMES.get(name, '')}" for name in release.labels if name != "rumour"
    )
    sources = sources_of(run)
    introduction = INTRODUCTION.format(
        labels=chinese or "no sub-label was trained",
        base=run.base_name,
        seen=sum(int(source["seen"]) for source in sources),
        pairs=PAIRS.format(pairs=run.pairs) if run.pairs else "",
        unique=sum(int(source["examples"]) for source in sources),
        length=run.recipe.max_length,
        normaliser=release.normaliser.version,
    )
    missing = ", ".join(run.not_judged)
    parts = [
        FRONT_MATTER,
        f"# {run.name}\n",
        introduction,
        f"\nNot judged for want of held-out posts: {missing}.\n" if missing else "",
        "\n## Held-out clusters\n\n",
        _label_table(results.test),
        "\n`all` pools the sources that know a label. Within single sources:\n\n",
        _source_table(results.test),
        _time(results.test_time),
        _left_out(run),
        _ordinary(results.test),
        _debunks(results.test),
        _thresholds(release),
        _baseline(results),
        LIMITS.format(single=_single_sources(run, sources), mind=_mind(sources)),
        "\n",
        _sources(sources),
    ]
    return "".join(parts)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; floats with three digits, None as a dash."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(_cell(value) for value in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


METRIC_HEAD = (
    "positives",
    "negatives",
    "AUC",
    "AP",
    "precision",
    "recall",
    "F1",
    "macro-F1",
    "false alarms",
    "ECE",
)


def metric_cells(metrics: Metrics) -> list[object]:
    """Return the cells of `METRIC_HEAD`."""
    return [
        metrics.positives,
        metrics.negatives,
        metrics.auc,
        metrics.average_precision,
        metrics.precision,
        metrics.recall,
        metrics.f1,
        metrics.macro_f1,
        metrics.false_alarms,
        metrics.calibration_error,
    ]


def _label_table(evaluation: Evaluation) -> str:
    rows = []
    for name, found in evaluation.labels.items():
        cells = metric_cells(found[ALL])
        cells[METRIC_HEAD.index("AUC")] = _with_interval(found[ALL].auc, found[ALL].auc_interval)
        rows.append([name, *cells])
    note = f"\n{LOW_QUALITY_NOTE}\n" if LOW_QUALITY in evaluation.labels else ""
    return table(("label", *METRIC_HEAD), rows) + note


def _source_table(evaluation: Evaluation) -> str:
    rows = [
        [name, source, *metric_cells(metrics)]
        for name, found in evaluation.labels.items()
        for source, metrics in found.items()
        if source != ALL and metrics.auc is not None and name != LOW_QUALITY
    ]
    return table(("label", "source", *METRIC_HEAD), rows)


def _time(evaluation: Evaluation | None) -> str:
    if evaluation is None:
        return ""
    rows = [
        [name, source, *metric_cells(metrics)]
        for name, found in evaluation.labels.items()
        for source, metrics in found.items()
        if source != ALL and metrics.auc is not None
    ]
    title = "\n## The newest posts of dated sources, held out by time\n\n"
    return title + table(("label", "source", *METRIC_HEAD), rows)


def _left_out(run: Run) -> str:
    path = run.out / LEFT_OUT
    if not path.is_file():
        return ""
    content = read_object(path)
    rows = [
        [
            name,
            source,
            found["positives"],
            found["negatives"],
            _with_interval(found["auc"], found["auc_interval"]),
            found["linear_auc"],
            found["note"],
        ]
        for source, one in content["sources"].items()
        for name, found in one["labels"].items()
    ]
    head = ("label", "source never seen", "positives", "negatives", "AUC", "linear", "held against")
    return LEFT_OUT_TITLE.format(posts=content["posts"]) + table(head, rows)


def _ordinary(evaluation: Evaluation) -> str:
    if not evaluation.sources:
        return ""
    names = [name for name in next(iter(evaluation.sources.values())) if name != ANY]
    rows = [
        [
            group,
            shares[ANY].posts,
            *(shares[name].share for name in names),
            _with_interval(shares[ANY].share, shares[ANY].interval),
        ]
        for groups in (evaluation.registers, evaluation.sources)
        for group, shares in groups.items()
        if group != ALL or groups is evaluation.registers
    ]
    title = "\n## Ordinary posts wrongly flagged, share by label, per register and source\n\n"
    return title + table(("posts of", "posts", *names, "any (95 % interval)"), rows)


def _debunks(evaluation: Evaluation) -> str:
    if not evaluation.debunks:
        return ""
    rows = [
        [source, found.posts, _with_interval(found.share, found.interval)]
        for source, found in evaluation.debunks.items()
    ]
    title = "\n## Debunking posts called rumours\n\n"
    return title + table(("source", "posts", "share (95 % interval)"), rows)


def _thresholds(release: Release) -> str:
    rows = [
        [
            name,
            f"{found.value:.4f}",
            found.sentence,
            _with_interval(found.precision, found.precision_interval),
            _with_interval(found.recall, found.recall_interval),
        ]
        for name, found in release.thresholds.items()
    ]
    head = ("label", "threshold", "chosen for", "precision", "recall")
    return "\n## Thresholds, chosen on calibration posts, measured on test posts\n\n" + table(
        head, rows
    )


def _with_interval(value: float | None, bounds: Sequence[float] | None) -> str:
    if value is None or bounds is None:
        return "–"
    return f"{value:.3f} ({bounds[0]:.3f}-{bounds[1]:.3f})"


def _baseline(results: Results) -> str:
    if not results.baseline:
        return ""
    rows = [
        [
            name,
            found.ours,
            found.theirs,
            _with_interval(found.difference, found.interval),
            found.verdict,
        ]
        for name, found in results.baseline.items()
    ]
    head = ("label", "this release", "linear", "difference (95 % interval)", "verdict")
    title = "\n## Against a linear model on character 1-3-grams, same split, AUC\n\n"
    return title + table(head, rows)


def _single_sources(run: Run, sources: Sequence[dict[str, Any]]) -> str:
    """Name the labels whose positives come from one source, our own writing apart."""
    alone = []
    for name in run.labels:
        giving = [
            entry["source"]
            for entry in sources
            if entry["labels"].get(name, {}).get("positives") and entry["source"] != OWN
        ]
        if len(giving) < 2:
            alone.append(f"`{name}`")
    if not alone:
        return ""
    return (
        f"- The positives of {', '.join(alone)} come from one source besides our own writing:\n"
        "  the label is partly a detector of that source's register.\n"
    )


def _mind(sources: Sequence[dict[str, Any]]) -> str:
    """List what is known to be odd about the sources that took part."""
    lines = [
        f"- `{entry['source']}`: {note}"
        for entry in sources
        if entry["examples"] and (note := source_of(entry["source"]).mind)
    ]
    return "\n".join(["\nWhat is odd about its sources:\n", *lines, ""]) if lines else ""


def _sources(sources: Sequence[dict[str, Any]]) -> str:
    rows = [
        [
            entry["source"],
            entry["licence"],
            {True: "yes", False: "no", None: "not stated"}[entry["commercial"]],
            entry["read"],
            entry["examples"],
            entry["seen"],
            entry["why"] or ("knows none of these labels" if not entry["examples"] else ""),
        ]
        for entry in sources
    ]
    head = ("source", "licence as found", "commercial use", "posts", "in training", "seen", "why")
    return table(head, rows)
