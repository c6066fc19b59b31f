"""`mingjian data …`: check, count and prepare corpora."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from mingjian.commands.tables import console

app = typer.Typer(
    name="data",
    help="Check, count and prepare corpora of Examples (docs/data.md).\n\n检查、统计、整理语料。",
    no_args_is_help=True,
)
PATHS_HELP = (
    "Files (.jsonl, .jsonl.gz, .csv, .csv.gz), dataset folders, or folders that hold such files."
)
Paths = Annotated[list[Path], typer.Argument(metavar="PATH...", help=PATHS_HELP)]


@app.command()
def check(paths: Paths) -> None:
    """Name every row that is not an Example, with file, line and reason; exit 1 if there is one.

    逐行检查语料，指出每一处错误。
    """
    from data.check import check as run

    report = run(paths)
    for bad in report.bad:
        typer.echo(str(bad))
    for name, rows in report.unknown_fields.most_common():
        typer.echo(f"note: field {name!r} is not used ({rows:,} rows)", err=True)
    for name, rows in report.unknown_labels.most_common():
        typer.echo(
            f"note: label {name!r} is not one of ours and left aside ({rows:,} rows)", err=True
        )
    typer.echo(f"{report.rows:,} rows, {len(report.bad):,} bad", err=True)
    if not report.ok:
        raise typer.Exit(1)


@app.command()
def stats(paths: Paths) -> None:
    """Count posts, registers, labels and dates of every source.

    统计每个来源的数量、语域、标签与日期。
    """
    from data.readers import read_examples
    from data.stats import stats as run

    table = Table("source", "posts", "median length", "registers", "labels (1/0)", "dates")
    for source, found in run(read_examples(paths)).items():
        registers = ", ".join(name for name, _ in found.registers.most_common())
        labels = ", ".join(f"{name} {ones}/{zeros}" for name, (zeros, ones) in found.labels.items())
        dates = f"{found.first_date} … {found.last_date} ({found.dated:,})" if found.dated else ""
        table.add_row(
            source, f"{found.examples:,}", str(found.median_length), registers, labels, dates
        )
    console().print(table)


@app.command()
def surface(
    paths: Paths,
    least: Annotated[
        float, typer.Option(min=0, max=1, help="Smallest difference of the shares to show.")
    ] = 0.1,
) -> None:
    """Show marks of the surface that one class of a source carries more often than the other.

    列出每个来源中泄露标签的表面痕迹，清洗前后对照。
    """
    from data.readers import read_examples
    from data.surface import surface_leaks
    from training.progress import track

    with track("compare") as progress:
        leaks = surface_leaks(read_examples(paths), least, progress)
    table = Table("source", "label", "mark", "as found 0/1", "as read 0/1")
    for leak in leaks:
        before, after = (f"{zero:.2f} / {one:.2f}" for zero, one in (leak.before, leak.after))
        table.add_row(leak.source, leak.label, leak.mark, before, after)
    console().print(table)


@app.command()
def prepare(
    paths: Paths,
    out: Annotated[Path, typer.Option(help="Folder for the splits and report.json.")],
) -> None:
    """Normalise, drop duplicates, split by cluster and by time, and look for leaks.

    归一化、去重、按簇和时间切分，并检查泄漏。
    """
    from data.prepare import prepare as run
    from training.progress import track

    with track("de-duplicate") as progress:
        report = run(paths, out, progress=progress)
    table = Table("split", "posts", "labels (1/0)")
    for name, posts in report.splits.items():
        labels = report.labels[name].items()
        counts = ", ".join(f"{label} {ones}/{zeros}" for label, (zeros, ones) in labels)
        table.add_row(name, f"{posts:,}", counts)
    screen = console()
    screen.print(table)
    drops = ", ".join(f"{reason} {count:,}" for reason, count in report.drops.items()) or "none"
    screen.print(f"{report.read:,} read, {report.kept:,} kept; dropped: {drops}")
    screen.print(f"held-out posts that repeat a training post: {len(report.leaks)}")
    for what, counts_of in (("corrected", report.corrected), ("relabelled", report.relabelled)):
        if counts_of:
            screen.print(f"{what}: {_told(counts_of)}")
    if report.left_aside:
        screen.print(f"labels left aside: {', '.join(sorted(report.left_aside))}")


@app.command()
def generate(
    out: Annotated[Path, typer.Option(help="File to write, .jsonl or .jsonl.gz.")],
    per_label: Annotated[int, typer.Option(min=1, help="Posts of a bank whose share is 1.")] = 1500,
    seed: Annotated[int, typer.Option(help="Another seed makes other posts.")] = 1,
) -> None:
    """Write posts of our own, made from phrase banks, for labels with little real data.

    用自写短语库生成缺样本标签的正例与易混的正常帖。
    """
    from data.generate import write

    typer.echo(f"{write(out, per_label, seed):,} posts written to {out}", err=True)


@app.command()
def errors(
    data: Annotated[
        list[Path], typer.Option(help="Prepared folder or files of Examples; several may follow.")
    ],
    out: Annotated[Path, typer.Option(help="CSV for the suspects; holds texts, keep it in runs/.")],
    labels: Annotated[
        list[str] | None, typer.Option(help="Labels to look at; without it all of them.")
    ] = None,
    folds: Annotated[int, typer.Option(min=2, max=20, help="Parts of the cross-validation.")] = 4,
) -> None:
    """List labels that a model trained on the other posts contradicts, for a person to read.

    列出可能标错的帖子，供人工复核。
    """
    from data.label_errors import find_label_errors, write_suspects
    from data.readers import read_examples
    from models.labels import LABEL_NAMES
    from training.progress import track

    with track("cross-validate") as progress:
        found = find_label_errors(
            list(read_examples(data)), labels or LABEL_NAMES, folds, progress=progress
        )
    write_suspects(out, found)
    table = Table("label", "source", "says", "suspects")
    for (label, source, given), count in Counter(
        (s.label, s.source, s.given) for s in found
    ).items():
        table.add_row(label, source, str(given), f"{count:,}")
    console().print(table)


def _told(counts: Mapping[str, int | Mapping[str, Sequence[int]]]) -> str:
    """Return counts by source, and by label as ones/zeros, as one line."""
    parts = []
    for source, found in counts.items():
        if isinstance(found, int):
            parts.append(f"{source} {found:,}")
        else:
            labels = ", ".join(f"{name} {ones}/{zeros}" for name, (zeros, ones) in found.items())
            parts.append(f"{source} ({labels})")
    return "; ".join(parts)
