"""The curves of a label as one SVG: false alarms, precision and recall, reliability."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from sklearn.metrics import precision_recall_curve, roc_curve

from training.evaluation.reliability import Bin
from training.truth import Floats, Judged

INK, ACCENT, FAINT, MARK = "#334155", "#2563eb", "#cbd5e1", "#dc2626"
# More points than a screen shows only make the file larger.
POINTS = 400
FEWEST_FALSE_ALARMS = 1e-3
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "mingjian",
    "font.size": 9,
    "font.family": "sans-serif",
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.grid": True,
    "grid.color": "#eef2f7",
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


def curves_svg(posts: Judged, bins: Sequence[Bin], threshold: float) -> str:
    """Draw a label that has both classes and return the SVG in base64."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(11.5, 3.3), layout="constrained")
        alarms, precision, reliable = figure.subplots(1, 3)
        _draw_false_alarms(alarms, posts, threshold)
        _draw_precision(precision, posts, threshold)
        _draw_reliability(reliable, posts, bins)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return base64.b64encode(buffer.getvalue()).decode()


def _draw_false_alarms(axes: Any, posts: Judged, threshold: float) -> None:
    false_alarms, recall, _ = roc_curve(posts.truth, posts.scores)
    shown = np.maximum(false_alarms, FEWEST_FALSE_ALARMS)
    axes.plot(*_thinned(shown, recall), color=ACCENT, drawstyle="steps-post")
    flagged = posts.scores >= threshold
    share = flagged[posts.truth == 0].mean()
    axes.plot(
        [max(share, FEWEST_FALSE_ALARMS)],
        [flagged[posts.truth == 1].mean()],
        "o",
        color=MARK,
        clip_on=False,
        zorder=5,
    )
    axes.set(
        title="Recall against false alarms",
        xlabel="false alarms (log scale)",
        ylabel="recall",
        xscale="log",
        xlim=(FEWEST_FALSE_ALARMS, 1),
        ylim=(0, 1.02),
    )


def _draw_precision(axes: Any, posts: Judged, threshold: float) -> None:
    precision, recall, _ = precision_recall_curve(posts.truth, posts.scores)
    axes.plot(*_thinned(recall, precision), color=ACCENT)
    flagged = posts.scores >= threshold
    if flagged.any():
        hits = posts.truth[flagged].sum()
        axes.plot(
            [hits / posts.positives],
            [hits / flagged.sum()],
            "o",
            color=MARK,
            clip_on=False,
            zorder=5,
        )
    axes.axhline(posts.positives / len(posts.truth), color=FAINT, linestyle=":")
    axes.set(title="Precision against recall", xlabel="recall", ylabel="precision", ylim=(0, 1.02))


def _draw_reliability(axes: Any, posts: Judged, bins: Sequence[Bin]) -> None:
    said, seen = [found.score for found in bins], [found.share for found in bins]
    reach = np.abs(np.asarray([found.interval for found in bins]).T - np.asarray(seen))
    axes.plot([0, 1], [0, 1], ":", color=FAINT)
    heights = np.histogram(posts.scores, bins=20, range=(0, 1))[0]
    axes.bar(
        np.arange(20) / 20 + 0.025, heights / heights.max() * 0.15, width=0.045, color="#e2e8f0"
    )
    axes.errorbar(said, seen, yerr=reach, fmt="o-", color=ACCENT, ecolor="#93c5fd", capsize=2)
    axes.set(
        title="Reliability",
        xlabel="score (grey: how many posts)",
        ylabel="share that holds",
        xlim=(0, 1),
        ylim=(0, 1.02),
    )


def _thinned(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    if len(x) <= POINTS:
        return x, y
    kept = np.unique(np.linspace(0, len(x) - 1, POINTS).astype(int))
    return x[kept], y[kept]
