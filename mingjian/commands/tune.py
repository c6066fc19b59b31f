"""`mingjian tune`: measure how a release runs best on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from mingjian.commands.tables import console

if TYPE_CHECKING:
    from models.runtime.measuring import Found, Measured
    from models.scorer import Scorer
    from models.windows import TokenIds

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
# Every third post: a round takes a second or two, and lengths stay mixed.
THIN = 3


def register(app: typer.Typer) -> None:
    """Add the command to the main application."""
    app.command()(tune)


def tune(
    release: Annotated[
        str | None,
        typer.Option(help="Name or folder of a release; without it the one that is served."),
    ] = None,
    rounds: Annotated[
        int, typer.Option(min=1, help="Times each candidate is measured; more is steadier.")
    ] = 5,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what was measured, write nothing.")
    ] = False,
) -> None:
    """Measure precisions, lanes and batches on this machine and keep what is fastest.

    Run it once on the machine that serves, while nothing else runs there; it takes a minute or two.
    The choice goes to the file that MINGJIAN_TUNING names (var/tuning.json). The service reads it
    at its next start, where MINGJIAN_PRECISION is auto, and `mingjian score` does too. It holds for
    this release, this processor and this number of cores; run it again after a change.

    precision: arithmetic of the model, from f32 (exact) over bf16 to int8; only what the release
    offers and the processor computes in. lanes: passes side by side that share the cores.
    posts/s: how many posts the model reads when there are plenty. alone: milliseconds for one post.
    What scores wrongly on this machine is shown with the reason and never chosen.

    在本机实测哪种精度、并行方式和批量最快，并保存结果，供服务启动时使用。
    """
    from models.runtime.measuring import USUAL_TOKENS, search
    from models.runtime.processor import Processor
    from models.runtime.tuning import write_tuning
    from models.scorer import Scorer
    from service.settings import load_settings
    from training.progress import track

    settings = load_settings()
    scorer = Scorer.open(release or settings.release, precision="f32")
    served, processor = scorer.release, Processor.here()
    cores = settings.threads or processor.cores
    with track("measure") as progress:
        found = search(served, own_windows(scorer), cores, rounds, progress)
    _print(found, f"{served.name} on {processor.name}, {cores} of {processor.cores} cores")
    chosen = found.choice
    if not dry_run:
        measured = [one.to_json() for one in found.measured]
        path = Path(settings.tuning)
        write_tuning(path, served.fingerprint, processor, chosen.tuned, measured)
        typer.echo(f"written to {path}; the service takes it at its next start", err=True)
    if chosen.batch_tokens != USUAL_TOKENS:
        typer.echo(f"batches: set MINGJIAN_BATCH_TOKENS={chosen.batch_tokens}", err=True)


def own_windows(scorer: Scorer) -> list[TokenIds]:
    """Return posts of our own sample, which anybody has, as rows of token ids."""
    from data.readers import read_examples
    from models.scorer import Post

    posts = [Post(one.text, one.title or "") for one in read_examples([SAMPLE])][::THIN]
    return [window for post in posts for window in scorer.encode(post).windows]


def _print(found: Found, title: str) -> None:
    table = Table(
        "", "precision", "threads", "lanes", "batch tokens", "posts/s", "times", "alone ms",
        title=title,
    )  # fmt: skip
    first = next(one.rows_per_second for one in found.measured if not one.refused)
    for one in found.measured:
        candidate, tuned = one.candidate, one.candidate.tuned
        table.add_row(
            "*" if candidate == found.choice else "",
            tuned.precision,
            str(tuned.threads),
            str(tuned.lanes),
            f"{candidate.batch_tokens:,}",
            *_figures(one, first),
        )
    console().print(table)


def _figures(one: Measured, first: float) -> tuple[str, ...]:
    if one.refused:
        return (f"refused: {one.refused}",)
    return (
        f"{one.rows_per_second:,.0f}",
        f"{one.rows_per_second / first:.2f}",
        f"{one.single_ms:.2f}",
    )
