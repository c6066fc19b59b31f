"""What every threshold of the served release gives, from its held-out posts."""

from __future__ import annotations

from functools import lru_cache

from models.labels import LOW_QUALITY, public_name
from models.operating_points import Curve, OperatingPoint, Wish, parse_sentence, read_curves
from models.release import Release
from service.decide import DIGITS
from service.release.errors import UnknownLabel

# Distinct thresholds whose intervals are remembered: those of a few dozen policies.
REMEMBERED = 1024


class ReleaseThresholds:
    """Finds thresholds of a release's labels, by short name, and measures them; safe in threads."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self._curves = read_curves(release.layout.curves)
        self.choose = lru_cache(REMEMBERED)(self._choose)
        self.measure = lru_cache(REMEMBERED)(self._measure)

    def short(self, name: str) -> str:
        """Return the short name of a label named in either way, `low_quality` for the overall one.

        Raises UnknownLabel that lists those there are.
        """
        known = {label: label for label in self.release.labels}
        known |= {public_name(label): label for label in self.release.labels}
        if LOW_QUALITY in self._curves:
            known[LOW_QUALITY] = LOW_QUALITY
        if name not in known:
            labels = ", ".join(public_name(label) for label in self.release.labels)
            raise UnknownLabel(f"The release judges no label of this name; it judges {labels}.")
        return known[name]

    def measures(self, label: str) -> bool:
        """Tell whether there are held-out posts of a label."""
        return label in self._curves

    def own(self, label: str) -> float:
        """Return the release's own threshold of a label."""
        return round(self.release.thresholds[label].value, DIGITS)

    def resolve(self, label: str, written: float | str) -> float:
        """Return the threshold that a number or a sentence asks for; raises Unreachable."""
        if isinstance(written, str):
            return self.choose(label, parse_sentence(written))
        return round(written, DIGITS)

    def _choose(self, label: str, wish: Wish) -> float:
        return round(self._curve(label).choose(wish), DIGITS)

    def _measure(self, label: str, threshold: float) -> OperatingPoint:
        return self._curve(label).measure(threshold)

    def _curve(self, label: str) -> Curve:
        return self._curves.get(label) or Curve.of([], [], [])
