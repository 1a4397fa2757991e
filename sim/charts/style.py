"""Colours, line styles and markers that can be told apart without colour."""

from typing import Any

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
BLUE, VERMILLION, PURPLE, GREY = "#0072B2", "#D55E00", "#CC79A7", "#666666"
"""Okabe and Ito's palette, without its yellow, which is lost on white."""

COLOURS = (BLACK, ORANGE, BLUE, GREEN, PURPLE, SKY, VERMILLION)
LINES = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.5, 1.5)), (0, (3, 1, 1, 1, 1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p", "h")
"""Seven, five and eleven of them: no two of the first 385 scenarios look the same."""

SIZE = 9.0
"""Of ordinary text, in points."""


def look(scenario: int) -> dict[str, Any]:
    """Return colour, line style and marker of a scenario, the same in every chart."""
    return {
        "color": COLOURS[scenario % len(COLOURS)],
        "linestyle": LINES[scenario % len(LINES)],
        "marker": MARKERS[scenario % len(MARKERS)],
    }
