"""The gate: every check of a candidate against the champion, in one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.clean import clean
from data.ordinary import FOLDER
from data.prepare import held_out_of, is_prepared, load_split
from data.readers import read_examples
from data.schema import Example
from data.split import TRAIN
from models.errors import InvalidInput
from models.jsonfile import read_object
from models.scorer import Scorer
from training.gate.limits import Limits
from training.gate.mechanics import parity_row, size_row, speed_row
from training.gate.quality import alarm_row, disguised_rows, label_rows, score_both
from training.gate.row import Row
from training.progress import Announce
from training.run import RUN


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says: the rows of its table, and on how many posts."""

    candidate: Path
    name: str
    fingerprint: str
    champion: str
    champion_fingerprint: str
    posts: int
    left_out: int
    rows: tuple[Row, ...]

    @property
    def passed(self) -> bool:
        """Whether no row refuses the candidate."""
        return not any(row.refuses for row in self.rows)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form; folders of this machine are left out."""
        return {
            "passed": self.passed,
            "candidate": {"name": self.name, "fingerprint": self.fingerprint},
            "champion": {"name": self.champion, "fingerprint": self.champion_fingerprint},
            "posts": self.posts,
            "left_out": self.left_out,
            "rows": [row.to_json() for row in self.rows],
        }


def judge_candidate(
    candidate: str | Path,
    data: Sequence[Path],
    champion: str | Path | None,
    limits: Limits,
    announce: Announce,
) -> Verdict:
    """Compare a candidate with the champion (the release that is served, if none is named).

    Posts that only the candidate was trained on are left out. Raises InvalidInput where nothing is
    left, ReleaseError for a folder that is damaged or scores otherwise than it promises.
    """
    ours, theirs = Scorer.open(candidate), Scorer.open(champion)
    examples, left_out = posts_for(data, Path(candidate), ours.release.folder)
    aside = f"; {left_out:,} that it was trained on are left out" if left_out else ""
    announce(f"judged on {len(examples):,} posts{aside}")
    both = score_both(ours, theirs, examples)
    rows = [*label_rows(both, limits)]
    announce("labels compared")
    ordinary = score_both(ours, theirs, with_own_ordinary(examples))
    rows.append(alarm_row(ordinary, limits))
    rows += disguised_rows(ours, theirs, both, limits)
    announce("disguised posts compared")
    rows.append(parity_row(ours, examples, limits))
    rows.append(size_row(ours.release.folder, theirs.release.folder, limits))
    rows.append(speed_row(ours, theirs, examples, limits))
    return Verdict(
        ours.release.folder,
        ours.release.name,
        ours.release.fingerprint,
        theirs.release.name,
        theirs.release.fingerprint,
        len(examples),
        left_out,
        tuple(rows),
    )


def posts_for(data: Sequence[Path], *candidate: Path) -> tuple[list[Example], int]:
    """Return the posts to judge by, and how many were left out as the candidate's training posts.

    Of a prepared folder the test splits are taken, of equal ids the last. What was rehearsed stays
    in: the champion knows those posts as well.
    """
    by_id = {example.id: example for example in read_examples(held_out_of(data))}
    examples = list(by_id.values())
    trained = _trained_on(candidate)
    left = [example for example in examples if clean(example).text not in trained]
    if not left:
        raise InvalidInput(
            "the candidate was trained on every one of these posts: name others with --data, such "
            "as the prepared folder of its run, of which the held-out posts are taken"
        )
    return left, len(examples) - len(left)


def _trained_on(folders: Sequence[Path]) -> set[str]:
    """Return the texts that the run of a candidate trained on, if its folder is at hand."""
    for folder in (place for named in folders for place in (named, named.parent)):
        prepared = folder / "prepared"
        if not (folder / RUN).is_file() or not is_prepared(prepared):
            continue
        own = read_object(folder / RUN).get("retrained", {}).get("own_sources")
        posts = load_split(prepared, TRAIN)
        return {post.text for post in posts if own is None or post.source in own}
    return set()


def with_own_ordinary(examples: Sequence[Example]) -> list[Example]:
    """Return the posts and our own ordinary ones, which hold every register."""
    known = {example.id for example in examples}
    own = read_examples(sorted(FOLDER.glob("ordinary_*.jsonl")))
    return [*examples, *(example for example in own if example.id not in known)]
