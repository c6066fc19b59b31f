"""`mingjian whatif`: what a changed policy or release would have done."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from mingjian.commands.tables import console

if TYPE_CHECKING:
    from rich.console import Console

    from service.whatif.schemas import LabelFlips, ReviewLoad, WhatifAnswer


def register(app: typer.Typer) -> None:
    """Add the command to the main application."""
    app.command()(whatif)


def whatif(  # noqa: PLR0913, PLR0917  each is an option of the command line
    policy: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE",
            help="The policy to try: a name, or a .yaml or .json file. Without it each post keeps "
            "the policy it was judged by.",
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="JSONL file of posts, with labels where they are known."),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Store of decisions; without it and --data MINGJIAN_DATABASE_URL."
        ),
    ] = None,
    against: Annotated[
        str, typer.Option(help="With --data: the policy that is compared with.")
    ] = "default",
    release: Annotated[
        str | None, typer.Option(help="Score the posts with this release, name or folder.")
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(min=1, help="How many posts; without it 5000 of the store, all of a file."),
    ] = None,
    reviews_per_hour: Annotated[
        float | None,
        typer.Option(min=0.001, help="Ask backwards: the policy that leads to at most so many."),
    ] = None,
    posts_per_hour: Annotated[
        float | None,
        typer.Option(
            min=0.001, help="How many posts come in an hour, where their times do not say."
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Try a policy or a release on recorded decisions or on a file; nothing is changed.

    把改过的策略或模型用到判定记录或文件上，看会有哪些变化、要复核多少。
    """
    from service.settings import load_settings
    from service.whatif.offline import Question, whatif_of_file, whatif_of_store

    settings = load_settings()
    question = Question(policy, against, release, sample, reviews_per_hour, posts_per_hour)
    if data is not None and database is not None:
        raise typer.BadParameter("give --data or --database, not both")
    if data is not None:
        answer = whatif_of_file(question, data, settings, _told)
        typer.echo(err=True)
    else:
        url = database or settings.database_url
        answer = asyncio.run(whatif_of_store(question, url, settings))
    if json:
        typer.echo(answer.model_dump_json(indent=2))
    else:
        show(answer, console())


def show(answer: WhatifAnswer, screen: Console) -> None:
    """Print an answer as tables."""
    left_out = f", {answer.left_out:,} left out" if answer.left_out else ""
    screen.print(
        f"{answer.posts:,} posts{left_out}; release {answer.release}; "
        f"policy {answer.policy or 'each its own'}"
    )
    _show_suggestions(answer, screen)
    _show_labels(answer.labels, screen)
    _show_load(answer, screen)
    if answer.target is not None:
        reached = answer.target
        screen.print(f"\nreaches {reached.reviews_per_hour:g} reviews an hour with this policy:\n")
        screen.print(reached.yaml)
    for note in answer.notes:
        screen.print(f"note: {note}")


def _show_suggestions(answer: WhatifAnswer, screen: Console) -> None:
    table = Table("suggestion", "then", "now")
    for name, then in answer.suggestions.then.items():
        table.add_row(name, f"{then:,}", f"{answer.suggestions.now[name]:,}")
    screen.print(table)
    for flip in answer.suggestions.flips:
        screen.print(f"{flip.then} -> {flip.now}: {flip.posts:,}")
        for sample in flip.samples[:3]:
            screen.print(f"  {sample.decision_id or ''}  {_line(sample.text)}")


def _show_labels(labels: list[LabelFlips], screen: Console) -> None:
    table = Table(
        "label", "then", "now", "newly", "no longer", "known 1/0", "precision now", "recall now"
    )
    for one in labels:
        measured = one.measured_now
        table.add_row(
            one.label,
            f"{one.then:,}",
            f"{one.now:,}",
            f"{one.newly:,}",
            f"{one.no_longer:,}",
            f"{one.known['positives']}/{one.known['negatives']}",
            _share(measured.precision, measured.precision_interval),
            _share(measured.recall, measured.recall_interval),
        )
    screen.print(table)


def _show_load(answer: WhatifAnswer, screen: Console) -> None:
    table = Table("reviews", "share of posts", "an hour", "a day", "busiest hour")
    for name, load in (("then", answer.load.then), ("now", answer.load.now)):
        table.add_row(name, *_load(load))
    screen.print(table)


def _load(load: ReviewLoad) -> tuple[str, str, str, str]:
    return (
        _share(load.share, None),
        _number(load.per_hour, load.per_hour_interval),
        _number(load.per_day, load.per_day_interval),
        "–" if load.busiest_hour is None else f"{load.busiest_hour:,}",
    )


def _share(value: float | None, bounds: list[float] | None) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" + (f" [{bounds[0]:.3f}, {bounds[1]:.3f}]" if bounds else "")


def _number(value: float | None, bounds: list[float] | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.1f}" + (f" [{bounds[0]:,.1f}, {bounds[1]:,.1f}]" if bounds else "")


def _line(text: str | None) -> str:
    return "(not stored)" if text is None else " ".join(text.split())


def _told(done: int) -> None:
    typer.echo(f"\r{done:,} posts scored", nl=False, err=True)
