"""`mingjian evaluate`: the judge of a release."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from mingjian.commands.tables import console
from mingjian.commands.training import Data

if TYPE_CHECKING:
    from data.schema import Example
    from models.scorer import Scorer
    from training.evaluation.deletion import Deletion


def register(app: typer.Typer) -> None:
    """Add the command to the main application."""
    app.command()(evaluate)


def evaluate(
    data: Data,
    release: Annotated[
        str | None,
        typer.Option(help="Name or folder of a release; without it the one that is served."),
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Write the same figures to this file.")] = None,
    deletion: Annotated[
        bool,
        typer.Option(
            "--deletion",
            help="Test the reasons too: how far scores fall without the clauses they name.",
        ),
    ] = False,
) -> None:
    """Measure a release on Examples: per label and per source.

    Of a folder that `mingjian data prepare` wrote, the test splits are taken.

    在带标签的语料上评测一个发布。
    """
    from data.prepare import held_out_of
    from data.readers import read_examples
    from models.jsonfile import write_json
    from models.scorer import Scorer
    from training.card import METRIC_HEAD, metric_cells
    from training.evaluation.evaluate import evaluate as measure
    from training.evaluation.scored import score_examples
    from training.progress import count

    scorer = Scorer.open(release)
    examples = list(read_examples(held_out_of(data)))
    with count("score", len(examples)) as done:
        result = measure(scorer, score_examples(scorer, examples, done))
    table = Table(
        "label", "source", *METRIC_HEAD, title=f"{result.release}: {result.posts:,} posts"
    )
    for name, by_source in result.labels.items():
        for source, metrics in by_source.items():
            table.add_row(name, source, *(_cell(value) for value in metric_cells(metrics)))
    console().print(table)
    tested = _deletion(scorer, examples) if deletion else {}
    if json is not None:
        reasons = {name: found.to_json() for name, found in tested.items()}
        write_json(json, result.to_json() | ({"deletion": reasons} if deletion else {}))


def _deletion(scorer: Scorer, examples: Sequence[Example]) -> dict[str, Deletion]:
    from training.evaluation.deletion import measure_deletion
    from training.progress import count

    with count("explain", len(examples)) as done:
        found = measure_deletion(scorer, examples, done)
    table = Table(
        "label", "flags", "fall", "at random", "gain", "95 %", "under", "at random", "named"
    )
    for name, row in found.items():
        low, high = row.gain_interval
        shares = (row.under, row.random_under, row.share_named)
        figures = [f"{value:.3f}" for value in (row.fall, row.random_fall, row.gain)]
        table.add_row(
            name,
            str(row.trials),
            *figures,
            f"{low:.3f}-{high:.3f}",
            *(f"{share:.1%}" for share in shares),
        )
    console().print(table)
    return found


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
