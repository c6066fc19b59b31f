"""Posts of our own for labels that the corpora hardly hold, made from the banks of data/generated.

A bank is a grammar: every line under `posts` is a skeleton, `{slot}` a phrase of a list, `<a|b>` a
choice, `{%5}` a number from 1 to 5, `{%aa99}` a letter for every a and a digit for every 9
(docs/data.md).
"""

from __future__ import annotations

import gzip
import hashlib
import random
import re
import string
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import orjson
import yaml
from pydantic import BaseModel, ConfigDict, Field

from data.deduplicate import key_of, shingles
from data.schema import Example, Known
from models.errors import InvalidInput
from models.labels import LABEL_NAMES

SOURCE = "generated"
FOLDER = Path(__file__).parent / "generated"
COMMON = "common.yaml"
PER_LABEL = 1_500
NEAR = 0.6
TRIES = 12
CLUSTERS = 1 << 40  # above every number that a corpus gives

CHOICE = re.compile(r"<([^<>]*)>")
SLOT = re.compile(r"\{([^{}]+)\}")
PHRASES = re.compile(r"\s+/\s+|\n")
PAUSE = re.compile(r"[，。！、：；](?=.)")
RANDOM = {"a": string.ascii_lowercase, "A": string.ascii_uppercase, "9": string.digits}

Slots = Mapping[str, Sequence[str]]


class Group(BaseModel):
    """Skeletons of one register and one judgement; a label neither named nor `unknown` is 0."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    register_: list[str] = Field(alias="register", min_length=1)
    labels: dict[str, Known] = {}
    unknown: list[str] = []
    posts: str

    @cached_property
    def skeletons(self) -> list[str]:
        """One line each."""
        return [line.strip() for line in self.posts.splitlines() if line.strip()]

    def known(self) -> dict[str, Known]:
        """Return every label that the skeletons settle."""
        return {name: self.labels.get(name, 0) for name in LABEL_NAMES if name not in self.unknown}


class Bank(BaseModel):
    """A file of data/generated. `share` is its number of posts as a part of `per_label`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    share: float = Field(1.0, ge=0)
    slots: dict[str, str] = {}
    groups: list[Group] = []

    def phrases(self) -> dict[str, list[str]]:
        """Return the phrases of every slot; ` / ` and line ends part them."""
        return {name: PHRASES.split(text.strip()) for name, text in self.slots.items()}


@dataclass(frozen=True, slots=True)
class Family:
    """A skeleton and all that may stand in it."""

    name: str
    skeleton: str
    group: Group
    slots: Slots

    @property
    def cluster(self) -> int:
        """A number of its own, the same whatever other skeletons there are."""
        return CLUSTERS + zlib.crc32(f"{self.name}:{self.skeleton}".encode())


def load(folder: Path = FOLDER) -> dict[str, tuple[Bank, list[Family]]]:
    """Return the banks by name, each with its families; the slots of common.yaml are everyone's.

    Raises InvalidInput when a skeleton names a slot that no bank holds.
    """
    banks = {
        path.stem: Bank.model_validate(yaml.safe_load(path.read_text("utf-8")))
        for path in sorted(folder.glob("*.yaml"))
    }
    common = banks.pop(Path(COMMON).stem).phrases()
    loaded = {}
    for name, bank in banks.items():
        slots = common | bank.phrases()
        _refuse_unknown(name, bank, slots)
        families = [
            Family(name, skeleton, group, slots)
            for group in bank.groups
            for skeleton in group.skeletons
        ]
        loaded[name] = (bank, families)
    return loaded


def _refuse_unknown(name: str, bank: Bank, slots: Slots) -> None:
    texts = [skeleton for group in bank.groups for skeleton in group.skeletons]
    texts += [phrase for phrases in slots.values() for phrase in phrases]
    named = {slot for text in texts for slot in SLOT.findall(text) if not slot.startswith("%")}
    if missing := sorted(named - set(slots)):
        raise InvalidInput(
            f"{name}.yaml: no slot is called {', '.join(missing)}: add it or mend it"
        )


def expand(text: str, slots: Slots, rng: random.Random) -> str:
    """Return one reading of a skeleton."""
    while CHOICE.search(text):
        text = CHOICE.sub(lambda found: rng.choice(found[1].split("|")), text)

    def fill(found: re.Match[str]) -> str:
        slot = found[1]
        if slot.startswith("%"):
            return _invented(slot[1:], rng)
        return expand(rng.choice(slots[slot]), slots, rng)

    return SLOT.sub(fill, text)


def _invented(pattern: str, rng: random.Random) -> str:
    """Return a number up to a digit that stands alone, else a random sign for every a, A and 9."""
    if len(pattern) == 1 and pattern.isdigit():
        return str(rng.randint(1, int(pattern)))
    return "".join(rng.choice(RANDOM.get(sign, sign)) for sign in pattern)


def _in_a_voice(text: str, register: str, rng: random.Random) -> str:
    """Punctuate as people do there: some with spaces, some not at all, many without an end."""
    if register in {"comment", "chat", "weibo"}:
        how = rng.random()
        if how < 0.25:
            text = PAUSE.sub(" ", text)
        elif how < 0.32:
            text = PAUSE.sub("", text)
        if rng.random() < 0.6:
            text = text.rstrip("。")
    return text.strip()


class _Unlike:
    """Texts that are not nearly the same as one already taken."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.taken: defaultdict[int, list[set[bytes]]] = defaultdict(list)

    def take(self, text: str, cluster: int) -> bool:
        """Whether the text is new; within a cluster also in most of its 3-grams."""
        key = key_of(text)
        own = set(shingles(key))
        if key in self.keys or any(
            len(own & other) >= NEAR * len(own | other) for other in self.taken[cluster]
        ):
            return False
        self.keys.add(key)
        self.taken[cluster].append(own)
        return True


def generate(per_label: int = PER_LABEL, seed: int = 1, folder: Path = FOLDER) -> Iterator[Example]:
    """Yield Examples of every bank, the same ones for the same banks, number and seed.

    A bank whose skeletons are exhausted yields fewer than its share of `per_label`.
    """
    unlike = _Unlike()
    for name, (bank, families) in load(folder).items():
        rng = random.Random(f"{seed}:{name}")
        yield from _of_bank(families, round(per_label * bank.share), rng, unlike)


def write(out: Path, per_label: int = PER_LABEL, seed: int = 1) -> int:
    """Write the posts of `generate` to a .jsonl or .jsonl.gz file and return their number.

    Raises InvalidInput for another kind of file.
    """
    if not out.name.endswith((".jsonl", ".jsonl.gz")):
        raise InvalidInput(f"{out} would not be read: name a .jsonl or .jsonl.gz file")
    lines = [orjson.dumps(example.to_record()) + b"\n" for example in generate(per_label, seed)]
    out.parent.mkdir(parents=True, exist_ok=True)
    content = b"".join(lines)
    out.write_bytes(gzip.compress(content, mtime=0) if out.suffix == ".gz" else content)
    return len(lines)


def _of_bank(
    families: Sequence[Family], wanted: int, rng: random.Random, unlike: _Unlike
) -> Iterator[Example]:
    fertile = list(families)
    made = 0
    while fertile and made < wanted:
        rng.shuffle(fertile)
        barren = []
        for family in fertile[: wanted - made]:
            example = _of_family(family, rng, unlike)
            if example is None:
                barren.append(family)
            else:
                made += 1
                yield example
        fertile = [family for family in fertile if family not in barren]


def _of_family(family: Family, rng: random.Random, unlike: _Unlike) -> Example | None:
    """Return a post of the family that is unlike its others, None when none was found."""
    for _ in range(TRIES):
        register = rng.choice(family.group.register_)
        text = _in_a_voice(expand(family.skeleton, family.slots, rng), register, rng)
        if text and unlike.take(text, family.cluster):
            number = hashlib.blake2b(text.encode(), digest_size=6).hexdigest()
            return Example(
                id=f"{SOURCE}-{family.name}-{number}",
                source=SOURCE,
                register=register,
                text=text,
                labels=family.group.known(),
                cluster=family.cluster,
            )
    return None
