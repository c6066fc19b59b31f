"""`mingjian words …`: try words before they go live."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.table import Table

from mingjian.commands.tables import console

if TYPE_CHECKING:
    from rich.console import Console

    from service.word.schemas import LintAnswer, LintEntry

Kind = Literal["block", "review", "allow"]
# Samples that are printed of one word.
SHOWN = 3

app = typer.Typer(
    name="words",
    help="Word lists (docs/words.md).\n\n词表。",
    no_args_is_help=True,
)


@app.callback()
def _group() -> None:
    """Keep `lint` a command of its own while it is the only one."""


@app.command()
def lint(
    patterns: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WORD]...", help="Words or patterns, such as '大麻' or '高仿&加微信~招聘'."
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            help="A file of words: .txt (one a line, # begins a comment), .csv, .tsv or .jsonl."
        ),
    ] = None,
    kind: Annotated[Kind, typer.Option(help="What the list they are for does.")] = "block",
    list_: Annotated[
        str | None,
        typer.Option(
            "--list", metavar="NAME", help="The list they are for; its own words are no conflict."
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="POSTS",
            help="JSONL file of posts to try them on; a post whose labels are all 0 is ordinary.",
        ),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Store with the lists and, without --data, the posts; by default "
            "MINGJIAN_DATABASE_URL.",
        ),
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(min=1, help="How many posts; without it 5000 of the store, all of a file."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Try words on what was scored, or on a file, before they go live; nothing is stored.

    Ends with 1 where a word cannot be read.

    词语上线之前，先在已有帖子上试一遍：命中多少、哪些像误伤、和现有词表有何冲突。
    """
    from service.logs import configure_logs
    from service.settings import load_settings
    from service.word.offline import Trial
    from service.word.offline import lint as try_words

    configure_logs("warning")
    settings = load_settings()
    trial = Trial(kind, tuple(patterns or ()), file, list_, sample)
    url = database or settings.database_url
    answer = asyncio.run(try_words(trial, settings, data, url))
    if json:
        typer.echo(answer.model_dump_json(indent=2))
    else:
        show(answer, console())
    if any(one.status == "invalid" for one in answer.entries):
        raise typer.Exit(1)


def show(answer: LintAnswer, screen: Console) -> None:
    """Print a table of the words, then what speaks against each."""
    screen.print(
        f"tried on {answer.traffic:,} posts and {answer.ordinary:,} ordinary posts of ours "
        "(data/sample)"
    )
    table = Table("word", "read as", "status", "hits", "share", "likely false", "in ordinary")
    for one in answer.entries:
        table.add_row(
            one.pattern or f"line {one.line}",
            one.read_as or "–",
            one.status,
            f"{one.hits.posts:,}",
            f"{one.share:.2%}" if answer.traffic else "–",
            f"{one.false_alarms.posts:,}",
            f"{one.ordinary.posts:,}",
        )
    screen.print(table)
    for one in answer.entries:
        _show_remarks(one, screen)


def _show_remarks(one: LintEntry, screen: Console) -> None:
    if one.detail is None and not one.warnings:
        return
    screen.print(f"\n{one.pattern or f'line {one.line}'}")
    if one.detail is not None:
        screen.print(f"  invalid: {one.detail}")
    for warning in one.warnings:
        screen.print(f"  {warning.code}: {warning.detail}")
    for name, found in (("likely false", one.false_alarms), ("ordinary", one.ordinary)):
        for sample in found.samples[:SHOWN]:
            screen.print(f"    {name}: {sample.id or ''}  {' '.join(sample.text.split())}")
