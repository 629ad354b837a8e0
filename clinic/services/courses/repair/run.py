"""Looking for the best of a repair, as a job: read, then solve without holding anything, then keep what was found.

The job tells how far it is and keeps its lease about once a second; one whose worker was killed is taken up anew.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from math import ceil
from typing import Final

from clinic.db.courses import repairs
from clinic.db.courses.repairs import RepairRow
from clinic.db.messages import jobs
from clinic.db.messages.jobs import Job
from clinic.db.unit import Begin, Read, retrying
from clinic.domain.courses.repair import Status
from clinic.engine.repair.solve import solve
from clinic.services.courses.repair.answer import Draft, answered
from clinic.services.courses.repair.kept import proposal_of
from clinic.services.courses.repair.propose import JOB

LEASE: Final = timedelta(seconds=60)
TOLD_SECONDS: Final = 1.0

Clock = Callable[[], datetime]


def solve_due(begin: Begin, read: Read, *, now: Clock, stop: Callable[[], bool] = lambda: False) -> int:
    """Solve every repair that waits; how many. `stop` ends the search early, and what is not done stays to be done."""
    done = 0
    while not stop() and _waiting(read, now()) and (claimed := _claim(begin, now=now())):
        done += _solve(begin, read, claimed, now=now, stop=stop)
    return done


def _waiting(read: Read, now: datetime) -> bool:
    with read() as unit:
        return jobs.due(unit.connection, (JOB,), now)


@retrying
def _claim(begin: Begin, *, now: datetime) -> Job | None:
    with begin() as unit:
        return jobs.claim(unit.connection, (JOB,), by=unit.public_id(), now=now, until=now + LEASE)


@dataclass(slots=True)
class _Watch:
    """Tells how far the search is, and hears that it should end."""

    begin: Begin
    claimed: Job
    now: Clock
    ended: Callable[[], bool]
    told: float = -TOLD_SECONDS
    cancelled: bool = False
    spent: float = field(default=0.0)

    def progress(self, bound: int, best: int, seconds: float) -> None:
        self.spent = seconds
        if seconds - self.told >= TOLD_SECONDS:
            self.told = seconds
            document = {"bound": bound, "best": best, "seconds": round(seconds, 1)}
            self.cancelled = not self._report(document)

    def stop(self) -> bool:
        return self.cancelled or self.ended()

    def _report(self, document: dict[str, float]) -> bool:
        with self.begin() as unit:
            return jobs.report(unit.connection, self.claimed, document, until=self.now() + LEASE)


def _solve(begin: Begin, read: Read, claimed: Job, *, now: Clock, stop: Callable[[], bool]) -> bool:
    with read() as unit:
        row = repairs.row(unit.connection, str(claimed.payload["repair"]))
    began, watch = now(), _Watch(begin, claimed, now, stop)
    if row.status is not Status.SOLVING:
        return _finish(begin, claimed, now=began)
    draft = answered(read, row.trouble, partial(solve, progress=watch.progress, stop=watch.stop), now=began)
    if stop() and not watch.cancelled:
        return False
    ended = now()
    return _keep(begin, claimed, row, draft, seconds=ceil((ended - began).total_seconds()), now=ended)


@retrying
def _finish(begin: Begin, claimed: Job, *, now: datetime) -> bool:
    with begin() as unit:
        return jobs.finish(unit.connection, claimed, now)


@retrying
def _keep(begin: Begin, claimed: Job, known: RepairRow, draft: Draft, *, seconds: int, now: datetime) -> bool:
    """What was found and the job's mark, in one commit; nothing where the lease was lost, or somebody accepted or left
    out a part meanwhile. One who stopped the search still gets the best of it."""
    with begin() as unit:
        if not jobs.finish(unit.connection, claimed, now):
            return False
        row = repairs.row(unit.connection, known.public_id, lock=True)
        stopped = row.status is Status.STOPPED and row.version == known.version + 1
        if row.version == known.version or (stopped and row.proposal == known.proposal):
            ended = Status.STOPPED if stopped else Status.PROPOSED
            status = Status.OPTIMAL if draft.proven else ended
            values = {"objective": draft.objective, "bound": draft.bound, "seconds": seconds}
            repairs.revise(unit.connection, row, status=status, proposal=proposal_of(draft), **values)
        return True
