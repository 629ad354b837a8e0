"""Every screen by name: where it is, on the practice that is served."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from sqlalchemy import func, select, update

from clinic.calendars.fetching import Fetched, Marks
from clinic.db.courses import reads as courses
from clinic.db.messages import tasks as raised
from clinic.db.patients.records import Record
from clinic.db.practice import busy as busy_sources
from clinic.db.tables.messages import seal
from clinic.db.tables.practice import practice as clinic
from clinic.db.visits import loads
from clinic.db.visits import reads as visits
from clinic.domain.access.actors import system
from clinic.domain.care.screening import Answers
from clinic.domain.courses.trouble import Kind
from clinic.domain.messages.notes import PARTS
from clinic.domain.practice.body import Region
from clinic.domain.time import tick_floor
from clinic.services.care.screening import answer
from clinic.services.courses.book import book
from clinic.services.courses.protocols import known, save
from clinic.services.courses.repair.propose import begin_repair
from clinic.services.courses.repair.say import Said, trouble_of
from clinic.services.courses.wanted import Wanted
from clinic.services.messages import notes
from clinic.services.patients.find import resolve
from clinic.services.practice.busy import add_address
from clinic.services.practice.busy_reading import Fetch, read_due
from clinic.services.practice.find import whereabouts
from tests.journeys import care_screens, desk_screens, waiting_screens
from tests.journeys.practice import NOW, Practice

DAY = "/day/2026-11-24"
NOTE = "/notes/dry-needling/en"
PROTOCOL = "/protocols/lateral-elbow"
SUNDAY = "/day/2026-11-29"
SHOULDER = {"protocol": "shoulder-subacromial", "region": "shoulder", "side": "both"}


def patient(practice: Practice, identifier: str) -> Record:
    """Who has that identifier."""
    return resolve(practice.database.read, identifier)


def course(practice: Practice, identifier: str) -> str:
    """The address of a patient's latest course."""
    with practice.database.read() as unit:
        return f"/courses/{courses.of_patient(unit.connection, patient(practice, identifier).id)[0].public_id}"


def visit(practice: Practice, identifier: str) -> str:
    """The address of a patient's next visit."""
    with practice.database.read() as unit:
        rows = visits.of_patient(unit.connection, patient(practice, identifier).id, tick_floor(NOW))
    return f"/visits/{min(rows, key=lambda row: row.starts).public_id}"


def answered(practice: Practice) -> str:
    """The address of a visit whose patient answered the questions."""
    about = patient(practice, "AO-0003").public_id
    answers = Answers(bleeding=True, implants=(Region.KNEE,))
    answer(practice.database.begin, about, answers, questions=1, version=0, actor=system("looks"), now=NOW)
    return visit(practice, "AO-0003")


def repair(practice: Practice) -> str:
    """The address of a repair that waits to be solved."""
    given, said = practice.database, Said(Kind.ABSENCE, "hale", "2026-11-24", "2026-12-04")
    public_id = begin_repair(given.begin, given.read, trouble_of(given.read, said), actor=system("test"), now=NOW)
    return f"/repairs/{public_id}"


def own_calendars(practice: Practice) -> str:
    """The address of a therapist's own calendars: one that was read in part, and one that cannot be."""
    given, actor = practice.database, system("test")
    odd = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:never\nEND:VEVENT\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR\n"
    body = odd.replace(b"BEGIN:VEVENT\nEND", b"BEGIN:VEVENT\nDTSTART:20261129T100000Z\nDURATION:PT1H\nEND")
    answers = iter([body, b"<title>Sign in</title>"])
    for name in ("Family", "Hospital"):
        add_address(given.begin, "hale", name, "https://calendar.example.org/a.ics", actor=actor, now=NOW)
    fetch: Fetch = lambda *_: Fetched(next(answers), Marks())  # noqa: E731
    read_due(given.begin, given.read, fetch=fetch, now=lambda: NOW, jitter=lambda: 0.5)
    with given.read() as unit:
        return f"/staff/{busy_sources.owner(unit.connection, 'hale').public_id}/busy"


def tasks(practice: Practice) -> str:
    """The address of the tasks, one about a visit that its patient declined."""
    with practice.database.begin() as unit:
        declined = loads.visit(unit.connection, visit(practice, "AO-0004").rpartition("/")[2])
        about = {"patient_id": declined.patient_id, "appointment_id": declined.id}
        raised.put(unit.connection, "visit_declined", "declined:looks", **about, public_id=unit.public_id(), now=NOW)
    return "/tasks"


def offered(practice: Practice) -> str:
    """The address of a course that waits for an answer."""
    given, (leeds, _) = practice.database, whereabouts(practice.database.read, "leeds", "novak")
    who = patient(practice, "AO-0001").public_id
    asked = Wanted(who, leeds, known()["exercise-only"], date(2027, 1, 11))
    booked = book(given.begin, given.read, asked, offer=True, actor=system("test"), now=NOW)
    return f"/courses/{booked.plan}"


def edited_protocol(practice: Practice) -> str:
    """The address of a protocol that the practice changed."""
    edited = replace(known()["lateral-elbow"], cap=5, notes="")
    save(practice.database.begin, edited, seen=0, why="Fewer will do", actor=system("test"), now=NOW)
    return PROTOCOL


def own_note(practice: Practice) -> str:
    """The address of a note with a version that waits for approval."""
    shipped = notes.as_shipped("dry-needling", "en")
    wordings = {part: [(line.full, line.neutral) for line in getattr(shipped, part)] for part in PARTS}
    wordings["after"] = [("Rest **well**, [more](https://example.org/rest).", "Rest."), *wordings["after"][1:]]
    who = system("test")
    notes.write(practice.database.begin, "dry-needling", "en", wordings, seen=0, actor=who, now=NOW)
    return NOTE


def open_late(practice: Practice) -> None:
    """Patients move and cancel visits by themselves until an hour before."""
    with practice.database.begin() as unit:
        unit.connection.execute(update(clinic).values(cancel_hours=1))


def outbox(practice: Practice) -> str:
    """The address of the outbox, with a mail that was given up."""
    with practice.database.begin() as unit:
        first = select(func.min(seal.c.id)).scalar_subquery()
        dead = {"state": "dead", "fault": "bad_address 550"}
        unit.connection.execute(update(seal).where(seal.c.id == first).values(**dead))
    return "/outbox"


def _asked(path: str, **fields: str) -> str:
    return f"{path}?{urlencode(fields)}"


def addresses(practice: Practice) -> dict[str, str]:
    """What somebody who is signed in can look at."""
    free, busy = patient(practice, "AO-0001").public_id, patient(practice, "AO-0002").public_id
    dead = patient(practice, "AO-0014").public_id
    leeds, novak = whereabouts(practice.database.read, "leeds", "novak")
    wish = {"patient": free, "protocol": "tension-headache", "region": "neck", "side": "both", "start": "2026-11-25"}
    single = {"patient": free, "kind": "assessment", "date": "2026-11-25"}
    shown, panel = course(practice, "AO-0002"), visit(practice, "AO-0003")
    return {
        "day": DAY,
        "day-rooms": f"{DAY}?by=room",
        "day-today": "/day/2026-11-23",
        "day-empty": SUNDAY,
        "week": "/week/2026-11-24",
        "week-rooms": "/week/2026-11-24?by=room",
        "week-one": f"/week/2026-11-24?who={whereabouts(practice.database.read, None, 'hale')[1]}",
        "changes": "/my/changes",
        "new-empty": "/courses/new",
        "new-preview": _asked("/courses/new", **wish),
        "new-impossible": _asked("/courses/new", **wish, therapist=str(novak), therapist_is="require"),
        "new-others": _asked("/courses/new", **{**wish, "from": "16:00", "regular": "1"}, others="1"),
        "new-parts": _asked("/courses/new", **{**wish, **SHOULDER}, alternate="1", apart="1"),
        "new-refused": _asked("/courses/new", **{**wish, "start": "2020-01-01", "from": "18:00", "until": "09:00"}),
        "course": shown,
        "home": f"{shown}/home",
        "phases": f"{shown}/phases",
        "offered": offered(practice),
        "replan": f"{course(practice, 'AO-0012')}/replan",
        "replan-wider": f"{course(practice, 'AO-0005')}/replan?gap_after=17",
        "replan-impossible": f"{course(practice, 'AO-0005')}/replan?gap_after=17&keep=3&keep=5",
        "replan-nothing": f"{shown}/replan",
        "handout": f"{shown}/handout",
        "card": f"/patients/{busy}/card",
        "screening": f"/patients/{busy}/screening",
        "tablet": f"/patients/{busy}/screening?tablet=1",
        "consents": f"/patients/{busy}/consents",
        "check": f"{answered(practice)}/check",
        "rules": "/rules",
        "visit": panel,
        "move": f"{panel}/move",
        "cancel": f"{panel}/cancel",
        "missed": f"{panel}/missed",
        "book-empty": "/visits/new",
        "book": _asked("/visits/new", **single, location=leeds),
        "patients": "/patients",
        "patients-none": "/patients?q=zzz",
        "find": "/find",
        "record": f"/patients/{busy}",
        "record-dead": f"/patients/{dead}",
        "edit": f"/patients/{busy}/edit",
        "times": f"/patients/{busy}/times",
        "relatives": f"/patients/{busy}/relatives",
        "calendars": f"/patients/{busy}/calendars",
        "calendars-mine": "/my/calendars",
        "calendars-house": "/calendars",
        "new-patient": "/patients/new",
        "worklist": "/worklist",
        "worklist-none": "/worklist?kind=authorisation",
        "repairs": "/repairs",
        "handovers": "/handovers",
        "repair": repair(practice),
        "mailbox": "/demo/mailbox",
        "own-calendars": own_calendars(practice),
        "tasks": tasks(practice),
        "outbox": outbox(practice),
        "notes": "/notes",
        "note": own_note(practice),
        "note-edit": f"{NOTE}/edit",
        "protocols": "/protocols",
        "protocol": edited_protocol(practice),
        "protocol-edit": "/protocols/knee-oa-electrical/edit",
        "protocol-compare": f"{PROTOCOL}/compare",
        "health": "/health",
        "missing": "/day/never",
    } | care_screens.addresses(
        practice, visit(practice, "AO-0004"), visit(practice, "AO-0005"), shown, course(practice, "AO-0005")
    )


def everywhere(practice: Practice, html: Callable[[str], str]) -> dict[str, str]:
    """Every screen; those behind a letter's link are found in what `html` reads for somebody who is signed in."""
    practice.deliver()
    open_late(practice)
    found = addresses(practice)
    found |= desk_screens.addresses(practice, found["course"])
    found |= waiting_screens.addresses(practice, visit(practice, "AO-0010"))
    found["mail"] = _first(r'<tbody>.*?<a [^>]*href="([^"]+)"', html(found["mailbox"]))
    found["link"] = "/v/" + _first(r'/v/([^"/?]+)"', html(found["mail"]))
    found |= {f"link-{page}": f"{found['link']}/{page}" for page in ("move", "cancel", "notes")}
    return found | {"sign-in": "/sign-in"}


def _first(pattern: str, html: str) -> str:
    found = re.search(pattern, html, flags=re.DOTALL)
    assert found is not None, pattern
    return found[1]
