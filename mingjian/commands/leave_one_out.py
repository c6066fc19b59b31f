"""`mingjian leave-one-out`: what labels are worth on sources that no model has seen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from mingjian.commands.tables import console
from mingjian.commands.training import quieten


def register(app: typer.Typer) -> None:
    """Add the command to the main application."""
    app.command("leave-one-out")(leave_one_out)


def leave_one_out(
    data: Annotated[Path, typer.Option(help="A folder that `mingjian data prepare` wrote.")],
    base_model: Annotated[
        str,
        typer.Option(
            help="Hugging Face encoder that has seen none of the sources, folder or name."
        ),
    ],
    out: Annotated[Path, typer.Option(help="Folder for the results, such as runs/loso.")],
    source: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME...", help="Sources to leave out; without it all that hold positives."
        ),
    ] = None,
    posts: Annotated[int, typer.Option(min=100, help="Training posts of each model.")] = 6_000,
    recipe: Annotated[
        Path | None,
        typer.Option(help="Recipe file; without it training/recipes/leave_one_out.yaml."),
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(min=0, help="Begin no new source after so many minutes.")
    ] = None,
) -> None:
    """Train a quick model without each source in turn and judge it on that source alone.

    Goes on where it stopped when it is started again. `mingjian evaluate --leave-one-out` shows the
    results in a report.

    逐一留出每个来源：不看它训练一个小模型，再只用它来评测。
    """
    quieten()
    from data.prepare import is_prepared
    from models.errors import InvalidInput
    from models.jsonfile import read_object
    from training.evaluation.leave_one_out import Plan
    from training.evaluation.leave_one_out import leave_one_out as run
    from training.progress import announce
    from training.recipe import RECIPES, load_recipe

    if not is_prepared(data):
        raise InvalidInput(f"{data} holds no prepared corpus: run `mingjian data prepare` first")
    settings = load_recipe(recipe or RECIPES / "leave_one_out.yaml")
    path = run(Plan(data, out, base_model, settings, posts), source or (), minutes, announce)
    head = ("label", "positives", "negatives", "AUC", "95 %", "linear", "against")
    table = Table("source never seen", *head)
    for name, found in read_object(path)["sources"].items():
        for label, one in found["labels"].items():
            low, high = one["auc_interval"] or (None, None)
            span = "–" if low is None else f"{low:.3f}-{high:.3f}"
            value, mark = (
                "–" if one[key] is None else f"{one[key]:.3f}" for key in ("auc", "linear_auc")
            )
            counts = str(one["positives"]), str(one["negatives"])
            table.add_row(name, label, *counts, value, span, mark, one["note"])
    console().print(table)
    typer.echo(str(path), err=True)
