"""`mingjian promote`: the gate before a candidate is served."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from mingjian.commands.tables import console
from mingjian.commands.training import quieten
from models.errors import InvalidInput

if TYPE_CHECKING:
    from training.gate.gate import Verdict
    from training.gate.row import Row


def register(app: typer.Typer) -> None:
    """Add the command to the main application."""
    app.command()(promote)


def promote(
    candidate: Annotated[str, typer.Argument(help="Folder of a run or a release.")],
    data: Annotated[
        list[Path],
        typer.Option(
            "--data",
            metavar="PATH...",
            help="Examples to judge by; of a prepared folder the held-out posts are taken.",
        ),
    ],
    champion: Annotated[
        str | None,
        typer.Option(metavar="RELEASE", help="What it is to follow; without it what is served."),
    ] = None,
    to: Annotated[
        Path | None, typer.Option(help="Folder of releases; without it models/releases.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Promote it although the gate refuses; needs --why.")
    ] = False,
    why: Annotated[str | None, typer.Option(help="Why it is forced; kept in the release.")] = None,
    json: Annotated[Path | None, typer.Option(help="Write the same table to this file.")] = None,
) -> None:
    """Judge a candidate against the release that is served; where it passes, serve it from now on.

    Exit status 1 where it is refused; the table says why.

    候选发布过关则上线：与现役发布逐项对比，通过才替换。
    """
    quieten()
    from models.jsonfile import write_json
    from models.release import RELEASES
    from training.gate.gate import judge_candidate
    from training.gate.limits import Limits
    from training.gate.promote import promote as install
    from training.progress import announce

    if force and not (why or "").strip():
        raise InvalidInput("--force is recorded: say why with --why")
    verdict = judge_candidate(candidate, data, champion, Limits(), announce)
    _print(verdict)
    if json is not None:
        write_json(json, verdict.to_json())
    if not verdict.passed and not force:
        typer.echo(_refusal(verdict), err=True)
        raise typer.Exit(1)
    folder = install(verdict, to or RELEASES, why if force else None)
    typer.echo(f"{folder} is the default from now on; restart the service to serve it", err=True)


def _print(verdict: Verdict) -> None:
    table = Table(
        "check", "on", "posts", "champion", "candidate", "difference (95 %)", "margin", "verdict",
        title=f"{verdict.name} after {verdict.champion}: "
        + ("passes" if verdict.passed else "refused"),
    )  # fmt: skip
    for row in verdict.rows:
        said = f"{row.verdict} (refused)" if row.refuses else row.verdict
        table.add_row(
            row.check,
            row.on,
            row.posts,
            _cell(row.champion),
            _cell(row.candidate),
            _difference(row),
            _cell(row.margin),
            f"{said}; {row.note}" if row.note else said,
        )
    console().print(table)


def _refusal(verdict: Verdict) -> str:
    reasons = [f"{row.check} of {row.on}: {row.verdict}" for row in verdict.rows if row.refuses]
    return (
        f"refused: {'; '.join(reasons)}. Where the evidence is too little, bring more posts that "
        "know these labels; --force --why promotes it all the same"
    )


def _difference(row: Row) -> str:
    if row.interval is None or row.candidate is None or row.champion is None:
        return "–"
    low, high = row.interval
    return f"{row.candidate - row.champion:+.3f} ({low:+.3f} to {high:+.3f})"


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
