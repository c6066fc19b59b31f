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
    from training.evaluation.compare import Against
    from training.evaluation.deletion import Deletion
    from training.evaluation.evaluate import Evaluation
    from training.evaluation.scored import Scored
    from training.evaluation.suite import Suite

SHOWN_MEASURES = ("auc", "f1", "false_alarms", "calibration_error")


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
    html: Annotated[
        Path | None,
        typer.Option(help="Write the report, with plots, to this file; it quotes posts."),
    ] = None,
    suite: Annotated[
        bool,
        typer.Option(
            "--suite", help="Probe with disguised posts, identity words and debunks of our own."
        ),
    ] = False,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="RELEASE_OR_JSON",
            help="Compare with another release, or with what an earlier --json wrote.",
        ),
    ] = None,
    leave_one_out: Annotated[
        Path | None,
        typer.Option(help="Show in the report what `mingjian leave-one-out` wrote."),
    ] = None,
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
    from models.jsonfile import read_object, write_json
    from models.scorer import Scorer
    from training.evaluation.evaluate import evaluate as measure
    from training.evaluation.report import Report, render

    scorer = Scorer.open(release)
    examples = list(read_examples(held_out_of(data)))
    scored = _score(scorer, examples, "score")
    report = Report(measure(scorer, scored), scored)
    _print_labels(report.evaluation)
    _print_ordinary(report.evaluation)
    if leave_one_out is not None:
        report.leave_one_out = read_object(leave_one_out)
    if against is not None:
        report.against = _against(scored, against)
    if suite:
        report.suite = _suite(scorer, scored)
    if deletion:
        report.deletion = _deletion(scorer, examples)
    if json is not None:
        write_json(json, report.to_json())
    if html is not None:
        html.write_text(render(report), encoding="utf-8")


def _score(scorer: Scorer, examples: Sequence[Example], description: str) -> Scored:
    from training.evaluation.scored import score_examples
    from training.progress import count

    with count(description, len(examples)) as done:
        return score_examples(scorer, examples, done)


def _print_labels(result: Evaluation) -> None:
    from training.card import METRIC_HEAD, metric_cells

    table = Table(
        "label", "source", *METRIC_HEAD, title=f"{result.release}: {result.posts:,} posts"
    )
    for name, by_source in result.labels.items():
        for source, metrics in by_source.items():
            table.add_row(name, source, *(_cell(value) for value in metric_cells(metrics)))
    console().print(table)


def _print_ordinary(result: Evaluation) -> None:
    if not result.registers:
        return
    names = list(next(iter(result.registers.values())))
    table = Table("register", "posts", *names, title="ordinary posts wrongly flagged")
    for register, shares in result.registers.items():
        posts = str(next(iter(shares.values())).posts)
        table.add_row(register, posts, *(_percent(shares[name].share) for name in names))
    console().print(table)


def _against(scored: Scored, other: str) -> Against:
    from models.errors import InvalidInput
    from models.jsonfile import read_object
    from models.scorer import Scorer
    from training.evaluation.compare import compare_releases
    from training.evaluation.scored import scored_from_json

    if other.endswith(".json"):
        theirs = scored_from_json(read_object(Path(other)), scored.examples)
    else:
        theirs = _score(Scorer.open(other), scored.examples, "score the other")
    found = compare_releases(scored, theirs)
    if not found.posts:
        raise InvalidInput(f"{other} scored none of these posts: compare on the same --data")
    table = Table(
        "label", "measure", "this", "other", "difference", "95 %", "verdict",
        title=f"against {found.release}: {found.posts:,} posts, {len(found.flips):,} flags flipped",
    )  # fmt: skip
    for name, compared in found.labels.items():
        for measure in SHOWN_MEASURES:
            if (one := compared.get(measure)) is not None:
                low, high = one.interval
                sides = f"{one.ours:.3f}", f"{one.theirs:.3f}", f"{one.difference:+.3f}"
                table.add_row(name, measure, *sides, f"{low:+.3f} to {high:+.3f}", one.verdict)
    console().print(table)
    return found


def _suite(scorer: Scorer, scored: Scored) -> Suite:
    from training.evaluation.suite import run_suite, suite_size
    from training.progress import count

    with count("probe", suite_size(scored)) as done:
        found = run_suite(scorer, scored, done)
    if found.evasion is not None:
        labels = list(next(iter(found.evasion.transforms.values())).labels)
        posts = found.evasion.posts
        plain = _percent(found.evasion.alarms.share)
        table = Table(
            "disguise", *(f"{name} AUC" for name in labels), "ordinary flagged",
            title=f"what disguise costs, on {posts} posts ({plain} ordinary flagged undisguised)",
        )  # fmt: skip
        for transform, one in found.evasion.transforms.items():
            lost = [f"{one.labels[name]['auc'].difference:+.3f}" for name in labels]
            table.add_row(transform, *lost, _percent(one.alarms.share))
        console().print(table)
    words = Table("word", "group", "label", "shift", "flagged", title="words that move a score")
    for shift in found.identity.words[:10]:
        flagged = _percent(shift.flagged.share)
        words.add_row(shift.word, shift.group, shift.label, f"{shift.shift:+.3f}", flagged)
    console().print(words)
    return found


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


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
