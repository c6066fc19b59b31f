"""False alarms where nothing is wrong: on ordinary posts, and on posts that debunk a rumour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.labels import RUMOUR
from training.evaluation.scored import Scored
from training.metrics import Share, share_of
from training.truth import clusters_of, low_quality_truth

ALL, ANY = "all", "any"
# As posts they quote a rumour and are none: calling one a rumour is the worst of false alarms.
DEBUNKS = ("debunk_articles",)


def ordinary_posts(scored: Scored) -> NDArray[np.bool_]:
    """Return which posts [n] are known to be ordinary: no label holds, and we know enough."""
    quiet = np.asarray([not example.labels.get(RUMOUR) for example in scored.examples], dtype=bool)
    known: NDArray[np.bool_] = low_quality_truth(scored.examples, scored.names) == 0
    return quiet & known


def false_alarms(scored: Scored, groups: Sequence[str]) -> dict[str, dict[str, Share]]:
    """Return, per group of ordinary posts, the share that each label and any label wrongly flags.

    `groups` names the register or source of each post [n]; the group `all` holds every one.
    """
    ordinary, flagged = ordinary_posts(scored), scored.flagged()
    clusters, of = clusters_of(scored.examples), np.asarray(groups)
    names = sorted(set(of[ordinary].tolist()))
    found = {}
    for group in [ALL, *names] if names else []:
        rows = ordinary if group == ALL else ordinary & (of == group)
        columns = [*flagged[rows].T, scored.any_flag()[rows]]
        found[group] = {
            name: share_of(column, clusters[rows])
            for name, column in zip((*scored.names, ANY), columns, strict=True)
        }
    return found


def debunks_called_rumours(scored: Scored) -> dict[str, Share]:
    """Return, per source of debunking posts, the share that is flagged as a rumour."""
    if RUMOUR not in scored.names:
        return {}
    flagged = scored.flagged()[:, scored.names.index(RUMOUR)]
    of = np.asarray([example.source for example in scored.examples])
    clusters = clusters_of(scored.examples)
    return {
        source: share_of(flagged[of == source], clusters[of == source])
        for source in DEBUNKS
        if (of == source).any()
    }
