"""Leave one source out: what is a label worth on a source that no model has seen?

For each source a quick model and a linear one are trained on a bounded sample of all the others and
judged on that source alone. A split inside a source rewards knowing the source; this does not.
"""

from __future__ import annotations

import random
import shutil
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from data.prepare import load_split
from data.schema import Example
from data.split import CALIBRATION, SPLITS, TEST, TRAIN
from models.errors import InvalidInput
from models.jsonfile import read_object, write_json
from models.labels import LABEL_NAMES
from models.normaliser import Normaliser
from models.release import Release
from models.runtime import OpenVinoBackend
from models.scorer import Scorer
from models.windows import WindowSettings
from training.baseline import Linear
from training.evaluation.report import LEFT_OUT
from training.evaluation.scored import Scored, score_examples
from training.export import export_model
from training.finetune import Material, finetune
from training.metrics import Interval, measure
from training.network import load_network
from training.progress import Announce, count
from training.recipe import Recipe
from training.run import fingerprint_of, seen_by

SEED = 20261122
# Posts of each class of a label on which it is judged, and the fewest that tell anything.
JUDGED, LEAST = 400, 20
WITHIN = "its own posts of both classes"
BORROWED = "held-out {missing} of other sources, since it has none of its own"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A label on a source that the model has not seen; `note` says what it is held against.

    `linear_auc` is that of a linear model which learnt from the same posts. Both are None where
    nothing could be learnt without the source; `note` then says why.
    """

    positives: int
    negatives: int
    auc: float | None
    auc_interval: Interval | None
    linear_auc: float | None
    note: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is the same for every source: `posts` are those of one training sample."""

    prepared: Path
    out: Path
    base_model: str
    recipe: Recipe
    posts: int

    def settings(self) -> dict[str, Any]:
        """Return what a result depends on; a folder begun with others is refused."""
        return {
            "base_model": Path(self.base_model).name,
            "posts": self.posts,
            "seed": SEED,
            "data": fingerprint_of([self.prepared]),
            "recipe": self.recipe.model_dump(mode="json"),
        }


def leave_one_out(
    plan: Plan, sources: Sequence[str], minutes: float | None, announce: Announce
) -> Path:
    """Judge every source in turn and return the file of results.

    Without `sources`, those with enough positives are taken. After `minutes` no new source is
    begun. Sources that are done stay done and an interrupted training goes on. Raises InvalidInput
    for an unknown source, one that the base model has seen, and other settings than before.
    """
    content = _started(plan)
    examples = [example for name in SPLITS for example in load_split(plan.prepared, name)]
    chosen = _checked(sources or with_positives(examples), examples, plan)
    began = time.monotonic()
    for source in chosen:
        if source in content["sources"]:
            announce(f"{source}: done before")
            continue
        if minutes is not None and time.monotonic() - began > minutes * 60:
            announce(f"{minutes:g} minutes are over; the same command goes on with {source}")
            break
        start = time.monotonic()
        found, trained_on = judge_source(plan, source, examples)
        content["sources"][source] = {
            "trained_on": trained_on,
            "seconds": round(time.monotonic() - start),
            "labels": {name: asdict(one) for name, one in found.items()},
        }
        write_json(plan.out / LEFT_OUT, content)
        told = [
            f"{name} {one.auc:.3f} (linear {one.linear_auc:.3f})"
            for name, one in found.items()
            if one.auc is not None and one.linear_auc is not None
        ]
        announce(f"{source}: {', '.join(told) or 'nothing can be learnt without it'}")
    return plan.out / LEFT_OUT


def judge_source(
    plan: Plan, source: str, examples: Sequence[Example]
) -> tuple[dict[str, LeftOut], int]:
    """Train without a source; return what each of its labels is worth and how many posts taught."""
    own = [example for example in examples if example.source == source]
    related = {example.cluster for example in own if example.cluster is not None}
    others = [e for e in examples if e.source != source and e.cluster not in related]
    train = training_sample([e for e in others if e.split == TRAIN], plan.posts)
    names = learnable(train)
    judged = judged_sample(own, [e for e in others if e.split == TEST])
    wanted = _labels_of(own)
    if not set(names) & set(wanted):
        return {name: _unlearnable(own, name) for name in wanted}, len(train)
    folder = plan.out / source
    watch = training_sample([e for e in others if e.split == CALIBRATION], plan.posts // 4)
    finetune(Material(train, watch), names, plan.base_model, plan.recipe, folder)
    scored = _score(plan, folder, judged, names)
    shutil.rmtree(folder)
    linear = _by_linear(scored, Linear(train, names))
    found = {
        name: _judge(scored, linear, source, name) if name in names else _unlearnable(own, name)
        for name in wanted
    }
    return found, len(train)


def with_positives(examples: Sequence[Example]) -> list[str]:
    """Return the sources with enough positives of any label."""
    counts = Counter(
        (e.source, name) for e in examples for name, value in e.labels.items() if value
    )
    return sorted({source for (source, _), count in counts.items() if count >= LEAST})


def training_sample(examples: Sequence[Example], most: int) -> list[Example]:
    """Draw up to `most` posts, as many of each source as there are, by a fixed seed."""
    chance = random.Random(SEED)
    by_source: dict[str, list[Example]] = {}
    for example in examples:
        by_source.setdefault(example.source, []).append(example)
    drawn: list[Example] = []
    # The smallest sources first: what they lack is shared among the rest.
    for left, members in enumerate(sorted(by_source.values(), key=len)):
        share = (most - len(drawn)) // (len(by_source) - left)
        drawn += chance.sample(members, min(share, len(members)))
    return drawn


def judged_sample(own: Sequence[Example], others: Sequence[Example]) -> list[Example]:
    """Draw posts of a source, some of each class of its labels; of others where a class lacks."""
    chance = random.Random(SEED)
    drawn: dict[str, Example] = {}
    for name in _labels_of(own):
        for value in (0, 1):
            mine = [e for e in own if e.labels.get(name) == value]
            pool = (
                mine if len(mine) >= LEAST else [e for e in others if e.labels.get(name) == value]
            )
            chosen = chance.sample(pool, min(JUDGED, len(pool)))
            drawn |= {example.id: example for example in chosen}
    return list(drawn.values())


def learnable(train: Sequence[Example]) -> list[str]:
    """Return the labels of which a sample holds enough of both classes."""
    counts = Counter(pair for example in train for pair in example.labels.items())
    return [n for n in LABEL_NAMES if min(counts[n, 0], counts[n, 1]) >= LEAST]


def _labels_of(own: Sequence[Example]) -> list[str]:
    counts = Counter(pair for example in own for pair in example.labels.items())
    return [n for n in LABEL_NAMES if max(counts[n, 0], counts[n, 1]) >= LEAST]


def _by_linear(scored: Scored, linear: Linear) -> Scored:
    """Return the same posts as a linear model scores them."""
    given = linear.scores(scored.examples)
    return replace(scored, probabilities=np.stack([given[n] for n in scored.names], axis=1))


def _judge(scored: Scored, linear: Scored, source: str, name: str) -> LeftOut:
    """Judge a label on the posts of a source; a class it lacks comes from the others."""
    truth = scored.truth_of(name)
    own = [example.source == source for example in scored.examples]
    counts = [
        sum(mine and value == t for mine, t in zip(own, truth, strict=True)) for value in (0, 1)
    ]
    lacking = [value for value in (0, 1) if counts[value] < LEAST]
    rows = [
        row for row, mine in enumerate(own) if (truth[row] in lacking) != mine and truth[row] >= 0
    ]
    found = measure(scored.rows(rows).of_label(name), 0.5, interval=True)
    mark = measure(linear.rows(rows).of_label(name), 0.5)
    missing = " and ".join(("negatives", "positives")[value] for value in lacking)
    note = BORROWED.format(missing=missing) if lacking else WITHIN
    return LeftOut(found.positives, found.negatives, found.auc, found.auc_interval, mark.auc, note)


def _unlearnable(own: Sequence[Example], name: str) -> LeftOut:
    positives, negatives = (sum(e.labels.get(name) == value for e in own) for value in (1, 0))
    note = f"too few posts of both classes elsewhere to learn {name} from"
    return LeftOut(positives, negatives, None, None, None, note)


def _score(plan: Plan, folder: Path, examples: Sequence[Example], names: Sequence[str]) -> Scored:
    model, tokenizer = load_network(str(folder / "model"), names)
    export_model(model, tokenizer, folder / "release")
    draft = Release.draft(folder / "release", Normaliser())
    windows = WindowSettings(plan.recipe.max_length, plan.recipe.window_overlap)
    draft = replace(draft, calibration=replace(draft.calibration, windows=windows))
    scorer = Scorer(draft, OpenVinoBackend(draft.folder))
    with count("judge", len(examples)) as done:
        return score_examples(scorer, examples, done)


def _started(plan: Plan) -> dict[str, Any]:
    path, settings = plan.out / LEFT_OUT, plan.settings()
    if not path.is_file():
        plan.out.mkdir(parents=True, exist_ok=True)
        content: dict[str, Any] = {**settings, "sources": {}}
        write_json(path, content)
        return content
    content = read_object(path)
    different = [name for name, value in settings.items() if content.get(name) != value]
    if different:
        raise InvalidInput(
            f"{plan.out} was begun with another {', '.join(different)}: name another --out, or "
            "remove it"
        )
    return content


def _checked(sources: Sequence[str], examples: Sequence[Example], plan: Plan) -> Sequence[str]:
    known = {example.source for example in examples}
    if unknown := [source for source in sources if source not in known]:
        raise InvalidInput(
            f"no posts of {', '.join(unknown)}: choose among {', '.join(sorted(known))}"
        )
    seen = seen_by(plan.base_model)
    if spoilt := [source for source in sources if seen.get(source)]:
        raise InvalidInput(
            f"{plan.base_model} was trained on {', '.join(spoilt)}: start from an encoder that has "
            "seen none of it"
        )
    return sources
