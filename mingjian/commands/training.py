"""`mingjian train` and `export`."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from mingjian.commands.tables import console
from models.errors import InvalidInput

Data = Annotated[
    list[Path],
    typer.Option(
        "--data",
        metavar="PATH...",
        help="Examples: files or folders, several after one --data; or a folder that "
        "`mingjian data prepare` wrote.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the main application."""
    for command in (train, distil, export):
        app.command()(command)


def train(  # noqa: PLR0913, PLR0917  each option of the command is one
    data: Data,
    out: Annotated[Path, typer.Option(help="Folder of the run, such as runs/NAME.")],
    base_model: Annotated[
        str | None,
        typer.Option(
            help="Hugging Face encoder, folder or name; without it the shipped release's weights."
        ),
    ] = None,
    recipe: Annotated[
        Path | None, typer.Option(help="Recipe file; without it training/recipes/first.yaml.")
    ] = None,
    epochs: Annotated[
        float | None, typer.Option(help="Passes over the corpus, times the recipe's weights.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the release.")] = None,
    pairs: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="PATH...",
            help="Pairs of a claim and its debunk, from which the embedding learns (docs/data.md).",
        ),
    ] = None,
    add_label: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A label of your own; may be given several times."),
    ] = None,
    baseline: Annotated[
        bool,
        typer.Option(
            "--baseline",
            help="Train the linear model on the same split instead; the card of a release made in "
            "the same --out then compares with it.",
        ),
    ] = False,
    finetune_only: Annotated[
        bool,
        typer.Option(
            "--finetune-only", help="Stop after fine-tuning; `mingjian export` does the rest."
        ),
    ] = False,
) -> None:
    """Make a release: prepare, fine-tune, export, calibrate, choose thresholds, evaluate.

    An interrupted run goes on from its last checkpoint when it is started again.

    从语料训练出一个完整的发布：整理、微调、校准、定阈值、评测、导出。
    """
    quieten()
    from training.pipeline import AFTER_FINETUNE, STEPS, start_run, take
    from training.progress import announce
    from training.recipe import load_recipe

    settings = load_recipe(recipe)
    if epochs is not None:
        settings = settings.model_copy(update={"epochs": epochs})
    run = start_run(data, out, base_model, settings, name, pairs or (), added=add_label or ())
    if run.not_judged:
        announce(f"too few held-out posts, not judged: {', '.join(run.not_judged)}")
    if baseline:
        _train_baseline(run.prepared, out, run.labels)
        return
    steps = STEPS[: -len(AFTER_FINETUNE)] if finetune_only else STEPS
    folder = take(run, steps, announce)
    if not finetune_only:
        typer.echo(f"serve it with: make serve MINGJIAN_RELEASE={folder}", err=True)


def distil(  # noqa: PLR0913, PLR0917  each option of the command is one
    data: Data,
    out: Annotated[Path, typer.Option(help="Folder of the run, such as runs/small.")],
    teacher: Annotated[
        str | None,
        typer.Option(help="Release to learn from; without it the one that is served."),
    ] = None,
    start_from: Annotated[
        str | None,
        typer.Option(help="Small release to go on from, instead of a few layers of the teacher."),
    ] = None,
    recipe: Annotated[
        Path | None, typer.Option(help="Recipe file; without it training/recipes/small.yaml.")
    ] = None,
    epochs: Annotated[
        float | None, typer.Option(help="Passes over the corpus, times the recipe's weights.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the release.")] = None,
    pairs: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH...", help="Pairs of a claim and its debunk (docs/data.md)."),
    ] = None,
    unlabelled: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="PATH",
            help='JSON lines {"text": …}: posts on which only the teacher is asked.',
        ),
    ] = None,
    finetune_only: Annotated[
        bool,
        typer.Option(
            "--finetune-only", help="Stop after fine-tuning; `mingjian export` does the rest."
        ),
    ] = False,
) -> None:
    """Make a small release: a few layers of a teacher learn its scores and embeddings.

    The student also learns from the labels of the Examples. An interrupted run goes on.

    蒸馏出一个小而快的发布。
    """
    quieten()
    from models.release import find_release
    from training.pipeline import AFTER_FINETUNE, STEPS, start_run, take
    from training.progress import announce
    from training.recipe import SMALL_RECIPE, load_recipe

    settings = load_recipe(recipe or SMALL_RECIPE)
    if epochs is not None:
        settings = settings.model_copy(update={"epochs": epochs})
    start = str(find_release(start_from)) if start_from else None
    run = start_run(
        data, out, start, settings, name, pairs or (), find_release(teacher), unlabelled or ()
    )
    take(run, STEPS[: -len(AFTER_FINETUNE)] if finetune_only else STEPS, announce)


def _train_baseline(prepared: Path, out: Path, labels: list[str]) -> None:
    from data.prepare import load_split
    from data.split import TEST
    from training.baseline import baseline_scores, run_baseline
    from training.metrics import auc
    from training.progress import track
    from training.truth import judged, label_matrix

    with track("linear model") as progress:
        path = run_baseline(prepared, out, labels, progress)
    test = load_split(prepared, TEST)
    table = Table("label", "positives", "negatives", "AUC")
    for column, label in enumerate(labels):
        scores = baseline_scores(path, TEST, label, test)
        posts = judged(test, label_matrix(test, labels)[:, column], scores)
        if 0 < posts.positives < len(posts.truth):
            table.add_row(label, str(posts.positives), str(posts.negatives), f"{auc(posts):.4f}")
    console().print(table)


def export(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="The --out of a training.")],
    data: Annotated[
        Path | None,
        typer.Option(help="The prepared folder, if it does not lie in the run."),
    ] = None,
) -> None:
    """Finish a fine-tuned run, here or on another machine: export, calibrate, evaluate.

    把微调好的模型导出为完整的发布。
    """
    quieten()
    from training.pipeline import AFTER_FINETUNE, take
    from training.progress import announce
    from training.run import load_run

    take(load_run(run_folder, data), AFTER_FINETUNE, announce)


def quieten() -> None:
    """Keep libraries from writing between our own lines; InvalidInput where they are missing."""
    if find_spec("torch") is None or find_spec("sklearn") is None:
        raise InvalidInput("training needs more than the serving install: run `make install-dev`")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
