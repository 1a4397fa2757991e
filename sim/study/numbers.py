"""How figures are written for people: 1.23 M, 67.9 %, +1.6 pp; in Chinese by ten thousands."""

import math
from dataclasses import dataclass

from sim.language.formats import LARGE, NO_BREAK, percent
from sim.language.words import Words

SMALLEST = 0.005
"""Amounts below this are written as 0: half of the smallest coin."""


@dataclass(frozen=True)
class Numbers:
    """Writes figures in one language."""

    language: str

    @property
    def unknown(self) -> str:
        """What stands where there is no figure."""
        return Words("formats", self.language)("unknown")

    def level(self, value: float, unit: str) -> str:
        """Write a figure of the catalogue's unit."""
        if not math.isfinite(value):
            return self.unknown
        if unit == "share":
            return percent(f"{100.0 * value:.1f}", self.language)
        if unit == "months":
            return f"{value:.1f}"
        if unit == "count" and abs(value) < 100_000:
            return f"{value:,.0f}"
        return self.short(value)

    def change(self, value: float, unit: str, *, named: bool = True) -> str:
        """Write a difference, with its sign; shares in percentage points, named or not."""
        if not math.isfinite(value):
            return self.unknown
        if unit == "share":
            return signed(f"{100.0 * value:.2f}") + (f"{NO_BREAK}pp" if named else "")
        if unit == "months":
            return signed(f"{value:.1f}")
        if unit == "count" and abs(value) < 100_000:
            return signed(f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}")
        if unit == "ratio" and abs(value) < 0.1:
            return signed(f"{value:.4f}")
        return signed(self.short(value))

    def span(self, low: float, high: float, unit: str) -> str:
        """Write an interval of differences."""
        if not (math.isfinite(low) and math.isfinite(high)):
            return self.unknown
        return f"{self.change(low, unit, named=False)} .. {self.change(high, unit, named=False)}"

    def relative(self, value: float, half_width: float = math.nan) -> str:
        """Write a relative difference, with how far its 95 % interval reaches where that is known."""
        if not math.isfinite(value):
            return self.unknown
        digits = 1 if abs(value) >= 0.01 else 2
        reach = f"{NO_BREAK}±{NO_BREAK}{100.0 * half_width:.{digits}f}" if math.isfinite(half_width) else ""
        return percent(signed(f"{100.0 * value:.{digits}f}") + reach, self.language)

    def short(self, value: float) -> str:
        """Write a number with three digits and a word for its size."""
        rounded = float(f"{value:.3g}")
        if abs(rounded) < SMALLEST:
            return "0"
        for size, word in LARGE[self.language]:
            if abs(rounded) >= size:
                digits = f"{rounded / size:.3g}" if abs(rounded) < 1000 * size else f"{rounded / size:,.0f}"
                return digits + word
        return f"{rounded:,.0f}" if abs(rounded) >= 1000 else f"{rounded:.3g}"

    def seconds(self, value: float) -> str:
        """Write a length of time."""
        words = Words("formats", self.language)
        if value < 90:
            return words("seconds", count=f"{value:.1f}" if value < 10 and value != int(value) else f"{value:.0f}")
        return (
            words("minutes", count=f"{value / 60:.0f}") if value < 5400 else words("hours", count=f"{value / 3600:.1f}")
        )


def signed(text: str) -> str:
    """Put a plus before what is above zero, and no sign before zero."""
    if not any(digit in text for digit in "123456789"):
        return text.removeprefix("-")
    return text if text.startswith("-") else f"+{text}"
