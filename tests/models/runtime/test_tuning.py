"""What tune found holds for one release on one processor, and for nothing else."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from models.errors import InvalidInput, ReleaseError
from models.jsonfile import read_object, write_json
from models.release import Release
from models.runtime import Backend
from models.runtime.measuring import Candidate, Measured, choose, search
from models.runtime.opening import open_backend, usual_lanes
from models.runtime.openvino_backend import OpenVinoBackend
from models.runtime.processor import Processor
from models.runtime.tuning import Tuned, read_tuning, write_tuning
from models.scorer import Scorer
from tests.misled import Misled
from tests.tiny import random_posts

HERE = Processor("maker's name", 4)
FOUND = Tuned("bf16", threads=4, lanes=2)


def test_it_is_found_again_for_the_same_release_and_processor(tmp_path: Path) -> None:
    path = tmp_path / "var" / "tuning.json"
    assert read_tuning(path, "a", HERE) is None
    write_tuning(path, "a", HERE, FOUND, [{"rows_per_second": 1.0}])
    write_tuning(path, "b", HERE, replace(FOUND, lanes=1), [])
    assert read_tuning(path, "a", HERE) == FOUND
    assert read_tuning(path, "b", HERE) == replace(FOUND, lanes=1)
    assert read_tuning(path, "c", HERE) is None
    assert read_tuning(path, "a", replace(HERE, cores=2)) is None
    assert read_tuning(path, "a", replace(HERE, name="another")) is None


def test_a_new_choice_replaces_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "tuning.json"
    for lanes in (1, 2):
        write_tuning(path, "a", HERE, replace(FOUND, lanes=lanes), [])
    assert len(read_object(path)["found"]) == 1
    assert read_tuning(path, "a", HERE) == FOUND


@pytest.mark.parametrize(
    "choice",
    [{}, {"precision": "int4", "threads": 1, "lanes": 1}, asdict(FOUND) | {"lanes": 0}],
)
def test_a_file_that_cannot_be_used_says_what_to_do(tmp_path: Path, choice: object) -> None:
    path = tmp_path / "tuning.json"
    key = {"release": "a", "processor": HERE.name, "cores": HERE.cores}
    write_json(path, {"found": [key | {"choice": choice}]})
    with pytest.raises(InvalidInput, match="run `mingjian tune` again"):
        read_tuning(path, "a", HERE)


def test_it_holds_where_the_precision_is_left_open(tiny_release: Path) -> None:
    tuned = Tuned("f32", threads=2, lanes=2)
    backend = open_backend(tiny_release, tuned=tuned)
    assert (backend.precision, backend.lanes) == ("f32", 2)
    assert open_backend(tiny_release, threads=1, tuned=tuned).lanes == 1
    backend = open_backend(tiny_release, precision="bf16", tuned=tuned)
    assert (backend.precision, backend.lanes) == ("bf16", usual_lanes(None))


def test_two_passes_side_by_side_are_usual(tiny_release: Path) -> None:
    assert [usual_lanes(threads) for threads in (1, 2, 8)] == [1, 2, 2]
    assert open_backend(tiny_release, threads=2).lanes == 2


def test_a_scorer_takes_what_was_found(int8_release: Path, tmp_path: Path) -> None:
    path = tmp_path / "tuning.json"
    release = Release.load(int8_release)
    write_tuning(path, release.fingerprint, Processor.here(), Tuned("int8", 2, 2), [])
    scorer = Scorer.open(int8_release, tuning=path)
    assert (scorer.backend.precision, scorer.backend.lanes) == ("int8", 2)


def test_a_choice_must_be_clearly_faster() -> None:
    def measured(precision: str, rate: float) -> Measured:
        return Measured(Candidate(Tuned(precision, 1)), rate, 1.0)

    rates = [measured("f32", 100), measured("bf16", 104), measured("int8", 106)]
    assert choose(rates[:2]).tuned.precision == "f32"
    assert choose(rates).tuned.precision == "int8"
    assert choose([rates[0], rates[2], measured("bf16", 110)]).tuned.precision == "int8"


def test_a_search_measures_every_stage(int8_release: Path) -> None:
    scorer = Scorer.open(int8_release, precision="f32", threads=1)
    windows = [scorer.encode(post).windows[0] for post in random_posts(12)]
    shown: list[int] = []

    def track(candidates: list[Candidate]) -> list[Candidate]:
        shown.append(len(candidates))
        return candidates

    found = search(scorer.release, windows, cores=2, rounds=1, track=track)
    precisions = len({one.candidate.tuned.precision for one in found.measured})
    assert shown == [2 * precisions, 4, 6]
    assert {one.candidate.tuned.lanes for one in found.measured} == {1, 2}
    assert {one.candidate.batch_tokens for one in found.measured} == {1024, 2048, 4096}
    assert found.choice in [one.candidate for one in found.measured]
    assert all(one.rows_per_second > 0 and one.single_ms > 0 for one in found.measured)
    assert found.measured[0].to_json().keys() >= {"precision", "lanes", "rows_per_second"}


def test_what_was_refused_is_never_chosen() -> None:
    fast = Measured(Candidate(Tuned("int8", 1)), 0.0, 0.0, refused="padding moves a probability")
    slow = Measured(Candidate(Tuned("f32", 1)), 10.0, 1.0)
    assert choose([fast, slow]) == choose([slow, fast]) == slow.candidate
    with pytest.raises(ReleaseError, match="padding moves a probability"):
        choose([fast])


def test_a_precision_that_padding_misleads_is_told_and_left_out(
    int8_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scorer = Scorer.open(int8_release, precision="f32", threads=1)
    windows = [scorer.encode(post).windows[0] for post in random_posts(12)]

    def opened(*options: Any) -> Backend:
        return Misled(OpenVinoBackend(*options))

    monkeypatch.setattr("models.runtime.measuring.OpenVinoBackend", opened)
    found = search(scorer.release, windows, cores=1, rounds=1, track=list)
    refused = [one for one in found.measured if one.refused]
    assert {one.candidate.tuned.precision for one in refused} == {"int8"}
    assert "padding moves a probability by" in refused[0].to_json()["refused"]
    assert found.choice.tuned.precision != "int8"
