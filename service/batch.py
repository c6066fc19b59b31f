"""`mingjian score`: a file of posts in, one result a line out, in constant memory.

While the model reads one chunk, a thread beside it prepares the next and this one writes the last.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from models.errors import InvalidInput
from models.runtime import Outputs
from service.body import BODY_LIMIT, parse_json
from service.errors import NotJson, TooLarge
from service.opening import open_scorer
from service.resume import cut_torn_line, same_result
from service.score.case import Case
from service.score.offline import Judge
from service.score.reading import read_item, refused
from service.score.schemas import Item, Refused, Scored
from service.settings import Settings

STDIN = "-"
# Read, read ahead and written back at a time: enough for full batches of every length.
CHUNK_LINES = 1024
CHUNK_BYTES = 1 << 20

Result = Scored | Refused
Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the input; `content` is None when it is longer than a request may be."""

    number: int
    content: bytes | None
    length: int


@dataclass(slots=True)
class Summary:
    """How many lines were scored and refused in this run, and how many an earlier one had done."""

    scored: int = 0
    refused: int = 0
    resumed: int = 0

    def add(self, result: Result) -> None:
        """Count one result."""
        if isinstance(result, Refused):
            self.refused += 1
        else:
            self.scored += 1


def score_file(
    source: str,
    out: Path | None,
    settings: Settings,
    policy: str | None = None,
    *,
    explained: bool = False,
) -> Summary:
    """Score the posts of a JSONL file (`-`: standard input), one result a line in input order.

    `policy` is the name of a shipped policy or a file. With `out`, lines that are complete there
    are not scored again; without, results go to standard output. A line that cannot be scored gets
    its problem in its place. Nothing is recorded. Raises ReleaseError, UnknownPolicy,
    InvalidPolicy, and InvalidInput when `source` cannot be read or `out` holds the results of
    something else.
    """
    _check_files(source, out)
    with ExitStack() as stack:
        stdin = source == STDIN
        reader = sys.stdin.buffer if stdin else stack.enter_context(Path(source).open("rb"))
        judge = Judge(open_scorer(settings), policy, explained=explained)
        done, last = (0, None) if out is None else cut_torn_line(out)
        writer = sys.stdout.buffer if out is None else stack.enter_context(out.open("ab"))
        told = stack.enter_context(_progress(None if stdin else Path(source).stat().st_size))
        lines = read_lines(reader)
        summary = Summary(resumed=done)
        _skip(lines, done, last, judge, told)
        for result, length in score_lines(lines, judge):
            _write(writer, result)
            summary.add(result)
            told(length)
        writer.flush()
    return summary


def read_lines(stream: BinaryIO, limit: int = BODY_LIMIT) -> Iterator[Line]:
    """Yield the lines that are not blank; no more than `limit` bytes of one are kept."""
    number = 0
    while first := stream.readline(limit + 1):
        number += 1
        length = len(first)
        piece = first
        while not piece.endswith(b"\n") and (piece := stream.readline(limit + 1)):
            length += len(piece)
        if length > limit + 1:
            yield Line(number, None, length)
        elif first.strip():
            yield Line(number, first, length)


def score_lines(lines: Iterable[Line], judge: Judge) -> Iterator[tuple[Result, int]]:
    """Yield the result of each line and its length in bytes, scored a chunk at a time.

    Three chunks are held at once: one is being prepared, one read by the model, one yielded.
    """
    chunks = _chunks(lines)
    with (
        ThreadPoolExecutor(1, thread_name_prefix="prepare") as preparing,
        ThreadPoolExecutor(1, thread_name_prefix="infer") as inferring,
    ):
        ahead = preparing.submit(_prepare, chunks, judge)
        last: tuple[_Prepared, Future[Outputs | None]] | None = None
        while (prepared := ahead.result()) is not None:
            ahead = preparing.submit(_prepare, chunks, judge)
            outputs = inferring.submit(judge.infer, prepared.cases)
            if last is not None:
                yield from _finish(*last, judge)
            last = prepared, outputs
        if last is not None:
            yield from _finish(*last, judge)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A chunk before the model reads it: each line's length and its item or refusal, and cases."""

    lengths: list[int]
    entries: list[Item | Refused]
    cases: list[Case]


def _prepare(chunks: Iterator[list[Line]], judge: Judge) -> _Prepared | None:
    chunk = next(chunks, None)
    if chunk is None:
        return None
    entries = [_read(line) for line in chunk]
    cases = judge.prepare([entry for entry in entries if isinstance(entry, Item)])
    return _Prepared([line.length for line in chunk], entries, cases)


def _finish(
    prepared: _Prepared, outputs: Future[Outputs | None], judge: Judge
) -> Iterator[tuple[Result, int]]:
    scored = iter(judge.finish(prepared.cases, outputs.result()))
    for entry, length in zip(prepared.entries, prepared.lengths, strict=True):
        yield (next(scored) if isinstance(entry, Item) else entry), length


def _read(line: Line) -> Item | Refused:
    if line.content is None:
        detail = f"line {line.number}: {line.length:,} bytes are over the limit of {BODY_LIMIT:,}"
        return refused(TooLarge.code, detail, status=TooLarge.status)
    try:
        value = parse_json(line.content)
    except NotJson:
        detail = f"line {line.number}: not JSON; each line holds one object with a text"
        return refused(NotJson.code, detail, status=NotJson.status)
    entry = read_item(value, "")
    if isinstance(entry, Refused):
        detail = f"line {line.number}: {entry.problem.detail}"
        problem = entry.problem.model_copy(update={"detail": detail})
        return entry.model_copy(update={"problem": problem})
    return entry


def _chunks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    chunk: list[Line] = []
    size = 0
    for line in lines:
        chunk.append(line)
        size += len(line.content or b"")
        if len(chunk) == CHUNK_LINES or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _skip(lines: Iterator[Line], done: int, last: bytes | None, judge: Judge, told: Told) -> None:
    """Pass the lines an earlier run has answered.

    The last of them is scored once more: the same result tells that input and release are the same.
    """
    line = None
    for _ in range(done):
        line = next(lines, None)
        if line is None:
            raise InvalidInput(
                "--out holds more results than the input has lines, so it belongs to another "
                "input; name another file"
            )
        told(line.length)
    if line is None or last is None:
        return
    result, _length = next(score_lines([line], judge))
    if not same_result(last, result.model_dump_json().encode()):
        raise InvalidInput(
            f"--out was not made from this input with this release, policy and options: line "
            f"{line.number} scores differently. Name another file, or remove it to begin anew"
        )


def _check_files(source: str, out: Path | None) -> None:
    if source != STDIN and not Path(source).is_file():
        raise InvalidInput(f"{source} is not a file; name a JSONL file, or - for standard input")
    if out is None:
        return
    if source != STDIN and out.exists() and out.samefile(source):
        raise InvalidInput("--out is the input itself; name another file")
    if not out.parent.is_dir():
        raise InvalidInput(f"{out.parent} is not a folder; make it first")


def _write(writer: BinaryIO, result: Result) -> None:
    writer.write(result.model_dump_json().encode() + b"\n")


@contextmanager
def _progress(total: int | None) -> Iterator[Told]:
    """Show bytes read on standard error when it is a terminal; yields what to call for a line."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _length: None
        return
    columns = (SpinnerColumn(), BarColumn(), TextColumn("{task.fields[lines]} lines"))
    with Progress(*columns, TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task("score", total=total, lines=0)
        lines = 0

        def told(length: int) -> None:
            nonlocal lines
            lines += 1
            bar.update(task, advance=length, lines=lines)

        yield told
