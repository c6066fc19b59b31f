"""The evasion suite: the same posts in disguise, and what each disguise costs a release.

Positives and negatives are disguised alike, so that a release which takes disguise itself for an
offence is found out as well as one that is fooled by it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from data.disguise import TRANSFORMS, Transform
from data.schema import Example
from models.scorer import Progress, Scorer
from training.evaluation.alarms import ordinary_posts
from training.evaluation.compare import Comparison, compare_measures
from training.evaluation.scored import Scored, score_examples
from training.metrics import Share, share_of
from training.truth import clusters_of

SEED = 20261122
# Disguise is the way of short posts; long ones would cost most of the time and show little.
LONGEST = 200
POSITIVES, NEGATIVES, ORDINARY = 30, 20, 120
# The part of the characters that a disguise can change and does.
CHANGED = 0.3
MEASURES = ("auc", "recall", "false_alarms")


@dataclass(frozen=True, slots=True)
class Disguised:
    """What a disguise does: `changed` is the share of posts that it changes at all.

    `labels`: by label and measure, the disguised posts against the same posts as they are (the
    difference is negative where something is lost). `alarms`: ordinary posts with any flag.
    """

    changed: float
    labels: dict[str, dict[str, Comparison]]
    alarms: Share


@dataclass(frozen=True, slots=True)
class Evasion:
    """The suite over one sample: `posts` of it, `alarms` on its ordinary posts undisguised."""

    posts: int
    alarms: Share
    transforms: dict[str, Disguised]


def measure_evasion(
    scorer: Scorer, scored: Scored, progress: Progress = lambda _: None
) -> Evasion | None:
    """Disguise a sample of scored posts in every way and score it again; None without any post.

    `progress` is told how many of `posts_to_score` are done.
    """
    plain = scored.rows(sample(scored))
    if not plain.examples:
        return None
    found: dict[str, Disguised] = {}
    for done, (name, transform) in enumerate(TRANSFORMS.items()):
        changed = list(disguised(plain.examples, name, transform))
        now = score_examples(scorer, changed, _after(progress, done * len(changed)))
        found[name] = _compare(now, plain)
    return Evasion(len(plain.examples), _alarms(plain, plain), found)


def _after(progress: Progress, before: int) -> Progress:
    return lambda done: progress(before + done)


def posts_to_score(scored: Scored) -> int:
    """Return how many posts the suite scores."""
    return len(sample(scored)) * len(TRANSFORMS)


def sample(scored: Scored) -> list[int]:
    """Return places of short posts: of every label some of both classes, and ordinary posts.

    They are spread over sources and registers and drawn by a fixed seed.
    """
    chance = random.Random(SEED)
    short = np.asarray([len(e.text) <= LONGEST for e in scored.examples], dtype=bool)
    chosen: set[int] = set()
    for name in scored.names:
        truth = scored.truth_of(name)
        for value, most in ((1, POSITIVES), (0, NEGATIVES)):
            rows = np.flatnonzero(short & (truth == value)).tolist()
            chosen.update(
                _spread(rows, [scored.examples[row].source for row in rows], most, chance)
            )
    rows = np.flatnonzero(short & ordinary_posts(scored)).tolist()
    registers = [scored.examples[row].register_ for row in rows]
    chosen.update(_spread(rows, registers, ORDINARY, chance))
    return sorted(chosen)


def _spread(
    rows: Sequence[int], groups: Sequence[str], most: int, chance: random.Random
) -> Iterable[int]:
    """Draw up to `most` rows, one from each group in turn."""
    by_group: dict[str, list[int]] = {}
    for row, group in zip(rows, groups, strict=True):
        by_group.setdefault(group, []).append(row)
    for members in by_group.values():
        chance.shuffle(members)
    drawn: list[int] = []
    while len(drawn) < most and any(by_group.values()):
        drawn += [members.pop() for members in by_group.values() if members]
    return drawn[:most]


def disguised(examples: Sequence[Example], name: str, transform: Transform) -> Iterator[Example]:
    """Yield the posts in a disguise, title and text; the same post is always changed alike."""
    for example in examples:
        chance = random.Random(f"{SEED}/{name}/{example.id}")
        text = transform(example.text, chance, CHANGED)
        title = transform(example.title, chance, CHANGED) if example.title else example.title
        yield example.model_copy(update={"text": text or example.text, "title": title})


def _compare(now: Scored, plain: Scored) -> Disguised:
    labels: dict[str, dict[str, Comparison]] = {}
    for name in now.judged_labels:
        posts, before = now.of_label(name), plain.of_label(name)
        if not 0 < posts.positives < len(posts.truth):
            continue
        compared = compare_measures(posts, before.scores, (now.threshold(name),) * 2)
        labels[name] = {measure: compared[measure] for measure in MEASURES if measure in compared}
    pairs = zip(now.examples, plain.examples, strict=True)
    changed = [one.text != other.text for one, other in pairs]
    return Disguised(float(np.mean(changed)), labels, _alarms(now, plain))


def _alarms(now: Scored, plain: Scored) -> Share:
    rows = ordinary_posts(plain)
    return share_of(now.any_flag()[rows], clusters_of(plain.examples)[rows])
