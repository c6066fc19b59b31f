"""Where a release's knowledge comes from: sources, counts, licences, fingerprints."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

from data.prepare import REPORT, load_split
from data.sources import source_of
from data.split import TRAIN
from models.jsonfile import read_object
from training.run import Run, add_counts


def sources_of(run: Run) -> list[dict[str, Any]]:
    """Return the content of sources.json: one entry a source, also those that were left out.

    `seen` counts the posts that these weights were trained on, in this run and in those before.
    """
    report = read_object(run.prepared / REPORT)
    labels: dict[str, Counter[tuple[str, int]]] = {}
    digests: dict[str, Any] = {}
    examples: Counter[str] = Counter()
    for example in load_split(run.prepared, TRAIN):
        examples[example.source] += 1
        labels.setdefault(example.source, Counter()).update(example.labels.items())
        digests.setdefault(example.source, hashlib.sha256()).update(example.text.encode())
    seen = add_counts(run.seen, run.seen_before)
    found = []
    read_by_source = run.seen | report["read_by_source"]  # unlabelled posts were never prepared
    for source, read in read_by_source.items():
        known = labels.get(source, Counter())
        weight = run.recipe.sources.get(source)
        found.append(
            {
                "source": source,
                "licence": source_of(source).licence,
                "commercial": source_of(source).commercial,
                "read": read,
                "dropped": report["drops_by_source"].get(source, {}),
                "examples": examples[source],
                "seen": seen.get(source, 0),
                "why": weight.why if weight else "",
                "labels": {
                    name: {"positives": known[name, 1], "negatives": known[name, 0]}
                    for name in run.labels
                    if known[name, 0] + known[name, 1]
                },
                "fingerprint": digests[source].hexdigest() if source in digests else None,
            }
        )
    return found
