"""Where everything stands on the sheets of a study: the same lines and columns on each."""

import math
from dataclasses import dataclass, field
from functools import cached_property

from sim.analysis.intervals import Estimate
from sim.export.columns import Column, columns_of
from sim.export.lines import Account, Line, account_of, estimate, lines_in_use
from sim.study.study import Study

HEAD = 3
"""Row of the columns' names."""
BLOCKS = ("middle", "low", "high")


@dataclass(frozen=True)
class Layout:
    """A study's accounts, and the place of each line and column.

    Attributes
    ----------
    names
        Of the scenarios' sheets.
    """

    study: Study
    names: tuple[str, ...]
    estimates: dict[tuple[int, str, int], Estimate | None] = field(default_factory=dict)

    @cached_property
    def accounts(self) -> list[Account]:
        """Every line of every scenario."""
        return [account_of(self.study, number) for number in range(len(self.study.scenarios))]

    @cached_property
    def sections(self) -> dict[str, tuple[Line, ...]]:
        """The lines that say something."""
        return lines_in_use(self.accounts)

    @cached_property
    def columns(self) -> list[Column]:
        """Months, years and the total, which is last."""
        return columns_of(self.study.design.baseline.starts, self.study.design.months)

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row of each line in the first block."""
        rows, row = {}, HEAD + 2
        for lines in self.sections.values():
            for line in lines:
                row += 1
                rows[line.name] = row
            row += 1
        return rows

    @property
    def height(self) -> int:
        """Rows from a block's head to the next one's."""
        return max(self.rows.values()) - HEAD + 1

    def head(self, block: int) -> int:
        """Return the row of a block's head."""
        return HEAD + 1 + block * self.height

    @cached_property
    def blocks(self) -> tuple[str, ...]:
        """What is shown: without intervals the middle alone."""
        return BLOCKS if self.study.replications > 1 else BLOCKS[:1]

    @cached_property
    def widths(self) -> list[int]:
        """By column, the letters that its largest figure takes in any scenario."""
        lines = [line for lines in self.sections.values() for line in lines]
        return [
            max(
                len(f"-{found.whole:,.0f}")
                for number in range(len(self.names))
                for line in lines
                if (found := self.found(number, line, column)) is not None and math.isfinite(found.whole)
            )
            for column in self.columns
        ]

    def found(self, number: int, line: Line, column: Column) -> Estimate | None:
        """Return what one line of one scenario comes to in one column."""
        place = number, line.name, column.place
        if place not in self.estimates:
            self.estimates[place] = estimate(line, self.accounts[number], column.months)
        return self.estimates[place]

    def change(self, number: int, line: Line, column: Column) -> Estimate | None:
        """Return the paired difference to the baseline."""
        here, there = self.found(number, line, column), self.found(0, line, column)
        return None if here is None or there is None else here.minus(there)
