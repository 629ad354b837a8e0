"""Work that is due at a time. A job may be run again after a crash: its work must be as good twice as once."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final

from clinic.calendars.zones import edition
from clinic.db.access import counters, sessions
from clinic.db.messages import jobs, purges
from clinic.db.messages.jobs import Job
from clinic.db.unit import Begin, Read, Unit, retrying
from clinic.services.apply.owed import RETELL
from clinic.services.apply.waitlist import FREED
from clinic.services.apply.write import OFFER
from clinic.services.care import missing
from clinic.services.courses.offering import expire
from clinic.services.messages import lacking
from clinic.services.messages.feeds import shut_over
from clinic.services.messages.notes import in_use
from clinic.services.messages.retelling import retell
from clinic.services.visits import freed, keep, promises

LOG = logging.getLogger("clinic.jobs")

LEASE: Final = timedelta(minutes=5)
DAY: Final = timedelta(days=1)
KEEP_KEYS: Final = timedelta(days=2)
KEEP_JOBS: Final = timedelta(days=30)
KEEP_PAYLOADS: Final = timedelta(days=90)

Work = Callable[[Unit, Mapping[str, Any], datetime], None]
"""What a job does in one transaction, from its payload, at that time."""


def purge(unit: Unit, _: Mapping[str, Any], now: datetime) -> None:
    """Delete what has expired: sessions, links, keys of forms, counters, old jobs, the bytes of old letters; shut the
    calendars of courses that are over; raise a task for each record that is missing; and plan the same for the next
    night, at 03:00 UTC."""
    sessions.forget(unit.connection, now)
    counters.forget(unit.connection, now - DAY)
    purges.links(unit.connection, now)
    purges.keys(unit.connection, now - KEEP_KEYS)
    purges.payloads(unit.connection, now - KEEP_PAYLOADS)
    jobs.forget(unit.connection, now - KEEP_JOBS)
    shut_over(unit, now=now)
    missing.raise_tasks(unit, now=now)
    _plan_purge(unit, now=now)


def _plan_purge(unit: Unit, *, now: datetime) -> None:
    """The coming night's purge, once."""
    night = datetime.combine(now.date() + DAY, time(3), now.tzinfo)
    jobs.put(unit.connection, "purge", f"purge:{night.date().isoformat()}", night)


def _look_at_clocks(unit: Unit, _: Mapping[str, Any], now: datetime) -> None:
    """A task for each visit ahead whose clock shows another time than was promised."""
    raised = promises.raise_tasks(unit, now=now)
    if raised:
        LOG.warning("new zone data: %s visits show another time than was promised", raised)


def _look_at_languages(unit: Unit, _: Mapping[str, Any], now: datetime) -> None:
    """A task for each language of a patient that lacks notes."""
    raised = lacking.raise_tasks(unit, in_use(unit), now=now)
    if raised:
        LOG.warning("languages of patients in which notes are lacking: %s", raised)


@retrying
def plan_looks(begin: Begin, *, now: datetime) -> None:
    """A worker that starts looks at languages and, for each edition of the zone data, at clocks, once a day: others may
    have booked with an older one since."""
    with begin() as unit:
        for kind, what in (("clocks", edition()), ("languages", "")):
            jobs.put(unit.connection, kind, f"{kind}:{what}:{now.date().isoformat()}", now)


WORK: Final[Mapping[str, Work]] = {
    "purge": purge,
    "clocks": _look_at_clocks,
    "languages": _look_at_languages,
    OFFER: expire,
    FREED: freed.expire,
    keep.KEEP: keep.expire,
    RETELL: retell,
}


def run_due(begin: Begin, read: Read, work: Mapping[str, Work] = WORK, *, now: datetime) -> int:
    """Do every job that is due, each in a transaction of its own; how many were done. One that fails is logged and
    tried again when its lease is over."""
    with read() as unit:
        planned, due = jobs.pending(unit.connection, "purge"), jobs.due(unit.connection, tuple(work), now)
    if not planned:
        _plan(begin, now=now)
    done = 0
    while due and (claimed := _claim(begin, tuple(work), now=now)):
        try:
            done += _do(begin, claimed, work[claimed.kind], now=now)
        except Exception:  # whatever a job's work raises, the others and the mail go on
            LOG.exception("job %s failed", claimed.kind)
    return done


@retrying
def _plan(begin: Begin, *, now: datetime) -> None:
    with begin() as unit:
        _plan_purge(unit, now=now)


@retrying
def _claim(begin: Begin, kinds: tuple[str, ...], *, now: datetime) -> Job | None:
    with begin() as unit:
        return jobs.claim(unit.connection, kinds, by=unit.public_id(), now=now, until=now + LEASE)


@retrying
def _do(begin: Begin, claimed: Job, work: Work, *, now: datetime) -> bool:
    """The work and its mark in one commit; nothing when the lease was lost."""
    with begin() as unit:
        if not jobs.finish(unit.connection, claimed, now):
            return False
        work(unit, claimed.payload, now)
        return True
