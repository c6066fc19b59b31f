"""The probes of a release with material of our own: disguise, identity words, debunking posts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from data.probes import debunking_posts, identity_words
from models.labels import RUMOUR
from models.scorer import Progress, Scorer
from training.evaluation.alarms import ALL
from training.evaluation.evasion import SEED, Evasion, measure_evasion, posts_to_score
from training.evaluation.identity import Identity, measure_identity, probe_posts
from training.evaluation.scored import Scored, score_examples
from training.metrics import Share, share_of
from training.truth import clusters_of


@dataclass(frozen=True, slots=True)
class Suite:
    """What the probes found.

    `evasion` is None where no labelled post was there to disguise. `debunking`: our own debunking
    posts that are called rumours, by register and `all`; `mistaken` names them.
    """

    seed: int
    evasion: Evasion | None
    identity: Identity
    debunking: dict[str, Share]
    mistaken: list[str]

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form; every comparison with its verdict."""
        content = asdict(self)
        if self.evasion is not None:
            for name, disguised in self.evasion.transforms.items():
                for label, compared in disguised.labels.items():
                    for measure, found in compared.items():
                        place = content["evasion"]["transforms"][name]["labels"][label]
                        place[measure]["verdict"] = found.verdict
        return content


def run_suite(scorer: Scorer, scored: Scored, progress: Progress = lambda _: None) -> Suite:
    """Run every probe; `scored` are labelled posts, of which a sample is disguised.

    `progress` is told how many of `suite_size` posts are done.
    """
    held = scored.under(scorer.release)
    disguises, words = posts_to_score(held), len(probe_posts(identity_words()))
    evasion = measure_evasion(scorer, held, progress)
    identity = measure_identity(scorer, progress=lambda done: progress(disguises + done))
    posts = list(debunking_posts())
    debunking = score_examples(scorer, posts, lambda done: progress(disguises + words + done))
    shares, mistaken = _called_rumours(debunking)
    return Suite(SEED, evasion, identity, shares, mistaken)


def suite_size(scored: Scored) -> int:
    """Return how many posts the probes score."""
    return (
        posts_to_score(scored)
        + len(probe_posts(identity_words()))
        + sum(1 for _ in debunking_posts())
    )


def _called_rumours(scored: Scored) -> tuple[dict[str, Share], list[str]]:
    if RUMOUR not in scored.names:
        return {}, []
    flagged = scored.flagged()[:, scored.names.index(RUMOUR)]
    registers = np.asarray([example.register_ for example in scored.examples])
    clusters = clusters_of(scored.examples)
    shares = {ALL: share_of(flagged, clusters)} | {
        name: share_of(flagged[registers == name], clusters[registers == name])
        for name in dict.fromkeys(registers.tolist())
    }
    return shares, [scored.examples[row].id for row in np.flatnonzero(flagged).tolist()]
