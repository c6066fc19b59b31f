"""Parity: how far the scores of another precision are from those in f32, on our own posts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import ReleaseError
from models.jsonfile import read_object

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

# Beyond these a precision is not offered: the thresholds would no longer mean what they promise.
MOST_MEAN = 0.01
MOST_P99 = 0.1
MOST_CHANGED = 0.01


@dataclass(frozen=True, slots=True)
class Parity:
    """Differences of probabilities over `posts`.

    `mean` over posts and labels; `p99` and `largest` of the largest difference of each post;
    `changed` the share of flags, one a post and label, that turn at the release's thresholds;
    `embedding` the lowest cosine between the embeddings of one post.
    """

    posts: int
    mean: float
    p99: float
    largest: float
    changed: float
    embedding: float

    @property
    def within(self) -> bool:
        """Whether a release may be served in this precision."""
        return self.mean <= MOST_MEAN and self.p99 <= MOST_P99 and self.changed <= MOST_CHANGED

    def __str__(self) -> str:
        return (
            f"on {self.posts} posts probabilities differ by {self.mean:.4f} on average (at most "
            f"{MOST_MEAN}), by {self.p99:.3f} at the 99th percentile (at most {MOST_P99}), and "
            f"{self.changed:.2%} of the flags change (at most {MOST_CHANGED:.0%})"
        )

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return asdict(self)


def measure_parity(
    reference: NDArray[np.float64],
    other: NDArray[np.float64],
    thresholds: NDArray[np.float64],
    cosines: NDArray[np.float32],
) -> Parity:
    """Compare probabilities [posts, labels] of two precisions; `thresholds` [labels].

    `cosines` [rows] are those between the embeddings of the same row.
    """
    differences = np.abs(other - reference)
    worst = differences.max(axis=1)
    return Parity(
        posts=len(reference),
        mean=float(differences.mean()),
        p99=float(np.quantile(worst, 0.99)),
        largest=float(worst.max()),
        changed=float(((other >= thresholds) != (reference >= thresholds)).mean()),
        embedding=float(cosines.min()),
    )


def read_parity(path: Path) -> dict[str, Parity]:
    """Return the parity of each precision beside f32; empty where a release has no such file.

    Raises ReleaseError when the file cannot be used.
    """
    if not path.is_file():
        return {}
    try:
        return {name: Parity(**content) for name, content in read_object(path).items()}
    except TypeError as error:
        raise ReleaseError(f"{path} cannot be used ({error}); export the release again") from error
