"""The scorer: from posts to probabilities, the one path that serving and training share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from tokenizers import Tokenizer

from models.batching import MAX_TOKENS, Batch, pad, padded_further, plan_batches
from models.errors import ReleaseError
from models.golden import padding_test, read_golden, self_test
from models.release import Release, find_release
from models.runtime import Backend, Outputs, open_backend
from models.runtime.processor import Processor
from models.runtime.tuning import read_tuning
from models.windows import TokenIds, join_title, split_windows, window_starts

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from models.calibration import Calibration
    from models.normaliser import Normalised
    from models.runtime.opening import BackendName
    from models.runtime.protocol import Precision

Progress = Callable[[int], None]

# What is tokenised together: enough to fill batches, little enough for constant memory.
_CHUNK_POSTS = 512
_CHUNK_CHARACTERS = 200_000


@dataclass(frozen=True, slots=True)
class Post:
    """What is judged: a text and, before it, its title."""

    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A normalised post before it is tokenised; the fields are those of `Encoded`."""

    normalised: Normalised
    text_start: int
    characters: int


@dataclass(frozen=True, slots=True)
class Encoded:
    r"""A post ready for the model.

    `normalised`: title and text as they are read, mapped to code points of "title\ntext".
    `text_start`: where the text begins in that original. `characters`: code points of the text as
    sent. `windows`: token ids with special tokens, one entry a window.
    """

    normalised: Normalised
    text_start: int
    characters: int
    windows: tuple[TokenIds, ...]


@dataclass(frozen=True, slots=True)
class Spelling:
    """The tokens behind the windows of a post.

    `ids` without special tokens; token `i` stands for characters `places[i]` (half open) of the
    normalised text. Window `n` holds `room` of them from `starts[n]` on, between `prefix` and
    `suffix`.
    """

    ids: Sequence[int]
    places: Sequence[tuple[int, int]]
    starts: Sequence[int]
    room: int
    prefix: TokenIds
    suffix: TokenIds


@dataclass(frozen=True, slots=True)
class Score:
    """Calibrated probabilities by short label; `low_quality` is None where a release has none."""

    probabilities: dict[str, float]
    low_quality: float | None


class Scorer:
    """Scores posts with a release and a backend; safe to use from several threads."""

    def __init__(
        self, release: Release, backend: Backend, max_batch_tokens: int = MAX_TOKENS
    ) -> None:
        self.release = release
        self.backend = backend
        self._max_batch_tokens = max_batch_tokens
        self._tokenizer = _load_tokenizer(release)
        self._prefix, self._suffix = special_tokens(self._tokenizer)

    @classmethod
    def open(
        cls,
        name_or_folder: str | Path | None = None,
        precision: Precision = "auto",
        threads: int | None = None,
        backend: BackendName = "openvino",
        tuning: Path | None = None,
    ) -> Scorer:
        """Load a release (see `find_release`), start its backend and run its golden self-test.

        `tuning`: file of what `mingjian tune` found; it holds where the precision is "auto".
        Raises ReleaseError when the release is damaged, GoldenMismatch when it scores differently
        from what it promises, PaddingMismatch when this machine runs its int8 graph wrongly.
        """
        release = Release.load(find_release(name_or_folder))
        found = tuning and read_tuning(tuning, release.fingerprint, Processor.here())
        scorer = cls(
            release, open_backend(release.folder, backend, precision, threads, found or None)
        )
        scorer._self_test()
        return scorer

    def encode(self, post: Post) -> Encoded:
        """Normalise a post, put its title first, tokenise it and divide it into windows."""
        return self.tokenise([self.normalise(post)])[0]

    def normalise(self, post: Post) -> Reading:
        """Put the title of a post first and undo disguise: the first half of `encode`."""
        joined, text_start = join_title(post.title, post.text)
        return Reading(self.release.normaliser(joined), text_start, characters=len(post.text))

    def tokenise(self, readings: Sequence[Reading]) -> list[Encoded]:
        """Turn what is read into windows of token ids: the second half of `encode`."""
        texts = [reading.normalised.text for reading in readings]
        found = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return [
            Encoded(
                normalised=reading.normalised,
                text_start=reading.text_start,
                characters=reading.characters,
                windows=split_windows(
                    encoding.ids, self.release.windows, self._prefix, self._suffix
                ),
            )
            for reading, encoding in zip(readings, found, strict=True)
        ]

    def spell(self, text: str) -> Spelling:
        """Return which token of a normalised text stands where, and in which windows."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        settings = self.release.windows
        room = settings.length - len(self._prefix) - len(self._suffix)
        return Spelling(
            ids=encoding.ids,
            places=encoding.offsets,
            starts=window_starts(len(encoding.ids), settings, room),
            room=room,
            prefix=self._prefix,
            suffix=self._suffix,
        )

    def infer(self, windows: Sequence[TokenIds], *, further: bool = False) -> Outputs:
        """Run windows through every lane of the backend; outputs have one row a window, in order.

        `further` pads every row by one step more than it needs, which must change nothing.
        """
        batches = plan_batches([len(window) for window in windows], self._max_batch_tokens)
        if not batches:
            raise ValueError("infer needs at least one window")
        if further:
            longest = self.release.windows.length
            batches = [padded_further(batch, longest) for batch in batches]
        parts = self._side_by_side(
            lambda batch: self.backend.infer(*pad(windows, batch, self.release.pad_id)), batches
        )
        order = np.argsort(np.concatenate([np.asarray(batch.rows) for batch in batches]))
        return Outputs(
            logits=np.concatenate([part.logits for part in parts])[order],
            embedding=np.concatenate([part.embedding for part in parts])[order],
        )

    def pool(self, window_logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the logits [labels] of a post from those of its windows [windows, labels]."""
        if len(window_logits) == 1:
            alone: NDArray[np.float32] = window_logits[0]
            return alone
        return pool_windows(window_logits, self.release.labels, self.release.calibration)

    def combine(self, window_logits: NDArray[np.float32]) -> Score:
        """Return the score of one post from the logits of its windows [windows, labels]."""
        return self.combine_all([window_logits])[0]

    def combine_all(self, posts: Sequence[NDArray[np.float32]]) -> list[Score]:
        """Return the score of each post from the logits of its windows [windows, labels]."""
        return self._calibrate(np.stack([self.pool(logits) for logits in posts]))

    def logits(
        self, posts: Iterable[Post], progress: Progress | None = None
    ) -> NDArray[np.float32]:
        """Return raw logits [n, labels], windows pooled; `progress` is told posts done so far."""
        done = 0
        rows: list[NDArray[np.float32]] = []
        for chunk in _chunks(posts):
            rows.append(self._chunk_logits(chunk))
            done += len(chunk)
            if progress is not None:
                progress(done)
        return np.concatenate(rows) if rows else self._no_logits()

    def score(self, posts: Iterable[Post], progress: Progress | None = None) -> list[Score]:
        """Return one score a post, in order; `progress` is told how many posts are done."""
        return self._calibrate(self.logits(posts, progress))

    def _chunk_logits(self, posts: Sequence[Post], *, further: bool = False) -> NDArray[np.float32]:
        encoded = self.tokenise([self.normalise(post) for post in posts])
        windows = [window for item in encoded for window in item.windows]
        logits = self.infer(windows, further=further).logits
        ends = np.cumsum([len(item.windows) for item in encoded])
        return np.stack([self.pool(part) for part in np.split(logits, ends[:-1])])

    def _side_by_side(
        self, read: Callable[[Batch], Outputs], batches: Sequence[Batch]
    ) -> list[Outputs]:
        lanes = min(self.backend.lanes, len(batches))
        if lanes == 1:
            return [read(batch) for batch in batches]
        with ThreadPoolExecutor(lanes, thread_name_prefix="lane") as threads:
            return list(threads.map(read, batches))

    def _calibrate(self, logits: NDArray[np.float32]) -> list[Score]:
        names, calibration = self.release.labels, self.release.calibration
        probabilities = calibration.probabilities(logits, names)
        low_quality = calibration.low_quality(probabilities, names)
        return [
            Score(
                probabilities=dict(zip(names, map(float, row), strict=True)),
                low_quality=None if low_quality is None else float(low_quality[place]),
            )
            for place, row in enumerate(probabilities)
        ]

    def _self_test(self) -> None:
        sentences, precision = read_golden(self.release.layout.golden), self.backend.precision
        scores = self_test(sentences, self._probabilities, precision)
        # Eight-bit products in tiles (AMX) were seen to depend on the padding of a row.
        if precision == "int8":
            further = partial(self._probabilities, further=True)
            padding_test(sentences, scores, further, precision)

    def _probabilities(
        self, sentences: Sequence[tuple[str, str]], *, further: bool = False
    ) -> list[dict[str, float]]:
        posts = [Post(text=text, title=title) for title, text in sentences]
        scores = self._calibrate(self._chunk_logits(posts, further=further))
        return [score.probabilities for score in scores]

    def _no_logits(self) -> NDArray[np.float32]:
        return np.zeros((0, len(self.release.labels)), dtype=np.float32)


def pool_windows(
    window_logits: NDArray[np.float32], names: Sequence[str], calibration: Calibration
) -> NDArray[np.float32]:
    """Pool raw logits [windows, labels] to [labels], each label by its own way (max or mean)."""
    largest, average = window_logits.max(axis=0), window_logits.mean(axis=0)
    by_max = np.array([calibration.pooling(name) == "max" for name in names])
    pooled: NDArray[np.float32] = np.where(by_max, largest, average).astype(np.float32)
    return pooled


def _load_tokenizer(release: Release) -> Tokenizer:
    path = release.layout.tokenizer
    if not path.is_file():
        raise ReleaseError(f"{path} is missing; fetch or export the release again")
    tokenizer = Tokenizer.from_file(str(path))
    # Windows divide long text and batching pads: the tokenizer must do neither.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def special_tokens(tokenizer: Tokenizer) -> tuple[TokenIds, TokenIds]:
    """Return the special tokens that this tokenizer puts before and after a text."""
    encoding = tokenizer.encode("一", add_special_tokens=True)
    content = [place for place, mask in enumerate(encoding.special_tokens_mask) if not mask]
    if not content:
        return tuple(encoding.ids), ()
    return tuple(encoding.ids[: content[0]]), tuple(encoding.ids[content[-1] + 1 :])


def _chunks(posts: Iterable[Post]) -> Iterator[list[Post]]:
    chunk: list[Post] = []
    characters = 0
    for post in posts:
        chunk.append(post)
        characters += len(post.text)
        if len(chunk) >= _CHUNK_POSTS or characters >= _CHUNK_CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk
