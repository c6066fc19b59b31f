"""Fine-tuning in the time there is, with the champion as teacher."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.schema import Example
from data.split import CALIBRATION, TRAIN
from models.errors import InvalidInput
from training.finetune import Material, finetune
from training.pipeline import export_step
from training.progress import Announce
from training.retraining.clock import Deadline
from training.retraining.complete import complete
from training.retraining.plan import OWN, measure_rate, plan
from training.retraining.probe import probe
from training.retraining.start import Retraining, Wish, start_retraining
from training.teaching import Teaching
from training.truth import label_matrix

LEAST_PASSES = 0.5


def retrain(wish: Wish, announce: Announce) -> Path:
    """Make a candidate release from own Examples and return its folder.

    An interrupted retraining goes on when it is asked for again. Raises InvalidInput before
    anything is trained; see `start_retraining`.
    """
    work = start_retraining(wish, announce)
    learn(work, announce)
    export_step(work.run, announce)
    complete(work, announce)
    announce(f"{work.run.release} is ready after {work.clock.spent / 60:.1f} minutes")
    return work.run.release


def learn(work: Retraining, announce: Announce) -> None:
    """Fine-tune from the champion's weights, going on from the last checkpoint if there is one."""
    run = work.run
    if run.finetuned:
        announce("fine-tune: done before")
        return
    train = work.posts(TRAIN)
    if "posts_per_second" not in run.retrained:
        _plan(work, train, announce)
    told = told_by_user(train, run.labels, work.own_sources)
    teaching = Teaching(work.champion.folder, silent=told)
    start = run.base_model
    if work.added:
        start = str(probe(start, run.labels, work.added, train, run.recipe, run.out / "start"))
    deadline = Deadline(work.clock)
    seen = finetune(
        Material(train, work.posts(CALIBRATION), teaching=teaching),
        run.labels,
        start,
        run.recipe,
        run.out,
        callbacks=[deadline],
    )
    if deadline.share_done < 1:
        announce(f"the time was over after {deadline.share_done:.0%} of the steps")
    run.seen = {source: round(posts * deadline.share_done) for source, posts in seen.items()}
    run.retrained["steps_taken"] = deadline.share_done
    run.save()


def told_by_user(
    train: Sequence[Example], names: Sequence[str], own_sources: Collection[str]
) -> NDArray[np.bool_]:
    """Return [n, labels]: where the user says what holds, and the champion is not asked."""
    own = np.asarray([example.source in own_sources for example in train])
    told: NDArray[np.bool_] = (label_matrix(train, names) >= 0) & own[:, None]
    return told


def _plan(work: Retraining, train: Sequence[Example], announce: Announce) -> None:
    run, clock = work.run, work.clock
    drawn = random.Random(run.recipe.seed).sample(list(train), len(train))
    rate = measure_rate(run.base_model, work.champion.labels, drawn, run.recipe)
    run.recipe = plan(run.recipe, train, work.own_sources, rate, clock.left)
    passes = max(weight.epochs for weight in run.recipe.sources.values() if weight.why == OWN)
    if passes < LEAST_PASSES:
        least = clock.seconds / 60 * LEAST_PASSES / max(passes, 0.05)
        raise InvalidInput(
            f"this machine reads {rate:.1f} posts a second in training, so that {len(train):,} "
            f"do not fit: allow --minutes {least:.0f} or more, or bring fewer posts"
        )
    run.retrained["posts_per_second"] = round(rate, 2)
    run.save()
    announce(f"{rate:.1f} posts a second: own posts are read {passes:.1f} times")
