"""`mingjian data prepare`: read → validate → normalise → de-duplicate → split → check leaks."""

from __future__ import annotations

import gzip
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson

from data.clean import clean
from data.corrections import correct
from data.deduplicate import deduplicate
from data.leaks import Leak, find_leaks
from data.readers import read_examples
from data.relabel import relabel
from data.schema import Example
from data.split import SPLITS, TEST, TEST_TIME, SplitSettings, split
from models.errors import InvalidInput
from models.labels import LABEL_NAMES
from models.normaliser import VERSION, Normaliser

READ_CHARACTERS = 2_000
REPORT = "report.json"


@dataclass(slots=True)
class PrepareReport:
    """What happened to a corpus: every Example is in `kept` or in `drops` under a reason.

    `corrected` counts by source those whose label data/corrections.yaml changed, `relabelled` those
    that the rules of data/relabel.yaml gave a label, by source and label: [zeros, ones].
    """

    read: int = 0
    kept: int = 0
    drops: dict[str, int] = field(default_factory=dict)
    drops_by_source: dict[str, dict[str, int]] = field(default_factory=dict)
    read_by_source: dict[str, int] = field(default_factory=dict)
    splits: dict[str, int] = field(default_factory=dict)
    labels: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    left_aside: dict[str, int] = field(default_factory=dict)
    corrected: dict[str, int] = field(default_factory=dict)
    relabelled: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    leaks: list[dict[str, object]] = field(default_factory=list)
    fingerprint: str = ""
    normaliser: str = VERSION


def prepare(
    paths: Iterable[Path],
    out: Path,
    settings: SplitSettings | None = None,
    labels: Sequence[str] = LABEL_NAMES,
    progress: Callable[[Iterable[int]], Iterable[int]] = lambda steps: steps,
) -> PrepareReport:
    """Read Examples under `paths`; write `SPLIT.jsonl.gz` files and `report.json` to `out`.

    Raises InvalidInput when a row is bad (nothing is dropped in silence) or nothing is left.
    """
    if out.exists() and not out.is_dir():
        raise InvalidInput(f"{out} is a file: name a folder for the splits")
    report = PrepareReport()
    examples = list(_known(read_examples(paths), labels, report))
    if not examples:
        raise InvalidInput(f"no Example knows a label of {', '.join(labels)}: nothing to prepare")
    normaliser = Normaliser()

    def normalise(text: str) -> str:
        return normaliser(text[:READ_CHARACTERS]).text

    unique = deduplicate(examples, normalise, progress)
    if not unique.examples:
        raise InvalidInput("equal posts contradict each other and nothing is left: mend the labels")
    for source, drops in unique.dropped_from.items():
        report.drops_by_source.setdefault(source, {}).update(drops)
    splits = split(unique.examples, unique.clusters, settings or SplitSettings())
    placed = [
        example.model_copy(update={"split": name, "cluster": cluster})
        for example, name, cluster in zip(unique.examples, splits, unique.clusters, strict=True)
    ]
    _count(report, placed, find_leaks(unique.examples, splits, normalise))
    _write(out, placed, report)
    return report


def _known(
    examples: Iterable[Example], labels: Sequence[str], report: PrepareReport
) -> Iterator[Example]:
    """Yield cleaned Examples with the labels in use; count those that know none."""
    aside: Counter[str] = Counter()
    read: Counter[str] = Counter()
    drops: dict[str, Counter[str]] = {}
    corrected: Counter[str] = Counter()
    for given in examples:
        example = correct(given)
        corrected[example.source] += example is not given
        read[example.source] += 1
        known = {name: value for name, value in example.labels.items() if name in labels}
        aside.update(set(example.labels) - set(known))
        if known:
            told = relabel(clean(example.model_copy(update={"labels": known})))
            for name in told.labels.keys() - known.keys():
                of_source = report.relabelled.setdefault(example.source, {})
                of_source.setdefault(name, [0, 0])[told.labels[name]] += 1
            yield told
        else:
            drops.setdefault(example.source, Counter())["no_known_label"] += 1
    report.read = sum(read.values())
    report.read_by_source = dict(read)
    report.left_aside = dict(aside)
    report.corrected = {source: count for source, count in corrected.items() if count}
    report.drops_by_source = {source: dict(counts) for source, counts in drops.items()}


def _count(report: PrepareReport, placed: Sequence[Example], leaks: Sequence[Leak]) -> None:
    report.kept = len(placed)
    report.splits = dict(Counter(str(example.split) for example in placed))
    total: Counter[str] = Counter()
    for counts in report.drops_by_source.values():
        total.update(counts)
    report.drops = dict(total)
    report.leaks = [asdict(leak) for leak in leaks]
    for example in placed:
        of_split = report.labels.setdefault(str(example.split), {})
        for name, value in example.labels.items():
            of_split.setdefault(name, [0, 0])[value] += 1


def _write(out: Path, placed: Sequence[Example], report: PrepareReport) -> None:
    out.mkdir(parents=True, exist_ok=True)
    # The report comes last: a folder without one is not taken for prepared.
    (out / REPORT).unlink(missing_ok=True)
    digest = hashlib.sha256()
    for name in SPLITS:
        lines = [orjson.dumps(e.to_record()) + b"\n" for e in placed if e.split == name]
        digest.update(b"".join(lines))
        path = out / f"{name}.jsonl.gz"
        with gzip.GzipFile(path, "wb", compresslevel=6, mtime=0) as file:  # the same every time
            file.writelines(lines)
    report.fingerprint = digest.hexdigest()
    (out / REPORT).write_bytes(orjson.dumps(asdict(report), option=orjson.OPT_INDENT_2))


def is_prepared(folder: Path) -> bool:
    """Whether `folder` was written by `prepare`."""
    return (folder / REPORT).is_file() and (folder / f"{SPLITS[0]}.jsonl.gz").is_file()


def load_split(folder: Path, name: str) -> list[Example]:
    """Read one split of a prepared folder."""
    return list(read_examples([folder / f"{name}.jsonl.gz"]))


def held_out_of(paths: Iterable[Path]) -> list[Path]:
    """Replace every prepared folder among `paths` by the files of its test splits."""
    found: list[Path] = []
    for path in paths:
        tests = [path / f"{name}.jsonl.gz" for name in (TEST, TEST_TIME)]
        found += tests if path.is_dir() and is_prepared(path) else [path]
    return found
