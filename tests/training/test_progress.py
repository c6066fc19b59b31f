"""Progress goes to the error stream and hands every step through."""

from __future__ import annotations

import pytest

from training.progress import CONSOLE, announce, count, track


def test_every_step_passes() -> None:
    with track("steps") as progress:
        assert list(progress(range(3))) == [0, 1, 2]


def test_counting_is_told_how_many_are_done() -> None:
    with count("posts", 3) as done:
        done(2)
        done(3)


def test_nothing_reaches_the_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert CONSOLE.stderr
    announce("release stands")
    with count("posts", 1) as done:
        done(1)
    assert capsys.readouterr().out == ""
