"""The `mingjian` command; each command imports what it needs when it runs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from mingjian.commands import (
    adapt,
    corpus,
    debunks,
    evaluate,
    keys,
    leave_one_out,
    promote,
    retrain,
    training,
    tune,
    whatif,
    words,
)

app = typer.Typer(
    name="mingjian",
    help="Mingjian scores Chinese posts for rumours and low-quality content.\n\n"
    "明鉴：给中文帖子打分，识别谣言与低质内容。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(corpus.app)
app.add_typer(keys.app)
app.add_typer(debunks.app)
app.add_typer(words.app)
training.register(app)
adapt.register(app)
retrain.register(app)
promote.register(app)
evaluate.register(app)
leave_one_out.register(app)
whatif.register(app)
tune.register(app)
# Options that take several values behind one name, as in `--data a.jsonl b.jsonl`.
SEVERAL = {
    "data": ("--data", "--labels"),
    "train": ("--data", "--pairs"),
    "distil": ("--data", "--pairs", "--unlabelled"),
    "adapt": ("--unlabelled",),
    "retrain": ("--data", "--rehearse"),
    "promote": ("--data",),
    "evaluate": ("--data",),
    "leave-one-out": ("--source",),
    "debunks": ("--pairs", "--ordinary"),
}
OURS = ("data", "mingjian", "models", "service", "training")


def main() -> None:
    """Run the command line; what a person can mend is told in one sentence, with exit status 1."""
    from models.errors import MingjianError

    try:
        app(args=repeat_options(sys.argv[1:]), prog_name="mingjian")
    except MingjianError as error:
        typer.echo(f"mingjian: {error.detail}", err=True)
        for fault in error.errors:
            typer.echo(f"  {fault.pointer}: {fault.detail}", err=True)
        sys.exit(1)
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if library in OURS:
            raise
        typer.echo(f"mingjian: this needs {library}, which `make install-dev` installs", err=True)
        sys.exit(1)
    except OSError as error:
        if error.filename is None:
            raise
        typer.echo(f"mingjian: {error.filename}: {error.strerror}", err=True)
        sys.exit(1)


def repeat_options(arguments: Sequence[str]) -> list[str]:
    """Write the option before every value: `--data a b` becomes `--data a --data b`.

    The first argument is the command: `export` takes one value and then its own argument.
    """
    several = SEVERAL.get(arguments[0], ()) if arguments else ()
    repeated: list[str] = []
    option = ""
    for argument in arguments:
        if argument.startswith("-"):
            option = argument if argument in several else ""
        elif option and repeated[-1] != option:
            repeated.append(option)
        repeated.append(argument)
    return repeated


@app.command()
def serve() -> None:
    """Serve POST /score over HTTP; MINGJIAN_… variables set it up (docs/settings.md).

    启动打分服务，默认地址 http://127.0.0.1:8000，接口文档见 /docs。
    """
    from service.collecting import collect_rarely

    collect_rarely()  # before the imports, which leave no rubbish
    from service.main import serve as run
    from service.settings import load_settings

    raise typer.Exit(run(load_settings()))


@app.command()
def score(
    source: Annotated[
        str, typer.Argument(metavar="FILE", help="JSONL file, one item a line; - reads the input.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="File for the results; a second run goes on where the first stopped."),
    ] = None,
    release: Annotated[
        str | None,
        typer.Option(help="Name or folder of a release; without it the one that is served."),
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option(metavar="NAME_OR_FILE", help="A shipped policy, or a YAML or JSON file."),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Name the clauses behind every flag; slower.")
    ] = False,
) -> None:
    """Score a file of posts, one result a line in the order of the input.

    给文件里的帖子逐行打分：每行一个 JSON 对象，至少有 text。
    """
    from service.batch import score_file
    from service.collecting import collect_rarely
    from service.pools import leave_cores_to_model
    from service.settings import load_settings

    collect_rarely()
    leave_cores_to_model()
    settings = load_settings()
    if release is not None:
        settings = settings.model_copy(update={"release": release})
    summary = score_file(source, out, settings, policy, explained=explain)
    resumed = f" ({summary.resumed:,} were done before)" if summary.resumed else ""
    typer.echo(f"{summary.scored:,} scored, {summary.refused:,} refused{resumed}", err=True)


if __name__ == "__main__":
    main()
