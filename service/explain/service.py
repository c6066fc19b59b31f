"""Explaining flagged posts through the engine, many posts at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Protocol, TypeVar

from models.explain import Flagged, cite
from models.explain.drive import Drive
from models.explain.run import Found
from models.scorer import Scorer
from service.engine import Engine
from service.score.case import Case
from service.stages import Stages

T = TypeVar("T")
# Posts explained together: enough rows for full batches, few enough for little memory.
TOGETHER = 32


class Aside(Protocol):
    """Does work beside the event loop."""

    def __call__(self, work: Callable[[], T]) -> Awaitable[T]:
        """Return what `work` returns."""


async def explain(
    scorer: Scorer, engine: Engine, cases: Sequence[Case], aside: Aside, stages: Stages
) -> None:
    """Find the clauses behind every label the model flagged; `case.cited` is filled in place."""
    wanted = [(case, flagged) for case in cases if (flagged := case.to_explain())]
    for start in range(0, len(wanted), TOGETHER):
        together = wanted[start : start + TOGETHER]
        drive = await aside(partial(_begin, scorer, [flagged for _, flagged in together]))
        while windows := drive.windows:
            outputs = await engine.infer(windows, stages, explain=True)
            await aside(partial(drive.answer, outputs.logits))
        for (case, _), found in zip(together, drive.results(), strict=True):
            case.cited = found


def _begin(scorer: Scorer, posts: Sequence[Flagged]) -> Drive[Found]:
    return Drive([cite(scorer, post) for post in posts])
