"""Flood by repetition: one phrase, or one character, that fills a post."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from service.catalogue import rules as texts
from service.rule.tokens import distinct_pairs, tokens_of, without_runs

# Ordinary posts of 300 tokens keep more than 0.6 of their pairs distinct.
MOST_REPEATED = 0.34
WINDOW = 300
FLOODED_SHARE = 0.6
LEAST_TOKENS = 24
# Cheering with a short word is ordinary for longer: tokens that flood needs, by length of the unit.
LEAST_OF_UNIT = {1: 40, 2: 40, 3: 28, 4: 28}
LONGEST_UNIT = 40
# What is pasted three times may be an accident.
LEAST_TIMES = 4
PERIODIC = 0.85
LEAST_RUN = 15
RUN = re.compile(r"([^\W_])\1{14,}")
# Laughing, crying and cheering go on for longer before they are flood.
CRIES = frozenset("哈呵嘿嘻嘎呜啊哇呀哦噢喔额嗯唉哎耶啦吼嗷嘤草艹疼好美爱冲6哭笑23whalx")
LEAST_CRY = 120
FILLED = 0.8
# [流泪][流泪][流泪] is how platforms write faces; a row of them is a greeting, not flood.
EMOTION = re.compile(r"\[[^\[\]\s]{1,8}\]")
CODE = frozenset("{}[]<>=;()\"'|\\`$")
MOST_CODE = 0.06


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found, in Chinese; the whole post is meant."""

    note: str


def find_repetition(text: str, original: str) -> Finding | None:
    """Look at a post, normalised and as sent (runs are shortened by normalisation)."""
    run = _run(original.strip())
    if run is not None:
        return Finding(texts.run(run[0], len(run)))
    if len(text) < LEAST_TOKENS:
        return None
    if "[" in original:
        text = EMOTION.sub(" ", original).lower()
    tokens = without_runs(tokens_of(text))
    if len(tokens) < LEAST_TOKENS or _flooded(tokens) < FLOODED_SHARE or _is_code(text):
        return None
    unit = _unit(tokens)
    if unit is None:
        return Finding(texts.repeated_phrases(1 - distinct_pairs(tokens)))
    times = len(tokens) // len(unit)
    if times < LEAST_TIMES or len(tokens) < LEAST_OF_UNIT.get(len(unit), 0):
        return None
    return Finding(texts.repetition("".join(unit), times))


def _run(post: str) -> str | None:
    """Return the run of one character that fills a post; it stands in the middle, if anywhere."""
    if len(post) < LEAST_RUN or post.count(post[len(post) // 2]) < FILLED * len(post):
        return None
    run = RUN.search(post)
    if run is None:
        return None
    least = LEAST_CRY if run.group(1).lower() in CRIES else LEAST_RUN
    return run.group() if len(run.group()) >= max(least, FILLED * len(post)) else None


def _flooded(tokens: Sequence[str]) -> float:
    """Return the share of the post that stands in windows of repetition."""
    if len(tokens) <= WINDOW:
        return float(distinct_pairs(tokens) < MOST_REPEATED)
    flooded = 0
    for start in range(0, len(tokens), WINDOW):
        window = tokens[start : start + WINDOW]
        if distinct_pairs(window) < MOST_REPEATED:
            flooded += len(window)
    return flooded / len(tokens)


def _is_code(text: str) -> bool:
    """Tell whether brackets and quotes are so many that this is code, data or a table."""
    return sum(character in CODE for character in text) > MOST_CODE * len(text)


def _unit(tokens: Sequence[str]) -> Sequence[str] | None:
    """Return the shortest phrase whose repetition is the post, None if there is none."""
    head = tokens[:WINDOW]
    for period in range(1, min(LONGEST_UNIT, len(head) // 3) + 1):
        pairs = len(head) - period
        same = sum(head[place] == head[place + period] for place in range(pairs))
        if same >= PERIODIC * pairs:
            phrases = (tuple(head[place : place + period]) for place in range(pairs + 1))
            return Counter(phrases).most_common(1)[0][0]
    return None
