"""Whether the gaps around a visit of a course would hold if it were on another day."""

from collections.abc import Sequence
from datetime import date, timedelta

from clinic.db.courses.worklist import STANDING
from clinic.db.patients.calendars import PatientTimes
from clinic.domain.courses.worklist import Course, Item, Sitting, drifted
from clinic.domain.practice.site import Site
from clinic.domain.time import instant_of, local_date
from clinic.domain.visits.visit import Visit
from clinic.engine.kind import Reason
from clinic.services.courses.under_way import Session, UnderWay


def broken(plan: UnderWay, site: Site, times: PatientTimes, ordinal: int, on: date, *, today: date) -> tuple[Item, ...]:
    """The gaps to its neighbours that would not, as the worklist says them: before the visit, and after it. Neighbours
    are those that it has now; where sessions between them go without a visit, their longest gaps count too."""
    closed = tuple((each.first_on, each.last_on) for each in site.closures)
    visits = sorted(
        ((one, one.visit) for one in plan.sessions if one.visit is not None), key=lambda each: each[1].starts
    )
    befores = [None, *(one for one, _ in visits)]
    sittings = [
        _sitting(plan, one, visit, before, on if one.ordinal == ordinal else plan.on(visit))
        for (one, visit), before in zip(visits, befores, strict=False)
    ]
    course = Course(
        plan.row.id,
        plan.row.patient_id,
        site.tz,
        plan.limits.start_by,
        tuple(sittings),
        plan.row.protocol.anchor,
        paused=(*closed, *times.away),
    )
    return tuple(item for item in drifted(course, today) if ordinal in (item.ordinal, item.params["before"]))


def _sitting(plan: UnderWay, session: Session, visit: Visit, before: Session | None, on: date) -> Sitting:
    phase, after = session.planned.phase, 0 if before is None else before.ordinal
    skipped = [one.planned.phase.gap_max for one in plan.sessions if after < one.ordinal < session.ordinal]
    return Sitting(
        session.public_id,
        session.ordinal,
        STANDING[visit.status.value],
        on,
        visit.public_id,
        phase.gap_min,
        phase.gap_max + sum(skipped),
        phase.needles,
        session.targets,
        asked=session.asked_days or 0,
    )


def full(site: Site, others: Sequence[Visit], on: date) -> tuple[Reason, ...]:
    """Whether the patient's other visits leave no room for one on that day, or in its calendar week."""
    days = [local_date(instant_of(visit.starts), site.tz) for visit in others]
    monday = on - timedelta(days=on.weekday())
    found = []
    if days.count(on) >= site.most_visits_a_day:
        found.append(Reason("day_full", {"most": site.most_visits_a_day}))
    if sum(monday <= day < monday + timedelta(days=7) for day in days) >= site.most_visits_a_week:
        found.append(Reason("week_full", {"most": site.most_visits_a_week}))
    return tuple(found)
