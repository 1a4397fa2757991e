"""Write solved base rates into the baseline's own file, leaving every other line as it is."""

import re
from pathlib import Path

from sim.core.files import write_text
from sim.core.units import MONTH
from sim.scenario.schema import Scenario, Solved
from sim.study.tune import FIGURES, Figures, targets_of

BLOCK = re.compile(r"^solved:.*?(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
HEADER = "# Base rates, written by `retention-sim tune`: do not edit by hand.\n"


def write_solved(path: Path, scenario: Scenario, solved: Solved, reached: Figures) -> None:
    """Replace the block ``solved:`` of a scenario file, or add it at the end; the file is replaced atomically."""
    text = BLOCK.sub("", path.read_text(encoding="utf-8").replace(HEADER, "")).rstrip("\n")
    write_text(path, f"{text}\n\n{HEADER}{solved_block(scenario, solved, reached)}")


def solved_block(scenario: Scenario, solved: Solved, reached: Figures) -> str:
    """Return the block as YAML, with what each rate reached as a comment."""
    lines = ["solved:", f"  solved_for: {solved.solved_for!r}".replace("'", '"')]
    mix = ", ".join(f"{name}: {value:.6g}" for name, value in solved.reasons)
    lines += [f"  reasons: {{{mix}}}", "  segments:"]
    targets = targets_of(scenario)
    for number, name in enumerate(scenario.segments):
        rates = solved.segments[name]
        assert rates.leave is not None
        leave = ", ".join(f"{plan}: {value * MONTH:.6g} per month" for plan, value in rates.leave)
        lines += [
            f"    {name}:",
            f"      leave: {{{leave}}}",
            f"      step_probability: {rates.step_probability:.6g}",
            f"      convert: {rates.convert:.6g} per day",
            f"      annual: {rates.annual:.6g}",
            f"      seats: {rates.seats:.6g}",
        ]
        for figure, (got, target) in enumerate(zip(reached.by_segment[number], targets[number], strict=True)):
            lines.append(f"      # {FIGURES[figure]}: {got:.5g} reached, {target:.5g} wanted")
    return "\n".join(lines) + "\n"
