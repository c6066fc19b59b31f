"""Parity says how far two precisions are apart, and what is too far."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.errors import ReleaseError
from models.jsonfile import write_json
from models.parity import MOST_CHANGED, MOST_MEAN, MOST_P99, Parity, measure_parity, read_parity

NEAR = Parity(posts=9, mean=0.001, p99=0.01, largest=0.02, changed=0.0, embedding=0.99)


def test_differences_are_measured_over_posts_and_labels() -> None:
    reference = np.array([[0.1, 0.9], [0.4, 0.6]])
    other = np.array([[0.1, 0.8], [0.6, 0.6]])
    found = measure_parity(reference, other, np.array([0.5, 0.5]), np.float32([0.9, 0.8]))
    assert found.posts == 2
    assert found.mean == pytest.approx(0.3 / 4)
    assert found.largest == pytest.approx(0.2)
    assert found.p99 == pytest.approx(0.199)
    assert found.changed == 1 / 4
    assert found.embedding == pytest.approx(0.8)


def test_each_bound_alone_refuses() -> None:
    assert NEAR.within
    assert not replace(NEAR, mean=MOST_MEAN * 1.1).within
    assert not replace(NEAR, p99=MOST_P99 * 1.1).within
    assert not replace(NEAR, changed=MOST_CHANGED * 1.1).within


def test_it_survives_the_file(tmp_path: Path) -> None:
    path = tmp_path / "parity.json"
    assert read_parity(path) == {}
    write_json(path, {"int8": NEAR.to_json()})
    assert read_parity(path) == {"int8": NEAR}
    write_json(path, {"int8": {"mean": 0.1}})
    with pytest.raises(ReleaseError, match="export the release again"):
        read_parity(path)
