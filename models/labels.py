"""The labels a post can carry, in the order of the model's outputs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from models.errors import InvalidInput

LOW_QUALITY = "low_quality"
RUMOUR = "rumour"


@dataclass(frozen=True, slots=True)
class Label:
    """A label: `name` in Examples and release files, `public` in API answers."""

    name: str
    chinese: str

    @property
    def public(self) -> str:
        """The name callers of the API see, such as `low_quality.ad_spam`."""
        return public_name(self.name)


def public_name(name: str) -> str:
    """Return the API's name of a label: `rumour` as it is, others under `low_quality.`."""
    return name if name == RUMOUR else f"{LOW_QUALITY}.{name}"


LABELS: tuple[Label, ...] = (
    Label(RUMOUR, "谣言"),
    Label("ad_spam", "广告引流"),
    Label("fraud", "诈骗"),
    Label("gambling", "赌博"),
    Label("porn", "色情低俗"),
    Label("abuse", "辱骂攻击"),
    Label("clickbait", "标题党"),
)
LABEL_NAMES: tuple[str, ...] = tuple(label.name for label in LABELS)
CHINESE_NAMES: dict[str, str] = {label.name: label.chinese for label in LABELS}

# What a label that a user trains may be called, and what it may not: rules raise these themselves.
OWN_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}", re.ASCII)
RESERVED = (LOW_QUALITY, "flood", "engagement_bait")


def own_label(name: str) -> str:
    """Return the name of a label to be trained; raises InvalidInput that says how one is written.

    Our own seven may be named too: a release need not carry them all.
    """
    if name in RESERVED:
        raise InvalidInput(f"{name} is taken; choose another name for the label")
    if not OWN_NAME.fullmatch(name):
        raise InvalidInput(
            f"{name!r} is no name for a label: 2 to 31 small letters, digits and _, a letter "
            "first, such as spoiler; the API shows it as low_quality.spoiler"
        )
    return name
