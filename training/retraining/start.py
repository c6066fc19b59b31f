"""The beginning of a retraining: read, refuse, rehearse, prepare, and write down what is made."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from data.prepare import PrepareReport, is_prepared, load_split, prepare
from data.schema import Example
from data.split import CALIBRATION, TEST, SplitSettings
from models.errors import InvalidInput
from models.jsonfile import read_object
from models.labels import own_label
from models.release import Release, find_release
from training.pipeline import LEAST_HELD_OUT
from training.progress import Announce, track
from training.recipe import RECIPES, load_recipe
from training.retraining.clock import Clock
from training.retraining.own import Own, read_own
from training.retraining.rehearsal import SAMPLE, rehearsal
from training.retraining.silence import Beside, held_beside, without_new_labels
from training.run import RUN, Run, environment, load_run, seen_by

RECIPE = RECIPES / "retrain.yaml"
LARGEST_SHARES = (0.4, 0.5)
SEEDS = 4
# Of a new label's held-out posts of one class, at least these calibrate, and as many test.
LEAST_OF_A_SPLIT = 8


@dataclass(frozen=True, slots=True)
class Wish:
    """What a user asks for: own Examples, the release to start from, new labels, the time."""

    data: Sequence[Path]
    out: Path
    start_from: str | None = None
    added: Sequence[str] = ()
    rehearse: Sequence[Path] = ()
    minutes: float = 15.0
    recipe: Path | None = None
    name: str | None = None


@dataclass(slots=True)
class Retraining:
    """A retraining under way: its run, the release it starts from, the user's sources, the time."""

    run: Run
    champion: Release
    own_sources: list[str]
    clock: Clock
    added: list[str] = field(default_factory=list)
    beside: Beside = field(default_factory=dict)

    def posts(self, split: str) -> list[Example]:
        """Return the prepared posts of a split, with what their silence on new labels means."""
        examples = load_split(self.run.prepared, split)
        if not self.run.recipe.retrain.silence_is_no:
            return examples
        return without_new_labels(examples, self.beside, self.own_sources)


def start_retraining(wish: Wish, announce: Announce) -> Retraining:
    """Read and prepare everything; nothing is trained yet.

    Raises InvalidInput for bad rows (file and line), for a new label with too few posts, and where
    `out` was begun with other posts, labels or another release.
    """
    recipe = load_recipe(wish.recipe or RECIPE)
    clock = Clock(wish.minutes * 60, recipe.retrain.reserve)
    champion = Release.load(find_release(wish.start_from))
    added = [own_label(name) for name in dict.fromkeys(wish.added) if name not in champion.labels]
    names = [*champion.labels, *added]
    own = read_own(wish.data, names, added)
    for label, number in own.aside.most_common():
        announce(f"label {label} is left aside ({number:,} posts); --add-label {label} trains it")
    beside = rehearsal(
        wish.rehearse or [SAMPLE], champion.labels, recipe.retrain.rehearsed, own.examples
    )
    mark = _fingerprint(champion, names, own.examples, beside)
    prepared = wish.out / "prepared"
    if (wish.out / RUN).is_file():
        run = _resumed(wish.out, mark, champion, wish.minutes)
        announce(f"going on with {wish.out}")
    else:
        corpus = _write_corpus(wish.out / "corpus", own, beside)
        report = _prepare(corpus, prepared, names, added, recipe.retrain.held_out)
        announce(f"{report.kept:,} posts of {report.read:,} kept: {report.splits}")
        windows = champion.windows
        run = Run(
            out=wish.out,
            name=wish.name or wish.out.name,
            base_model=str(champion.folder),
            recipe=recipe.model_copy(
                update={"max_length": windows.length, "window_overlap": windows.overlap}
            ),
            prepared=prepared,
            labels=names,
            not_judged=[name for name in champion.not_judged if name not in added],
            seen_before=seen_by(str(champion.folder)),
            environment=environment(),
            data=mark,
            retrained=_told(wish, champion, added, own, beside),
        )
        run.save()
    return Retraining(run, champion, own.sources, clock, added, held_beside(own.examples, added))


def _resumed(out: Path, mark: str, champion: Release, minutes: float) -> Run:
    if read_object(out / RUN).get("data") != mark or not is_prepared(out / "prepared"):
        raise InvalidInput(
            f"{out} was begun with other posts, labels or another release: name another --out, or "
            "remove it"
        )
    run = load_run(out)
    run.base_model = str(champion.folder)
    run.retrained["minutes"] = minutes
    return run


def _fingerprint(
    champion: Release, names: Sequence[str], own: Sequence[Example], beside: Sequence[Example]
) -> str:
    digest = hashlib.sha256(f"{champion.fingerprint} {' '.join(names)}\n".encode())
    for line in _lines([*own, *beside]):
        digest.update(line)
    return digest.hexdigest()


def _told(
    wish: Wish, champion: Release, added: Sequence[str], own: Own, beside: Sequence[Example]
) -> dict[str, Any]:
    """Return what run.json, metrics.json and the card say of where this comes from."""
    labels = [*champion.labels, *added]
    return {
        "from": champion.name,
        "from_fingerprint": champion.fingerprint,
        "added": list(added),
        "minutes": wish.minutes,
        "own_posts": len(own.examples),
        "own_sources": own.sources,
        "own_labels": {
            name: {"positives": counts[0], "negatives": counts[1]}
            for name in labels
            if any(counts := own.count(name))
        },
        "own_fingerprint": hashlib.sha256(b"".join(_lines(own.examples))).hexdigest(),
        "rehearsed_posts": len(beside),
        "rehearsed_sources": sorted({example.source for example in beside}),
    }


def _write_corpus(folder: Path, own: Own, beside: Sequence[Example]) -> list[Path]:
    """Write the posts as they were read; new labels stand in their place."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, examples in (("own", own.examples), ("rehearsal", beside)):
        if examples:
            files.append(folder / f"{name}.jsonl.gz")
            with gzip.GzipFile(files[-1], "wb", mtime=0) as file:
                file.writelines(_lines(examples))
    return files


def _lines(examples: Sequence[Example]) -> Iterator[bytes]:
    for example in examples:
        yield orjson.dumps(example.to_record(), option=orjson.OPT_APPEND_NEWLINE)


def _prepare(
    corpus: Sequence[Path], out: Path, names: Sequence[str], added: Sequence[str], share: float
) -> PrepareReport:
    """Prepare the corpus; hold out more, or draw anew, until new labels can be judged.

    Raises InvalidInput where no draw leaves enough posts of both classes.
    """
    seeds = ["mingjian", *(f"mingjian-{number}" for number in range(1, SEEDS))]
    short: dict[str, str] = {}
    for largest in (share, *(other for other in LARGEST_SHARES if other > share)):
        for seed in seeds:
            settings = SplitSettings(largest=largest, newest=0.0, seed=seed)
            with track("prepare") as progress:
                report = prepare(corpus, out, settings, names, progress)
            short = {name: told for name in added if (told := _too_few(report, name))}
            if not short:
                return report
    told = "; ".join(f"{name}: {counts}" for name, counts in short.items())
    raise InvalidInput(
        f"too few posts can be held out ({told}), alike ones kept together: bring more that differ"
    )


def _too_few(report: PrepareReport, name: str) -> str:
    """Return what is held out of a label where it is not enough, else nothing."""
    parts = [report.labels.get(split, {}).get(name, [0, 0]) for split in (CALIBRATION, TEST)]
    total = [sum(part[value] for part in parts) for value in (0, 1)]
    least = min(min(part) for part in parts)
    if min(total) >= LEAST_HELD_OUT and least >= LEAST_OF_A_SPLIT:
        return ""
    return f"{total[1]} positives and {total[0]} negatives held out"
