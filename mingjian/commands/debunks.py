"""`mingjian debunks …`: measure how well debunks are found."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress
from rich.table import Table

from mingjian.commands.tables import console

if TYPE_CHECKING:
    from service.debunk.measuring import Report

app = typer.Typer(
    name="debunks",
    help="The debunk library (docs/debunks.md).\n\n辟谣库。",
    no_args_is_help=True,
)


@app.callback()
def _group() -> None:
    """Keep `measure` a command of its own while it is the only one."""


@app.command()
def measure(
    pairs: Annotated[
        list[Path],
        typer.Option(
            "--pairs",
            metavar="PATH...",
            help="JSON lines of {query, debunk, query_kind}: every debunk becomes an entry, every "
            "query of the kind `claim` is asked.",
        ),
    ],
    ordinary: Annotated[
        list[Path] | None,
        typer.Option(
            "--ordinary",
            metavar="PATH...",
            help="Examples that no entry answers; every match of theirs is counted as false.",
        ),
    ] = None,
    sample: Annotated[
        int, typer.Option(min=1, help="Ordinary posts that are drawn from each source.")
    ] = 1000,
    release: Annotated[
        str | None,
        typer.Option(help="Name or folder of a release; without it the one that is served."),
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Write the same figures to this file.")] = None,
) -> None:
    """Measure recall on claims and false matches on ordinary posts, as the service would answer.

    在“说法—辟谣”配对上测召回，在普通帖子上测误配。
    """
    from data.pairs import read_pairs
    from models.jsonfile import write_json
    from models.scorer import Scorer
    from service.debunk.measuring import Measurement

    read = list(read_pairs(pairs))
    posts = _drawn(ordinary or [], sample)
    scorer = Scorer.open(release)
    with Progress(console=console(), transient=True) as bar:
        tasks = {}

        def told(work: str, done: int, total: int) -> None:
            if work not in tasks:
                tasks[work] = bar.add_task(work, total=total)
            bar.update(tasks[work], completed=done)

        report = Measurement(scorer, read, told).report(posts)
    _show(report)
    if json is not None:
        write_json(json, report.to_json())


def _show(report: Report) -> None:
    screen = console()
    screen.print(
        f"{report.release}: {report.entries:,} entries, share of words {report.words:.2f}, "
        f"thresholds {report.least:.2f} and {report.least_words:.2f} (words alone)"
    )
    screen.print(_recall(report))
    screen.print(
        f"told by /score: the answer for {report.told['answer']:.3f} of the claims, "
        f"any entry for {report.told['any']:.3f}"
    )
    if report.false_per_1000:
        table = Table("ordinary posts", "suggested / 1,000", "confirmed / 1,000")
        for source, rates in report.false_per_1000.items():
            table.add_row(source, f"{rates['suggested']:.1f}", f"{rates['confirmed']:.1f}")
        screen.print(table)


def _recall(report: Report) -> Table:
    table = Table(
        "ranked by", "side", "claims", "recall@1", "recall@5", "MRR", "@1 twin", "@5 twin"
    )
    for way, sides in report.search.items():
        for side, one in sides.items():
            figures = (
                one.recall_at_1,
                one.recall_at_5,
                one.mrr,
                one.recall_at_1_or_twin,
                one.recall_at_5_or_twin,
            )
            table.add_row(way, side, str(one.claims), *(f"{figure:.3f}" for figure in figures))
    return table


def _drawn(paths: list[Path], sample: int) -> dict[str, list[str]]:
    from data.readers import read_examples

    posts: dict[str, list[str]] = {}
    for example in read_examples(paths) if paths else ():
        posts.setdefault(example.source, []).append(example.text)
    chosen = random.Random("mingjian")
    return {
        source: chosen.sample(texts, min(sample, len(texts))) for source, texts in posts.items()
    }
