"""`mingjian adapt`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mingjian.commands.training import quieten


def register(app: typer.Typer) -> None:
    """Add the command to the main application."""
    app.command()(adapt)


def adapt(
    base_model: Annotated[str, typer.Option(help="Hugging Face encoder, folder or name.")],
    out: Annotated[Path, typer.Option(help="Folder of the run, such as runs/adapted.")],
    unlabelled: Annotated[
        list[Path], typer.Option(metavar="PATH", help='JSON lines {"text": …} to read.')
    ],
    data: Annotated[
        Path | None,
        typer.Option(help="A prepared folder whose training posts are read as well."),
    ] = None,
    posts: Annotated[
        int, typer.Option(min=1, help="How many posts are drawn from each of the two.")
    ] = 100_000,
    recipe: Annotated[
        Path | None, typer.Option(help="Recipe file; without it training/recipes/adapt.yaml.")
    ] = None,
) -> None:
    """Let an encoder read posts before it learns labels, by guessing masked pieces.

    An interrupted run goes on. The folder it names is a --base-model for `mingjian train`.

    用无标注文本做语言适应（遮蔽预测），得到新的底座模型。
    """
    quieten()
    from training.adapt import adapt as adapt_encoder
    from training.adapt import reading_matter
    from training.recipe import ADAPT_RECIPE, load_recipe

    settings = load_recipe(recipe or ADAPT_RECIPE)
    examples = reading_matter(unlabelled, data, posts, settings.seed)
    folder = adapt_encoder(examples, base_model, settings, out)
    typer.echo(f"train with it: mingjian train --base-model {folder} --data PATH… --out runs/NAME")
