"""Whether the gaps around a visit of a course would hold if it were on another day."""

from datetime import date

from clinic.db.courses.worklist import STANDING
from clinic.db.patients.calendars import PatientTimes
from clinic.domain.courses.worklist import Course, Item, Sitting, Standing, drifted
from clinic.domain.practice.site import Site
from clinic.services.courses.under_way import Session, UnderWay


def broken(plan: UnderWay, site: Site, times: PatientTimes, ordinal: int, on: date, *, today: date) -> tuple[Item, ...]:
    """The gaps to its neighbours that would not, as the worklist says them: before the visit, and after it."""
    closed = tuple((each.first_on, each.last_on) for each in site.closures)
    course = Course(
        plan.row.id,
        plan.row.patient_id,
        site.tz,
        plan.limits.start_by,
        tuple(_sitting(plan, one, on if one.ordinal == ordinal else None) for one in plan.sessions),
        plan.row.protocol.anchor,
        paused=(*closed, *times.away),
    )
    return tuple(item for item in drifted(course, today) if ordinal in (item.ordinal, item.params["before"]))


def _sitting(plan: UnderWay, session: Session, on: date | None) -> Sitting:
    visit, phase = session.visit, session.planned.phase
    return Sitting(
        session.public_id,
        session.ordinal,
        Standing.UNPLACED if visit is None else STANDING[visit.status.value],
        on or (None if visit is None else plan.on(visit)),
        None if visit is None else visit.public_id,
        phase.gap_min,
        phase.gap_max,
        phase.needles,
        session.targets,
    )
