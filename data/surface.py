"""`mingjian data surface`: marks of a text's surface that tell the label within a source.

A mark that one class carries more often than the other is learnt instead of the meaning. Shares are
taken of the texts as the source has them and as the model reads them: cleaned and normalised.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import regex

from data.clean import clean
from data.corrections import correct
from data.relabel import relabel
from data.schema import Example
from models.normaliser import Normaliser
from models.windows import join_title

READ_CHARACTERS = 2_000
AT_MOST = 1_000  # posts of each class of a source that are looked at
LEAST_POSTS = 20
MARKS = {
    "link": regex.compile(r"https?\s?[:：]|www\.|t\.cn/|网址"),
    "headline bracket": regex.compile(r"[【】]"),
    "square bracket": regex.compile(r"[\[\]]"),
    "topic": regex.compile(r"#[^#\n]{1,40}#"),
    "mention": regex.compile(r"@\S"),
    "full text": regex.compile(r"全文"),
    "video of": regex.compile(r"的(?:微博|秒拍|美拍)视频"),
    "link word": regex.compile(r"网页链接|查看图片|分享自|来自\s?@"),
    "ends in ?": regex.compile(r"[?？]\s*$"),
    "ends in !": regex.compile(r"[!！]\s*$"),
    "ends in .": regex.compile(r"[。.]\s*$"),
    "ends in …": regex.compile(r"(?:…|\.\.\.|。。)\s*$"),
    "placeholder": regex.compile(r"URL|PLACE|DIGIT|NAME|WECHAT|PHONE|BANK|USER"),
    "mask": regex.compile(r"(?<![A-Za-z])[xX*]{2,}(?![A-Za-z])"),
    "template": regex.compile(r"\{%|%\}|<[a-z]+>|&[a-z]+;|\\[nt]"),
    "byline": regex.compile(
        r"(?:头图|题图|图源|来源|作者|编辑|记者)\s?[|｜丨/：:]|ID[:：]|本报记者|^原创"
    ),
    "emoji": regex.compile(r"\p{Emoji_Presentation}"),
    "digits": regex.compile(r"\d{5,}"),
    "letters": regex.compile(r"[A-Za-z]{3,}"),
    "space between": regex.compile(r"\p{Han}\s+\p{Han}"),
    "no punctuation": regex.compile(r"^[^\p{P}]{20,}$"),
    "line break": regex.compile(r"\n"),
    "closing mark": regex.compile(r"[\p{So}\p{Co}\p{Script=Runic}]\s*$"),
}


@dataclass(frozen=True, slots=True)
class Leak:
    """A mark within a source: its share among posts with label 0 and with 1, before and after."""

    source: str
    label: str
    mark: str
    before: tuple[float, float]
    after: tuple[float, float]

    @property
    def gap(self) -> float:
        """Difference of the shares as the model reads them, 0 to 1."""
        return abs(self.after[1] - self.after[0])


def surface_leaks(
    examples: Iterable[Example],
    least: float = 0.1,
    progress: Callable[[Iterable[str]], Iterable[str]] = lambda steps: steps,
) -> list[Leak]:
    """Return the marks whose shares differ by `least` or more, before or after, widest first.

    Looks at up to 1,000 posts of each class; classes with fewer than 20 are left out.
    """
    sources: dict[str, list[Example]] = {}
    for example in examples:
        sources.setdefault(example.source, []).append(example)
    found: list[Leak] = []
    read = Reader()
    for source in progress(list(sources)):
        posts = [relabel(correct(example)) for example in sources[source]]
        for label in sorted({label for post in posts for label in post.labels}):
            classes = [_some(posts, label, value) for value in (0, 1)]
            if min(map(len, classes)) >= LEAST_POSTS:
                found += _leaks(source, label, classes, read)
    wide = [leak for leak in found if max(leak.gap, abs(leak.before[1] - leak.before[0])) >= least]
    return sorted(wide, key=lambda leak: -leak.gap)


class Reader:
    """Gives a post as its source has it and as the model reads it, and remembers both."""

    def __init__(self) -> None:
        self._normaliser = Normaliser()
        self._texts: dict[str, tuple[str, str]] = {}

    def __call__(self, post: Example) -> tuple[str, str]:
        """Return the text before and after, title first."""
        if post.id not in self._texts:
            before = _joined(post)
            self._texts[post.id] = before, self._normaliser(_joined(clean(post))).text
        return self._texts[post.id]


def _joined(post: Example) -> str:
    return join_title(post.title or "", post.text)[0][:READ_CHARACTERS]


def _some(posts: Sequence[Example], label: str, value: int) -> list[Example]:
    """Return the same at most 1,000 posts whatever the order of the corpus."""
    chosen = [post for post in posts if post.labels.get(label) == value]
    return sorted(chosen, key=lambda post: zlib.crc32(post.id.encode()))[:AT_MOST]


def _leaks(
    source: str, label: str, classes: Sequence[Sequence[Example]], read: Reader
) -> list[Leak]:
    texts = [[read(post) for post in posts] for posts in classes]
    found = []
    for mark, pattern in MARKS.items():
        shares = [
            [
                sum(pattern.search(pair[when]) is not None for pair in pairs) / len(pairs)
                for pairs in texts
            ]
            for when in (0, 1)
        ]
        before, after = shares
        found.append(Leak(source, label, mark, (before[0], before[1]), (after[0], after[1])))
    return found
