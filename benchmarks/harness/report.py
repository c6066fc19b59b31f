"""Results as a page: ratios first, then every row, then what they were measured on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.harness.figures import FILE, SHAPES, Ratio, Row, Rows, spread

WIDE = 160

Cells = Sequence[Sequence[str]]


def ratio_cells(found: Sequence[Ratio], before: Mapping[str, float]) -> Cells:
    """Return a line for each figure, with the median of the result before it."""
    return [
        (
            one.name,
            spread(one.rounds, lambda value: f"{value:.2f}"),
            f"{'≤' if one.at_most else '≥'} {one.reach:g}",
            "yes" if one.met else "no",
            f"{before[one.name]:.2f}" if one.name in before else "–",
        )
        for one in found
    ]


def row_cells(rows: Rows) -> Cells:
    """Return a line for each row."""
    return [
        (
            row.release,
            row.subject,
            _load(row),
            row.precision,
            spread(row.rates, lambda value: f"{value:.0f}"),
            _milliseconds(row, "p50"),
            _milliseconds(row, "p95"),
            _milliseconds(row, "p99"),
            str(row.errors),
            spread(row.cpu_s[-1:], lambda value: f"{value * 1000:.2f}"),
            spread(row.client_cpu[-1:], lambda value: f"{value:.0%}"),
        )
        for row in rows
    ]


def _load(row: Row) -> str:
    if row.shape in SHAPES:
        connections, per_request = SHAPES[row.shape]
        return f"({row.shape}) {connections} × {per_request}"
    return "a file" if row.subject == FILE else row.shape


def _milliseconds(row: Row, percentile: str) -> str:
    found = row.latency(percentile)
    return "–" if found is None else f"{found * 1000:.1f}"


RATIO_HEAD = ("figure", "measured", "to reach", "reached", "before")
ABOUT = (
    "Written by `{command}`; do not edit. Medians over {rounds} rounds of {seconds:g} s, in "
    "brackets the smallest and the largest. A ratio is taken within each round; absolute figures "
    "are those of a shared machine. In every ratio the score cache and the sharing of texts in "
    "flight are off, and every decision is stored."
)
ABOUT_ROWS = (
    "In (a) 1 connection sends 1 post a request, in (b) 32 send 1, in (c) 4 send 32. “CPU” is the "
    "processor time of the server; the client is one process on the same cores, and its share is "
    "that of one core."
)
FACT_HEAD = ("what", "value")
FILE_FACT = (
    "{posts:,} posts in {seconds} s, start included; the first results after {first_s} s; "
    "at most {peak_rss_mb} MB"
)
ROW_HEAD = (
    "release",
    "what",
    "load",
    "precision",
    "posts/s",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "errors",
    "CPU ms/post",
    "client CPU",
)


def markdown(head: Sequence[str], cells: Cells) -> str:
    """Return a table of Markdown."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(line) + " |" for line in cells)])


def show(title: str, head: Sequence[str], cells: Cells) -> None:
    """Print a table on the terminal."""
    table = Table(title=title, title_justify="left")
    for place, name in enumerate(head):
        table.add_column(name, overflow="fold", justify="left" if place < 2 else "right")
    for line in cells:
        table.add_row(*line)
    console = Console()
    # In a file or a pipe nothing is folded to fit a terminal that is not there.
    (console if console.is_terminal else Console(width=WIDE)).print(table)


def page(
    result: Mapping[str, Any],
    found: Sequence[Ratio],
    rows: Rows,
    before: Mapping[str, float],
    plots: Sequence[str],
) -> str:
    """Return the whole page of a run."""
    settings = result["settings"]
    parts = [
        "# Bench",
        ABOUT.format(**settings),
        markdown(RATIO_HEAD, ratio_cells(found, before)),
        "## Every row",
        f"{result['sharing']} {ABOUT_ROWS}",
        markdown(ROW_HEAD, row_cells(rows)),
        "## Start, memory, files",
        markdown(FACT_HEAD, facts(result["facts"])),
        "## How cost grows",
        "\n".join(f"![{name}]({name})" for name in plots),
        "## On what",
        machine_line(result["machine"]),
        workload_line(result["workload"]),
    ]
    return "\n\n".join(parts) + "\n"


def machine_line(machine: Mapping[str, Any]) -> str:
    """Return a sentence about the machine and the versions."""
    libraries = ", ".join(f"{name} {of}" for name, of in machine["libraries"].items())
    return (
        f"{machine['processor']}, {machine['cores']} cores ({', '.join(machine['arithmetic'])}), "
        f"{machine['memory_gib']} GiB, {machine['system']}, Python {machine['python']}; "
        f"{libraries}; commit {machine['commit']}, {machine['made']}."
    )


def workload_line(workload: Mapping[str, Any]) -> str:
    """Return a sentence about the posts."""
    return (
        f"{workload['posts']:,} posts, seed {workload['seed']} ({workload['source']}): median "
        f"{workload['characters_median']:g} characters, mean {workload['characters_mean']}, "
        f"{workload['tokens_mean']:.1f} tokens on average. The tokenizer alone reads "
        f"{workload['tokenizer_rate']:,.0f} posts/s."
    )


def facts(found: Mapping[str, Any]) -> Cells:
    """Return what was noted beside the rows, a line each."""
    lines = [
        (f"start to ready, {name}", f"{value:.1f} s") for name, value in found["start_s"].items()
    ]
    lines += [(f"memory, {name}", f"{value} MB") for name, value in found["rss_mb"].items()]
    lines += [
        (f"mingjian score, {name}", FILE_FACT.format(**one))
        for name, one in found.get("file", {}).items()
    ]
    lines += [
        (f"same weights, {name}", f"probabilities differ by at most {value:.4f}")
        for name, value in found.get("same_weights", {}).items()
    ]
    return lines
