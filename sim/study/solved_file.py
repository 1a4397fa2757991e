"""Write solved base rates into the baseline's own file, leaving every other line as it is."""

import re
from pathlib import Path

from sim.core.files import write_bytes
from sim.core.units import CURRENCIES, MONTH
from sim.scenario.problems import decoded
from sim.scenario.schema import Scenario, Solved, SolvedSegment
from sim.study.tune_figures import Figures, figures_of, targets_of

BLOCK = re.compile(r"^solved:.*?(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
HEADER = "# Base rates, written by `retention-sim tune`: do not edit by hand.\n"


def write_solved(path: Path, scenario: Scenario, solved: Solved, reached: Figures) -> None:
    """Replace the block ``solved:`` of a scenario file, or add it at the end; the file is replaced atomically.

    Its encoding stays as it was.
    """
    before, encoding = decoded(path.read_bytes())
    text = BLOCK.sub("", before.replace("\r\n", "\n").replace(HEADER, "")).rstrip("\n")
    write_bytes(path, f"{text}\n\n{HEADER}{solved_block(scenario, solved, reached)}".encode(encoding))


def solved_block(scenario: Scenario, solved: Solved, reached: Figures) -> str:
    """Return the block as YAML, with what each rate reached as a comment."""
    lines = ["solved:", f"  solved_for: {solved.solved_for!r}".replace("'", '"')]
    mix = ", ".join(f"{name}: {value:.6g}" for name, value in solved.reasons)
    lines += [f"  reasons: {{{mix}}}", "  segments:"]
    targets = targets_of(scenario)
    for number, name in enumerate(scenario.segments):
        lines += [f"    {name}:", *rate_lines(solved.segments[name])]
        rows = zip(figures_of(scenario), reached.by_segment[number], targets[number], strict=True)
        lines += [reached_line(*row, scenario.currency) for row in rows]
    return "\n".join(lines) + "\n"


def reached_line(figure: str, got: float, wanted: float, currency: str) -> str:
    """Return what a figure came to as a comment; ARPA, counted in minor units, as people write it."""
    scale, unit = (10 ** CURRENCIES[currency], f" {currency}") if figure == "arpa" else (1, "")
    return f"      # {figure}: {got / scale:.5g}{unit} reached, {wanted / scale:.5g}{unit} wanted"


def rate_lines(rates: SolvedSegment) -> list[str]:
    """Return the base rates of one segment, those that its kind of business has."""
    lines = []
    if rates.leave is not None:
        leave = ", ".join(f"{plan}: {value * MONTH:.6g} per month" for plan, value in rates.leave)
        lines.append(f"leave: {{{leave}}}")
    lines += [f"step_probability: {rates.step_probability:.6g}", f"convert: {rates.convert:.6g} per day"]
    for name in ("annual", "seats", "use_level", "order_leave"):
        value = getattr(rates, name)
        if value is not None:
            lines.append(f"{name}: {value:.6g}")
    return [f"      {line}" for line in lines]
