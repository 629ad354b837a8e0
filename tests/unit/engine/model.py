"""Courses as a mixed-integer program for HiGHS: a second opinion where brute force would take too long.

    python -m tests.unit.engine.model SEED…

writes what the cheapest course of each larger random problem costs, null where there is none, as a list in JSON.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import TypeVar

import highspy

from clinic.engine.request import Request, Step
from tests.unit.engine.oracle_options import Option, of_step
from tests.unit.engine.problems import Setting, larger_problem

K = TypeVar("K", bound=Hashable)
PAUSED_AT_MOST = 21
MOST_COLUMNS = 2_500
"""Larger programs are left out: what the solver makes of the others does not depend on how fast the machine is."""
MOST_NODES = 200
UNKNOWN = -1


class Model:
    """One binary for each session and option; what two sessions cost together is carried from the days, leads and times
    of the one to those of the other."""

    def __init__(self, setting: Setting, request: Request) -> None:
        self.request = request
        self.solver = highspy.Highs()
        self.solver.setOptionValue("output_flag", False)
        self.first_on = request.calendars.horizon.first_on
        self.options = [self._options(setting, n, step) for n, step in enumerate(request.steps)]
        self.chosen = [[self._column(cost, whole=True) for _, cost in each] for each in self.options]

    def objective(self) -> int | None:
        """What the cheapest course costs; None where there is none, UNKNOWN where that takes too much to tell."""
        if not all(self.options):
            return None
        for columns in self.chosen:
            self._row(1, 1, [(column, 1) for column in columns])
        for n in range(1, len(self.options)):
            self._in_order(n)
            for earlier, days, minutes in [
                (each.step, each.days, each.minutes) for each in self.request.steps[n].apart
            ]:
                self._apart(n, earlier, days, minutes)
        self._weeks()
        if self.solver.getNumCol() > MOST_COLUMNS:
            return UNKNOWN
        self.solver.setOptionValue("mip_rel_gap", 0.0)
        self.solver.setOptionValue("mip_abs_gap", 0.5)
        self.solver.setOptionValue("threads", 1)
        self.solver.setOptionValue("mip_max_nodes", MOST_NODES)
        self.solver.run()
        status = self.solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status == highspy.HighsModelStatus.kSolutionLimit:
            return UNKNOWN
        assert status == highspy.HighsModelStatus.kOptimal, status
        return round(self.solver.getInfo().objective_function_value)

    def _options(self, setting: Setting, n: int, step: Step) -> list[tuple[Option, int]]:
        """What a session could be by the rules that speak of it alone, and what that costs."""
        found = ((option, self._alone(n, step, option.on)) for option in of_step(setting, self.request, step))
        return [(option, option.cost + cost) for option, cost in found if cost is not None]

    def _alone(self, n: int, step: Step, on: date) -> int | None:
        request, weights, cost = self.request, self.request.weights, 0
        if request.latest is not None and on > request.latest:
            return None
        if request.often.day is not None and request.often.besides.count(on) >= request.often.day:
            return None
        if n == 0:
            late = (on - request.earliest).days
            before = self._gap(step, None, on)
            if not 0 <= late <= request.start_within_days or before is None:
                return None
            cost += late * weights.first_late_day + before
        if n == len(request.steps) - 1:
            cost += max(0, (on - self._ideal_end()).days) * weights.last_late_day
        return cost

    def _ideal_end(self) -> date:
        ends = [self.request.earliest]
        for n, step in enumerate(self.request.steps[1:]):
            assert step.gap is not None
            days = step.gap.min if step.gap.ideal is None else step.gap.ideal
            ends.append(ends[n if step.follows is None else step.follows] + timedelta(days))
        return ends[-1]

    def _gap(self, step: Step, before: date | None, on: date) -> int | None:
        """What the gap costs from a session, or from treatment since; None where it may not be."""
        counted = [other for other in (*step.since, *([before] if before else [])) if other < on]
        if step.gap is None or not counted:
            return 0
        days, paused = (on - max(counted)).days, self.request.calendars.paused
        places = range((max(counted) - self.first_on).days + 1, (on - self.first_on).days)
        stretch = sum(paused >> place & 1 for place in places if place >= 0)
        if not step.gap.min <= days <= step.gap.max + min(stretch, PAUSED_AT_MOST):
            return None
        return 0 if step.gap.ideal is None else abs(days - step.gap.ideal) * self.request.weights.gap_day

    def _in_order(self, n: int) -> None:
        """The day after the session before, the gap, and what another lead, weekday and time cost."""
        step, weights = self.request.steps[n], self.request.weights
        follows = n - 1 if step.follows is None else step.follows

        def gap(early: date, late: date) -> int | None:
            return self._gap(step, early, late) if early < late else None

        def order(early: date, late: date) -> int | None:
            around = abs(early.weekday() - late.weekday())
            return weights.irregular_day * min(around, 7 - around) if early < late else None

        self._carried(follows, n, lambda option: option.on, gap)
        if follows != n - 1 or weights.irregular_day:
            self._carried(n - 1, n, lambda option: option.on, order)
        self._carried(n - 1, n, lambda option: option.lead, lambda a, b: 0 if a == b else weights.switch)
        if weights.irregular_15min:
            quarters: Callable[[int, int], int] = lambda a, b: -(-abs(a - b) // 15) * weights.irregular_15min  # noqa: E731
            self._carried(n - 1, n, lambda option: option.minutes, quarters)

    def _carried(self, early: int, late: int, key: Callable[[Option], K], cost: Callable[[K, K], int | None]) -> None:
        """One unit goes from the key of one session to that of another, where that is allowed, at a cost."""
        sources, sinks = self._by(early, key), self._by(late, key)
        leaving: dict[K, list[int]] = defaultdict(list)
        arriving: dict[K, list[int]] = defaultdict(list)
        for source in sources:
            for sink in sinks:
                spent = cost(source, sink)
                if spent is not None:
                    column = self._column(spent)
                    leaving[source].append(column)
                    arriving[sink].append(column)
        for held, carried in ((sources, leaving), (sinks, arriving)):
            for each, columns in held.items():
                self._row(0, 0, [*((column, 1) for column in columns), *((column, -1) for column in carried[each])])

    def _apart(self, n: int, earlier: int, days: int, minutes: int) -> None:
        """No two starts that are too near."""

        def wall(option: Option) -> int:
            return (option.on - self.first_on).days * 1440 + option.minutes

        theirs = self._by(n, lambda option: (option.on, wall(option)))
        for (on, at), columns in self._by(earlier, lambda option: (option.on, wall(option))).items():
            near = [each for (day, then), each in theirs.items() if then - at < minutes or (day - on).days < days]
            if near:
                self._row(0, 1, [(column, 1) for column in (*columns, *(one for each in near for one in each))])

    def _weeks(self) -> None:
        often = self.request.often
        if often.week is None:
            return
        weeks: dict[tuple[int, int], list[int]] = defaultdict(list)
        for n in range(len(self.options)):
            for week, columns in self._by(n, lambda option: _week(option.on)).items():
                weeks[week] += columns
        for week, columns in weeks.items():
            left = often.week - sum(_week(on) == week for on in often.besides)
            self._row(0, max(0, left), [(column, 1) for column in columns])

    def _by(self, n: int, key: Callable[[Option], K]) -> dict[K, list[int]]:
        """The columns of a session by something of their options."""
        found: dict[K, list[int]] = {}
        for (option, _), column in zip(self.options[n], self.chosen[n], strict=True):
            found.setdefault(key(option), []).append(column)
        return found

    def _column(self, cost: int, *, whole: bool = False) -> int:
        column = self.solver.getNumCol()
        self.solver.addVar(0, 1)
        self.solver.changeColCost(column, cost)
        if whole:
            self.solver.changeColIntegrality(column, highspy.HighsVarType.kInteger)
        return column

    def _row(self, least: int, most: int, entries: Sequence[tuple[int, int]]) -> None:
        columns, values = zip(*entries, strict=True)
        self.solver.addRow(least, most, len(columns), list(columns), list(values))


def _week(on: date) -> tuple[int, int]:
    return on.isocalendar()[:2]


def objectives(seeds: Iterable[int]) -> Iterator[int | None]:
    """What the cheapest course of each problem costs."""
    return (Model(*larger_problem(seed)).objective() for seed in seeds)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(list(objectives(map(int, sys.argv[1:])))))
