"""Mingjian beside its peers on the same weights, posts and machine, in turns: `make bench`.

Writes the table, the figures and the plots into benchmarks/results/ and compares with the result
that was committed before.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from benchmarks.harness import curves, machine, plots, report, servers, turns, workload
from benchmarks.harness.figures import INFINITY, MINGJIAN, PIPELINE, SPARING, limits, ratios
from benchmarks.harness.turns import Contest, Subject
from models.jsonfile import read_object
from models.layout import Layout
from models.release import find_release

RESULTS = workload.ROOT / "benchmarks" / "results"
SHARING = (
    "“{name}” is the service as it ships; there {share:.0%} of the posts are repeated among the "
    "last thousand, the others are new."
)
USUAL = {"seconds": 12.0, "rounds": 3}
QUICK = {"seconds": 3.0, "rounds": 2}


@dataclass
class Entrant:
    """A release of the run: who takes turns on it, and what the bare runtime needs to know."""

    name: str
    folder: Path
    subjects: list[Subject]
    precision: str


def main() -> None:
    """Measure, print, write."""
    options = parse_options()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        texts, source = workload.draw(options.posts, options.draw)
        posts = workload.write_texts(texts, Path(folder) / "posts.jsonl")
        lines = workload.write_texts(
            [texts[n % len(texts)] for n in range(options.file_posts)], Path(folder) / "file.jsonl"
        )
        contest = Contest(posts, Path(folder), options.seconds)
        folders = [find_release(name) for name in options.release or [None]]
        reference = max(folders, key=_layers)
        entrants = [
            enter(stack, contest, one, options, with_peers=one == reference or options.all_peers)
            for one in dict.fromkeys(folders)
        ]
        told = first_calls(contest, entrants)
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
            play(contest, entrants, number, lines)
        result: dict[str, Any] = {
            "machine": machine.describe(),
            "workload": workload.describe(texts, source) | told,
            "settings": vars_of(options),
            "sharing": SHARING.format(name=SPARING, share=options.repeated),
            "facts": contest.facts,
            "curves": {},
        }
        if not options.no_curves:
            first = entrants[0]
            result["curves"] = {
                first.name: curves.measure(contest, first.subjects[0], first.folder)
            }
        names = entrants[0].name, reference_name(entrants, reference)
        publish(contest, result, *names, options.results)


def parse_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--release", nargs="*", help="names or folders; the first counts as the default release"
    )
    parser.add_argument("--posts", type=Path, nargs="*", default=[], help="JSONL files with a text")
    parser.add_argument("--draw", type=int, default=2500, help="posts to draw")
    parser.add_argument("--quick", action="store_true", help=f"other defaults: {QUICK}")
    parser.add_argument("--seconds", type=float, help="of each turn (12)")
    parser.add_argument("--rounds", type=int, help="turns of everyone (3)")
    parser.add_argument("--repeated", type=float, default=0.3, help="share with the cache on")
    parser.add_argument("--file-posts", type=int, default=5120, help="for `mingjian score`")
    parser.add_argument("--dtype", default="float32", help="arithmetic of the torch peers")
    parser.add_argument("--all-peers", action="store_true", help="peers on every release")
    parser.add_argument("--no-peers", action="store_true", help="only the bare runtime beside us")
    parser.add_argument("--no-curves", action="store_true", help="leave out how cost grows")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder for what it finds")
    options = parser.parse_args()
    usual = QUICK if options.quick else USUAL
    options.seconds = options.seconds or usual["seconds"]
    options.rounds = options.rounds or usual["rounds"]
    return options


def vars_of(options: argparse.Namespace) -> dict[str, Any]:
    """Return what the run was asked, without paths of the machine."""
    arguments = [word for word in sys.argv[1:] if not word.startswith("/")]
    return {
        "command": shlex.join(["make", "bench", f"ARGS={shlex.join(arguments)}"]),
        "seconds": options.seconds,
        "rounds": options.rounds,
        "peer_dtype": options.dtype,
        "repeated": options.repeated,
    }


def enter(
    stack: ExitStack,
    contest: Contest,
    folder: Path,
    options: argparse.Namespace,
    *,
    with_peers: bool,
) -> Entrant:
    """Start every server of a release; they stand still until their turn."""
    plain = servers.mingjian(contest.folder, str(folder), servers.SPARING_OFF)
    first = turns.enter(stack, plain, MINGJIAN, folder.name, contest.folder)
    name = first.release
    contest.facts.setdefault("start_s", {})[name] = first.server.started_s
    sparing = servers.mingjian(contest.folder, str(folder))
    second = turns.enter(stack, sparing, SPARING, name, contest.folder)
    second.shapes, second.repeated = ("b", "c"), options.repeated
    subjects = [first, second]
    peers = {PIPELINE: servers.pipeline, INFINITY: servers.infinity}
    for peer, command in peers.items() if with_peers and not options.no_peers else ():
        asked = command(folder, options.dtype)
        if servers.installed(asked.name):
            subjects.append(turns.enter(stack, asked, peer, name, contest.folder))
        else:
            print(f"{peer} is not installed: `make bench` does it", file=sys.stderr)
    return Entrant(name, folder, subjects, first.precision)


def first_calls(contest: Contest, entrants: list[Entrant]) -> dict[str, float]:
    """Warm everything up, check that the peers carry the same weights, and tell of the tokens."""
    told: dict[str, float] = {}
    for entrant in entrants:
        called = contest.call_bare(
            entrant.name, entrant.folder, entrant.precision, batches=(32,), seconds=0.5
        )
        told = {name: called[name] for name in ("tokens_mean", "tokenizer_rate")}
        for subject in entrant.subjects:
            if subject.name in (PIPELINE, INFINITY):
                differs = turns.same_weights(
                    subject, entrant.folder, contest.posts, called["probabilities"]
                )
                key = f"{entrant.name}: {subject.name}"
                contest.facts.setdefault("same_weights", {})[key] = differs
    return told


def play(contest: Contest, entrants: list[Entrant], number: int, lines: Path) -> None:
    """Give everyone one turn; the order turns round each time."""
    turn = [
        (lambda subject=subject: contest.serve(subject, number))
        for entrant in entrants
        for subject in entrant.subjects
    ]
    for entrant in entrants:
        known = (entrant.name, entrant.folder, entrant.precision)
        turn.append(lambda known=known: contest.bare(*known))
        turn.append(lambda known=known: contest.file(*known, lines))
    for take in turn if number % 2 == 0 else reversed(turn):
        take()


def publish(
    contest: Contest, result: dict[str, Any], default: str, reference: str, folder: Path
) -> None:
    """Print and write what was found, beside what was committed before."""
    folder.mkdir(exist_ok=True)
    found = ratios(contest.rows, default, reference) + limits(contest.facts, default)
    result["ratios"] = [asdict(one) | {"median": one.median, "met": one.met} for one in found]
    result["rows"] = [asdict(row) for row in contest.rows]
    earlier = machine.committed(RESULTS / "bench.json")
    before = (
        {one["name"]: one["median"] for one in orjson.loads(earlier)["ratios"]} if earlier else {}
    )
    drawn = [plots.throughput(contest.rows, reference, folder / "throughput.svg")]
    for name, found_curves in result["curves"].items():
        drawn.append(plots.growth(found_curves, name, folder / "growth.svg"))
    (folder / "bench.json").write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2) + b"\n")
    names = [path.name for path in drawn]
    text = report.page(result, found, contest.rows, before, names)
    (folder / "bench.md").write_text(text, encoding="utf-8")
    report.show("Ratios", report.RATIO_HEAD, report.ratio_cells(found, before))
    report.show("Rows", report.ROW_HEAD, report.row_cells(contest.rows))
    report.show("Beside them", report.FACT_HEAD, report.facts(contest.facts))


def reference_name(entrants: list[Entrant], folder: Path) -> str:
    """Return the name of the release in a folder."""
    return next(entrant.name for entrant in entrants if entrant.folder == folder)


def _layers(folder: Path) -> int:
    return int(read_object(Layout(folder).config)["num_hidden_layers"])


if __name__ == "__main__":
    main()
