"""Plots of what was measured, as SVG that a browser and a repository show."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.harness.figures import BARE, BATCHES, SHAPES, Rows

# The same figures give the same file, whenever it is written.
mpl.rcParams["svg.hashsalt"] = "mingjian"
WIDE = (9.0, 3.6)


def throughput(rows: Rows, release: str, path: Path) -> Path:
    """Draw posts a second of every subject on one release, with their spread."""
    figure = Figure(figsize=WIDE, layout="constrained")
    axes = figure.subplots()
    subjects = list(dict.fromkeys(row.subject for row in rows if row.release == release))
    shown = [name for name in subjects if rows.rates(release, name, "c")]
    width = 0.8 / max(1, len(shown))
    for number, subject in enumerate(shown):
        values = [rows.rates(release, subject, shape) for shape in SHAPES]
        _bars(axes, values, number * width, width, subject)
    for size in BATCHES:
        if rates := rows.rates(release, BARE, f"batch {size}"):
            axes.axhline(statistics.median(rates), lw=0.8, ls="--", c="grey")
            axes.annotate(f"bare, batch {size}", (2.75, statistics.median(rates)), fontsize=7)
    axes.set_xticks(
        [place + 0.4 - width / 2 for place in range(len(SHAPES))],
        [f"({name}) {c} × {n}" for name, (c, n) in SHAPES.items()],
    )
    axes.set_ylabel("posts/s")
    axes.set_title(f"{release}: connections × posts a request")
    axes.legend(fontsize=7)
    return save(figure, path)


def _bars(axes: Axes, values: list[list[float]], left: float, width: float, name: str) -> None:
    middles = [statistics.median(found) if found else 0.0 for found in values]
    below = [
        middle - min(found, default=0.0) for middle, found in zip(middles, values, strict=True)
    ]
    above = [
        max(found, default=0.0) - middle for middle, found in zip(middles, values, strict=True)
    ]
    places = [left + place for place in range(len(values))]
    axes.bar(places, middles, width, yerr=[below, above], label=name, error_kw={"lw": 0.8})


def growth(curves: Mapping[str, Mapping[str, Any]], release: str, path: Path) -> Path:
    """Draw the four curves of a release side by side."""
    figure = Figure(figsize=(12.0, 3.2), layout="constrained")
    length, batch, connections, cores = figure.subplots(1, 4)
    _line(length, curves["length"]["tokens_s"], "one post", 1000.0)
    length.set(xlabel="tokens", ylabel="ms, bare runtime", xscale="log", yscale="log")
    _line(batch, curves["batch"]["posts_per_s"], "bare runtime")
    batch.set(xlabel="posts in a batch", ylabel="posts/s", xscale="log")
    _line(connections, curves["connections"]["posts_per_s"], "posts/s")
    connections.set(xlabel="connections, one post each", ylabel="posts/s", xscale="log")
    late = connections.twinx()
    for name, style in (("p50_s", ":"), ("p99_s", "--")):
        _line(late, curves["connections"][name], name.removesuffix("_s"), 1000.0, style)
    late.set(ylabel="ms", yscale="log")
    late.legend(fontsize=7)
    _line(cores, curves["cores"]["service_posts_per_s"], "service, 4 × 32")
    _line(cores, curves["cores"]["bare_posts_per_s"], "bare, batch 32")
    cores.set(xlabel="threads of the model", ylabel="posts/s", ylim=(0, None))
    cores.set_xticks([int(n) for n in curves["cores"]["bare_posts_per_s"]])
    cores.legend(fontsize=7)
    figure.suptitle(release)
    return save(figure, path)


def _line(
    axes: Axes, points: Mapping[str, float], name: str, scale: float = 1.0, style: str = "-"
) -> None:
    places = sorted(map(int, points))
    axes.plot(places, [points[str(x)] * scale for x in places], style, marker="o", ms=3, label=name)


def over_time(
    series: Mapping[str, list[tuple[float, float]]], title: str, unit: str, path: Path
) -> Path:
    """Draw values over the minutes of a run."""
    figure = Figure(figsize=WIDE, layout="constrained")
    axes = figure.subplots()
    for name, points in series.items():
        axes.plot([at / 60 for at, _ in points], [value for _, value in points], lw=1, label=name)
    axes.set(xlabel="minutes", ylabel=unit, title=title, ylim=(0, None))
    axes.legend(fontsize=7)
    return save(figure, path)


def save(figure: Figure, path: Path) -> Path:
    """Write a figure and return where."""
    figure.savefig(path, metadata={"Date": None})
    return path
