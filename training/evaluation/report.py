"""The report of a run: one HTML file with tables and plots, nothing to fetch."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from sklearn.metrics import precision_recall_curve, roc_curve

from models.jsonfile import write_json
from models.release import Release
from training.card import METRIC_HEAD, metric_cells
from training.evaluation.evaluate import Evaluation
from training.evaluation.scored import Scored
from training.run import Run
from training.truth import Judged

BINS = 10
STYLE = """
body { font: 15px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; margin: 2rem auto;
  max-width: 70rem; padding: 0 1rem; color: #1d2733 }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums }
td, th { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid #dde3ea }
td:first-child, th:first-child, td:nth-child(2), th:nth-child(2) { text-align: left }
tr.all { font-weight: 600; background: #f3f6f9 }
img { max-width: 100% }
"""

LEAD = (
    "<p>{posts:,} held-out posts. Row <b>all</b> pools every source that knows the label; the rows "
    "below it are single sources.</p>"
)


def write_report(run: Run, release: Release, test: Scored, evaluation: Evaluation) -> None:
    """Write `report.html` and its JSON twin `report.json` into the run."""
    write_json(run.out / "report.json", evaluation.to_json())
    sections = [
        f"<h1>{html.escape(run.name)}</h1>",
        LEAD.format(posts=evaluation.posts),
        _table(evaluation),
    ]
    for name in release.labels:
        posts = test.of_label(name)
        if 0 < posts.positives < len(posts.truth):
            figure = plot(posts, release.thresholds[name].value)
            sections.append(f"<h2>{html.escape(name)}</h2>{_image(figure, name)}")
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f"<title>{html.escape(run.name)}</title><style>{STYLE}</style>{''.join(sections)}</html>"
    )
    (run.out / "report.html").write_text(page, encoding="utf-8")


def plot(posts: Judged, threshold: float) -> Figure:
    """Draw ROC, precision against recall, and reliability of one label."""
    figure = Figure(figsize=(12, 3.6), layout="constrained")
    roc, curve, reliability = figure.subplots(1, 3)
    false_alarms, recall, _ = roc_curve(posts.truth, posts.scores)
    roc.plot(false_alarms, recall)
    roc.plot([0, 1], [0, 1], ":", color="grey")
    roc.set(title="ROC", xlabel="false alarms", ylabel="recall")
    precision, recall, _ = precision_recall_curve(posts.truth, posts.scores)
    curve.plot(recall, precision)
    flagged = posts.scores >= threshold
    if flagged.any():
        hits = posts.truth[flagged].sum()
        curve.plot([hits / posts.positives], [hits / flagged.sum()], "o", label="threshold")
        curve.legend()
    curve.set(title="Precision and recall", xlabel="recall", ylabel="precision", ylim=(0, 1.02))
    _draw_reliability(reliability, posts)
    return figure


def _draw_reliability(axes: object, posts: Judged) -> None:
    bins = np.minimum((posts.scores * BINS).astype(int), BINS - 1)
    used = np.unique(bins)
    said = [posts.scores[bins == place].mean() for place in used]
    seen = [posts.truth[bins == place].mean() for place in used]
    axes.plot([0, 1], [0, 1], ":", color="grey")  # type: ignore[attr-defined]
    axes.plot(said, seen, "o-")  # type: ignore[attr-defined]
    axes.set(title="Reliability", xlabel="score", ylabel="share that holds")  # type: ignore[attr-defined]


def _table(evaluation: Evaluation) -> str:
    rows = []
    for name, found in evaluation.labels.items():
        for source, metrics in found.items():
            cells = "".join(f"<td>{_cell(value)}</td>" for value in metric_cells(metrics))
            mark = ' class="all"' if source == "all" else ""
            rows.append(f"<tr{mark}><td>{name}</td><td>{html.escape(source)}</td>{cells}</tr>")
    return f"<table>{_head(('label', 'source', *METRIC_HEAD))}{''.join(rows)}</table>"


def _head(names: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<th>{name}</th>' for name in names)}</tr>"


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _image(figure: Figure, name: str) -> str:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110)
    encoded = base64.b64encode(buffer.getvalue()).decode()
    return f'<img alt="curves of {html.escape(name)}" src="data:image/png;base64,{encoded}">'
