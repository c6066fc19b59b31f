"""Names of labels in feedback: public or short outside, short inside, new ones welcome."""

from __future__ import annotations

import re

from models.labels import LABEL_NAMES, LOW_QUALITY, OWN_NAME, RUMOUR

# A label that a user will train is low_quality.NAME.
_SUB = re.compile(rf"{LOW_QUALITY}\.(?P<name>{OWN_NAME.pattern})", re.ASCII)


def short_name(public: str) -> str:
    """Return the short name of a label; raises ValueError that says how labels are written.

    The short names of our own labels, which Examples carry, are taken as they are.
    """
    if public in LABEL_NAMES:
        return public
    match = _SUB.fullmatch(public)
    if match and match["name"] not in (RUMOUR, LOW_QUALITY):
        return match["name"]
    if public == LOW_QUALITY:
        raise ValueError(
            "needs a kind, such as low_quality.ad_spam, or low_quality.NAME of your own"
        )
    raise ValueError(
        "is no label; use rumour or low_quality.NAME, where NAME is 2 to 31 small letters, digits "
        "and _ and begins with a letter"
    )
