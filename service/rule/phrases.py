"""Patterns made of named parts: `<share>` stands for the part `share`."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Not the name of a group, (?P<name>…).
PART = re.compile(r"(?<!\?P)<([a-z_]+)>")


def compiled(pattern: str, parts: Mapping[str, str]) -> re.Pattern[str]:
    """Compile a verbose pattern after putting the parts in; parts may hold parts."""
    while PART.search(pattern):
        pattern = PART.sub(lambda part: f"(?:{parts[part.group(1)]})", pattern)
    return re.compile(pattern, re.VERBOSE)
