"""`mingjian retrain`: own Examples become a candidate release."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mingjian.commands.training import quieten


def register(app: typer.Typer) -> None:
    """Add the command to the main application."""
    app.command()(retrain)


def retrain(
    data: Annotated[
        list[Path],
        typer.Option(
            "--data", metavar="PATH...", help="Your own Examples: files or folders (docs/data.md)."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the run; without it runs/ and the name of the first file."),
    ] = None,
    start_from: Annotated[
        str | None,
        typer.Option(
            "--start-from", metavar="RELEASE", help="Name or folder; without it what is served."
        ),
    ] = None,
    add_label: Annotated[
        list[str] | None,
        typer.Option(
            "--add-label",
            metavar="NAME",
            help="A label of your own: small letters, digits and _; may be given several times.",
        ),
    ] = None,
    rehearse: Annotated[
        list[Path] | None,
        typer.Option(
            "--rehearse",
            metavar="PATH...",
            help="Examples to read again so that nothing is forgotten; without it our own sample.",
        ),
    ] = None,
    minutes: Annotated[
        float, typer.Option(min=0.5, help="How long it may take in all on this machine.")
    ] = 15.0,
    recipe: Annotated[
        Path | None, typer.Option(help="Recipe file; without it training/recipes/retrain.yaml.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Name of the candidate; without it that of its folder.")
    ] = None,
) -> None:
    """Make a candidate release from a few hundred own Examples, with a report.

    It starts from a release and forgets nothing of it. An interrupted run goes on when the same
    command is given again. `mingjian promote` then says whether the candidate may be served.

    用几百条自己的样本，从现有发布训练出候选发布。
    """
    quieten()
    from data.readers.files import default_source
    from training.progress import announce
    from training.retraining.learn import retrain as run
    from training.retraining.start import Wish

    folder = out or Path("runs") / default_source(data[0])
    release = run(
        Wish(
            data=data,
            out=folder,
            start_from=start_from,
            added=add_label or (),
            rehearse=rehearse or (),
            minutes=minutes,
            recipe=recipe,
            name=name,
        ),
        announce,
    )
    typer.echo(f"report: {folder / 'report.html'}", err=True)
    typer.echo(f"judge it: mingjian promote {folder} --data {folder / 'prepared'}", err=True)
    typer.echo(f"try it: make serve MINGJIAN_RELEASE={release}", err=True)
