"""Programs: columns that are 0 or 1 and cost something, rows that hold their sums within bounds."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from clinic.engine.bitmap import Integers

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """What each column costs, in whole numbers; its entries in order, those of column c being `begins[c]` to
    `begins[c + 1]`: their `row` and `value`; what the sum of each row is at `least` and at `most`."""

    cost: Numbers
    begins: Integers
    row: Integers
    value: Numbers
    least: Numbers
    most: Numbers

    def only(self, kept: Integers) -> "Program":
        """The same with some of the columns, ascending; the others are 0."""
        counts = self.begins[kept + 1] - self.begins[kept]
        begins = np.concatenate(([0], np.cumsum(counts)))
        at = np.repeat(self.begins[kept] - begins[:-1], counts) + np.arange(begins[-1])
        return Program(self.cost[kept], begins, self.row[at], self.value[at], self.least, self.most)

    def at_least(self, weights: Numbers, least: float) -> "Program":
        """The same with a row more: what the columns weigh is at least so much."""
        order = np.concatenate((np.repeat(np.arange(len(self.cost)), np.diff(self.begins)), np.flatnonzero(weights)))
        row = np.concatenate((self.row, np.full(len(order) - len(self.row), len(self.least))))
        value = np.concatenate((self.value, weights[weights != 0]))
        sorted_ = np.argsort(order, kind="stable")
        begins = np.searchsorted(order[sorted_], np.arange(len(self.cost) + 1))
        most = np.concatenate((self.most, [np.inf]))
        return Program(self.cost, begins, row[sorted_], value[sorted_], np.concatenate((self.least, [least])), most)


@dataclass(slots=True)
class Draft:
    """A program while it is written: its columns' costs, its rows' bounds, and its entries."""

    costs: list[Integers] = field(default_factory=list)
    bounds: list[tuple[int, float, float]] = field(default_factory=list)
    entries: list[tuple[Integers, Integers, float]] = field(default_factory=list)
    columns: int = 0
    rows: int = 0

    def columns_of(self, cost: Integers) -> Integers:
        """New columns with these costs."""
        self.costs.append(cost)
        self.columns += len(cost)
        return np.arange(self.columns - len(cost), self.columns)

    def rows_of(self, count: int, least: float, most: float) -> Integers:
        """So many new rows with these bounds."""
        self.bounds.append((count, least, most))
        self.rows += count
        return np.arange(self.rows - count, self.rows)

    def put(self, row: Integers, column: Integers, value: float = 1.0) -> None:
        """New entries, one for each row and column."""
        self.entries.append((row, column, value))

    def program(self) -> Program:
        row, column = (np.concatenate([each[n] for each in self.entries]) for n in (0, 1))
        value = np.repeat([each[2] for each in self.entries], [len(each[0]) for each in self.entries])
        order = np.argsort(column, kind="stable")
        begins = np.searchsorted(column[order], np.arange(self.columns + 1))
        counts, least, most = zip(*self.bounds, strict=True)
        cost = np.concatenate(self.costs).astype(float)
        bounds = (np.repeat(each, counts) for each in (least, most))
        return Program(cost, begins, row[order], value[order], *bounds)
