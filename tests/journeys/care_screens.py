"""Screens of records, events and measures, with something on each of them."""

from datetime import date, timedelta

from sqlalchemy import String, select, update

from clinic.db.care.screening import latest
from clinic.db.messages.seals import add_link
from clinic.db.tables.care import screening
from clinic.db.tables.patients import patient
from clinic.db.tables.visits import appointment
from clinic.db.visits import loads
from clinic.domain.access.actors import system
from clinic.domain.care.events import Event, Grade, Kind
from clinic.domain.care.record import Count, Needle, Record, Site
from clinic.domain.care.response import Told
from clinic.domain.care.screening import Answers
from clinic.domain.time import instant_of, tick_floor
from clinic.services.access.sessions import hashed
from clinic.services.care.events import happened
from clinic.services.care.measures import take
from clinic.services.care.records import sign, writing
from clinic.services.care.responses import tell
from clinic.services.care.screening import answer
from tests.journeys.practice import NOW, Practice

WHO = system("looks")
CHECK_IN = "looks-checkin"
BEFORE = "looks-questions"


def signed(practice: Practice, panel: str) -> str:
    """The address of a visit's record that was signed, with what was told afterwards."""
    public_id = panel.rpartition("/")[2]
    with practice.database.read() as unit:
        found = writing(unit, public_id)
    sites = (
        tuple(Site(target, "deep", "pistoning", True) for target in found.visit.targets) if found.visit.needles else ()
    )
    needles = {"sites": sites, "needle": Needle(30, 40), "count": Count(3, 3)} if sites else {}
    record = Record(
        parts=found.record.parts, pain_before=6, pain_after=4, soreness=2, note="Turns more easily.", **needles
    )
    at = instant_of(found.visit.starts)
    sign(practice.database.begin, public_id, record, version=found.version, actor=WHO, now=at)
    tell(practice.database.begin, public_id, Told(0, 8), actor=WHO, now=at)
    return f"{panel}/record"


def measured(practice: Practice, course: str) -> str:
    """The address of a course's measures, taken twice."""
    for values, on in (
        ({"nprs": "6", "ndi": "40"}, date(2026, 11, 2)),
        ({"nprs": "5", "ndi": "18"}, date(2026, 11, 20)),
    ):
        take(practice.database.begin, course.rpartition("/")[2], values, on=on, actor=WHO, now=NOW)
    return f"{course}/measures"


def alarmed(practice: Practice, panel: str) -> str:
    """The address of the events, an incident among them that nobody has acknowledged."""
    event = Event(Kind.BREATHLESS, Grade.SEVERE, NOW, action="Called an ambulance.", hospital=True)
    happened(practice.database.begin, panel.rpartition("/")[2], event, actor=WHO, now=NOW)
    return "/events"


def looked_after(practice: Practice, token: str = CHECK_IN) -> str:
    """The address of the check-in after a visit that took place some days ago, behind a link of its own."""
    at = appointment.c
    past = select(at.id).where(at.ends_tick < tick_floor(NOW), at.targets.cast(String) != "[]", at.session_id > 0)
    with practice.database.begin() as unit:
        id_ = unit.connection.execute(past.order_by(at.starts_tick.desc()).limit(1)).scalar_one()
        unit.connection.execute(update(appointment).where(at.id == id_).values(status="done"))
        add_link(unit.connection, id_, hashed(token), now=NOW, expires_at=NOW + timedelta(days=1))
    return f"/v/{token}/today"


def expected(practice: Practice, token: str = BEFORE) -> str:
    """The address of what is asked before the next needling of somebody whom nobody asked, behind a link of its own."""
    at = appointment.c
    asked = select(screening.c.patient_id)
    ahead = select(at.id).where(
        at.starts_tick > tick_floor(NOW), at.targets.cast(String) != "[]", at.status == "booked"
    )
    with practice.database.begin() as unit:
        first = ahead.where(at.patient_id.not_in(asked)).order_by(at.starts_tick).limit(1)
        id_ = unit.connection.execute(first).scalar_one()
        add_link(unit.connection, id_, hashed(token), now=NOW, expires_at=NOW + timedelta(days=30))
    return f"/v/{token}/questions"


def blocked(practice: Practice) -> tuple[str, str]:
    """Where needling is confirmed that is pencilled and that what its patient answered forbids, and the visit's
    version."""
    at, given = appointment.c, practice.database
    query = select(at.public_id, at.version, patient.c.public_id).join(patient, patient.c.id == at.patient_id)
    ahead = query.where(at.status == "pencilled", at.targets.cast(String) != "[]", at.starts_tick > tick_floor(NOW))
    with given.read() as unit:
        visit, version, whose = unit.connection.execute(ahead.order_by(at.starts_tick).limit(1)).one()
        known = latest(unit.connection, loads.visit(unit.connection, visit).patient_id)
    early = Answers(due_on=NOW.date() + timedelta(days=250))
    seen = 0 if known is None else known.version
    answer(given.begin, whose, early, questions=1, version=seen, actor=WHO, now=NOW)
    return f"/visits/{visit}/confirm", str(version)


def addresses(practice: Practice, open_: str, closed: str, course: str, scored: str) -> dict[str, str]:
    """By name, for two visits, a course, and the course of the visit that is closed."""
    return {
        "course-scored": scored,
        "session-record": f"{open_}/record",
        "session-signed": signed(practice, closed),
        "session-print": f"{closed}/record/print",
        "session-amend": f"{closed}/record/amend",
        "event": f"{open_}/event",
        "events": alarmed(practice, open_),
        "measures": measured(practice, course),
        "my-day": "/today",
        "checkin": looked_after(practice),
        "questions": expected(practice),
    }
