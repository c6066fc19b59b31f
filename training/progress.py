"""Progress bars of long work, on the error stream."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Item = TypeVar("Item")
Announce = Callable[[str], None]
CONSOLE = Console(stderr=True)


@contextmanager
def bar() -> Generator[Progress]:
    """Give a bar that counts steps and guesses the time left."""
    columns: tuple[Any, ...] = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=CONSOLE) as progress:
        yield progress


@contextmanager
def track(description: str) -> Generator[Callable[[Iterable[Item]], Iterable[Item]]]:
    """Give a function that shows how far the iteration over a sized iterable has come."""
    with bar() as progress:
        yield lambda steps: progress.track(steps, description=description)


@contextmanager
def count(description: str, total: int) -> Generator[Callable[[int], None]]:
    """Give a function that is told how many of `total` are done."""
    with bar() as progress:
        task = progress.add_task(description, total=total)
        yield lambda done: progress.update(task, completed=done)


def announce(message: str) -> None:
    """Print one line."""
    CONSOLE.print(message, highlight=False)
