"""How figures look in the report: numbers, shares, and small drawings of intervals."""

from __future__ import annotations

from training.metrics import Interval

WIDTH, HEIGHT = 150, 16
DASH = "–"


def number(value: float | None) -> str:
    """Return three digits, a dash for None."""
    return DASH if value is None else f"{value:.3f}"


def signed(value: float | None) -> str:
    """Return three digits with a sign, a dash for None."""
    if value is None:
        return DASH
    return f"{value:+.3f}" if round(value, 3) else "0.000"


def percent(value: float | None) -> str:
    """Return a share in per cent, a dash for None."""
    return DASH if value is None else f"{value:.1%}"


def span(interval: Interval | None) -> str:
    """Return an interval with three digits, nothing for None."""
    return "" if interval is None else f"{interval[0]:.3f} to {interval[1]:.3f}"


def span_percent(interval: Interval | None) -> str:
    """Return an interval in per cent, nothing for None."""
    return "" if interval is None else f"{interval[0]:.1%} to {interval[1]:.1%}"


def ruler(
    value: float | None, interval: Interval | None, low: float = 0.5, high: float = 1.0
) -> str:
    """Draw a value with its interval on a scale; what lies beyond the scale is drawn at its end.

    The SVG holds numbers only and is safe in a page.
    """
    if value is None:
        return ""

    def place(number: float) -> float:
        return round(4 + (WIDTH - 8) * (min(max(number, low), high) - low) / (high - low), 1)

    parts = [f'<line class="scale" x1="4" x2="{WIDTH - 4}" y1="8" y2="8"/>']
    if low < 0 < high:
        parts.append(f'<line class="zero" x1="{place(0)}" x2="{place(0)}" y1="1" y2="15"/>')
    if interval is not None:
        first, last = place(interval[0]), place(interval[1])
        parts.append(f'<line class="reach" x1="{first}" x2="{last}" y1="8" y2="8"/>')
    parts.append(f'<circle cx="{place(value)}" cy="8" r="3.6"/>')
    drawn = "".join(parts)
    return (
        f'<svg class="ruler" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'aria-label="{value:.3f}">{drawn}</svg>'
    )


def heat(value: float | None, most: float = 0.3) -> str:
    """Return the style of a cell: the more, the redder; a loss is told by its size."""
    if value is None:
        return ""
    strength = min(abs(value) / most, 1.0)
    return f"background: color-mix(in srgb, var(--bad) {strength * 55:.0f}%, transparent)"


def verdict_class(verdict: str) -> str:
    """Return the class of a verdict's badge."""
    return {"better": "good", "worse": "bad", "level": "even"}.get(verdict, "unsure")


MARKS = {
    "number": number,
    "signed": signed,
    "percent": percent,
    "span": span,
    "span_percent": span_percent,
    "ruler": ruler,
    "heat": heat,
    "verdict_class": verdict_class,
}
