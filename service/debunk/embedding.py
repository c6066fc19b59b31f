"""What entries mean to the release that is served: computed once for each text, then kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from data.debunks import Debunk
from models.scorer import Post, Scorer
from service.debunk.meaning import Vectors, normalised, views

# Windows of a long text that are compared; what comes later seldom says what it is about.
MOST_WINDOWS = 2
# Texts that pass through the model together, few enough that a caller's post waits but shortly.
TOGETHER = 8


def texts_of(content: Debunk) -> list[str]:
    """Return the texts of an entry that have a meaning of their own."""
    return [text for text in (content.claim, *content.variants, content.summary) if text.strip()]


def text_hash(text: str) -> str:
    """Return the name of a text among embeddings."""
    return hashlib.sha256(text.encode()).hexdigest()


class Embedder:
    """Turns texts into vectors with the release that judges posts."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer

    @property
    def fingerprint(self) -> str:
        """The release, and how texts are handed to it."""
        return hashlib.sha256(
            f"{self._scorer.release.fingerprint}/{MOST_WINDOWS}".encode()
        ).hexdigest()

    def embed(self, texts: Sequence[str]) -> list[Vectors]:
        """Return vectors [n, width] of length 1 of each text, one a window."""
        windows = [self._scorer.encode(Post(text)).windows[:MOST_WINDOWS] for text in texts]
        flat = [window for one in windows for window in one]
        if not flat:
            return []
        rows = normalised(self._scorer.infer(flat).embedding)
        ends = np.cumsum([len(one) for one in windows])
        return np.split(rows, ends[:-1])

    def query(self, post: Post) -> Vectors:
        """Return the vectors [n, width] of all windows of a post or a question."""
        windows = self._scorer.encode(post).windows
        return normalised(self._scorer.infer(windows).embedding)


def stacked(parts: Sequence[Vectors]) -> Vectors:
    """Return the vectors of an entry from those of its texts: the windows and each text's mean."""
    return np.vstack([views(part) for part in parts])
