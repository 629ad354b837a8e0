"""Patients: the list, the record, and who is found while somebody types."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from clinic.db.access import reading
from clinic.db.courses import reads as courses
from clinic.db.courses.reads import PlanLine
from clinic.db.patients import lines, records, relatives, times
from clinic.db.patients.find import Found
from clinic.db.patients.find import find as find_patients
from clinic.db.patients.records import Record
from clinic.db.patients.relatives import Relative
from clinic.db.patients.search import count, search
from clinic.db.visits import kept
from clinic.db.visits import reads as visits
from clinic.db.visits.reads import VisitRow
from clinic.domain.patients.choices import Choices
from clinic.domain.patients.person import age
from clinic.domain.time import tick_floor, zone
from clinic.domain.visits.visit import SHOWN
from clinic.web import words
from clinic.web.frame import today
from clinic.web.gate import actor, needs, parts
from clinic.web.paging import A_PAGE, pages, skipped
from clinic.web.patients import wording
from clinic.web.patients.form import therapists
from clinic.web.patients.picker import typed_words

blueprint = Blueprint("patients", __name__)


@blueprint.get("/patients")
@needs("patient.read")
def listed() -> str:
    """All patients, or those that the typed words find."""
    typed, on = request.args.get("q", ""), today()
    with parts().read() as unit:
        total = count(unit.connection, typed, today=on)
        skip = skipped(total)
        found = search(unit.connection, typed, today=on, most=A_PAGE, skip=skip)
        ids = [one.public_id for one in found]
        visits_ahead = lines.next_visits(unit.connection, ids, now=parts().now())
        running = lines.courses(unit.connection, ids)
    return render_template(
        "patients/list.html",
        action=url_for(".listed"),
        q=typed,
        patients=[_line(one, visits_ahead.get(one.public_id), running.get(one.public_id, "")) for one in found],
        pages=pages(skip, total, lambda page: url_for(".listed", q=typed or None, page=page)),
        new_href=url_for("patient_form.new") if actor().may("patient.write") else None,
        import_href=url_for("take_over.page") if actor().may("practice.write") else None,
    )


def _line(one: Found, ahead: tuple[int, str] | None, course: str) -> dict[str, Any]:
    tz = zone(ahead[1]) if ahead else None
    return {
        "name": one.name,
        "born": words.short_date(one.birth_on),
        "phone": one.phone,
        "next": f"{words.day(words.local(ahead[0], tz).date())}, {words.clock(ahead[0], tz)}" if ahead and tz else "",
        "course": course,
        "href": url_for(".record", public_id=one.public_id),
        "mark": gettext("Deceased") if one.deceased else "",
    }


@blueprint.get("/patients/find")
@needs("patient.read")
def find() -> str:
    """The matches while somebody types in a form: choosing one fills the field."""
    on = today()
    with parts().read() as unit:
        found = find_patients(unit.connection, typed_words(), today=on)
    options = [{"id": one.public_id, "name": one.name, "born": words.short_date(one.birth_on)} for one in found]
    return render_template("patients/_options.html", options=options)


@blueprint.get("/patients/<public_id>")
@needs("patient.read")
def record(public_id: str) -> str:
    """A patient's record; that it was read is kept."""
    given, now = parts(), parts().now()
    with given.read() as unit:
        found = records.record(unit.connection, public_id)
        plans = courses.of_patient(unit.connection, found.id)
        can_come = times.availability(unit.connection, found.id)
        kin = relatives.of_patient(unit.connection, found.id)
        lapsed = kept.lapsed(unit.connection, now)
        ahead = [one for one in visits.of_patient(unit.connection, found.id, tick_floor(now)) if one.status in SHOWN]
        total = visits.count_of_patient(unit.connection, found.id, without=lapsed)
        skip = skipped(total)
        rows = visits.latest(unit.connection, found.id, most=A_PAGE, skip=skip, without=lapsed)
    with given.begin() as unit:
        reading.keep(unit.connection, found.id, route="patients.record", actor=actor(), now=now)
    return render_template(
        "patients/record.html",
        patient=_head(found, today()),
        contact=[(label, value) for label, value in _contact(found) if value],
        choices=[*_choices(found), *((label, value) for label, value in wording.times(can_come) if value)],
        relatives=[_relative(one) for one in kin],
        notices=_notices(found),
        next_visit=_next(ahead[0]) if ahead else None,
        courses=[_course(line) for line in plans],
        visits=[_visit(row) for row in rows],
        pages=pages(skip, total, lambda page: url_for(".record", public_id=public_id, page=page)),
        **_ways(found),
    )


def _relative(one: Relative) -> dict[str, str]:
    note = gettext("Visits back to back") if one.back_to_back else ""
    return {"name": one.name, "note": note, "href": url_for(".record", public_id=one.public_id)}


def _ways(found: Record) -> dict[str, str | None]:
    """Where one can go from a record: nothing is planned for the dead."""
    open_ = not (found.person.deceased or found.restricted)
    me = actor()
    writes = me.may("patient.write")
    return {
        "edit_href": url_for("patient_form.edit", public_id=found.public_id) if writes else None,
        "times_href": url_for("patient_times.edit", public_id=found.public_id) if writes else None,
        "relatives_href": url_for("relatives.listed", public_id=found.public_id) if writes else None,
        "calendars_href": url_for("subscriptions.patient", public_id=found.public_id)
        if me.may("feed.create")
        else None,
        "course_href": f"/courses/new?patient={found.public_id}" if open_ and me.may("plan.write") else None,
        "book_href": f"/visits/new?patient={found.public_id}" if open_ and me.may("visit.book") else None,
        "screening_href": url_for("screening.page", public_id=found.public_id) if me.may("screening.write") else None,
        "consents_href": url_for("consents.page", public_id=found.public_id) if me.may("consent.write") else None,
        "card_href": url_for("card.card", public_id=found.public_id),
        "list_href": url_for(".listed"),
    }


def _head(found: Record, today: date) -> dict[str, Any]:
    person = found.person
    born = person.birth_on
    marks = [gettext("Deceased")] * bool(person.deceased) + [gettext("Restricted")] * found.restricted
    return {
        "name": person.shown_name,
        "born": words.short_date(born),
        "age": "" if person.deceased else gettext("age %(years)s", years=age(born, today)),
        "gender": words.gender(person.gender),
        "mark": ", ".join(marks),
        "number": "",
    }


def _contact(found: Record) -> list[tuple[str, str]]:
    person = found.person
    email = person.email or ""
    if email and found.email_state == "bad":
        email = gettext("%(email)s (mail comes back)", email=email)
    return [
        (gettext("Phone"), person.phone or ""),
        (gettext("E-mail"), email),
        (gettext("Address"), person.address),
        (gettext("Language"), words.language(person.language)),
    ]


def _choices(found: Record) -> list[tuple[str, str]]:
    choices = found.choices
    levels = {level: label for level, label, _ in wording.levels()}
    ways = {way: label for way, label, _ in wording.ways()}
    alarm = "" if choices.alarm_minutes is None else str(choices.alarm_minutes)
    names = therapists() if choices.preferences.therapist else {}
    shown = [
        (gettext("Calendar entries say"), levels[str(choices.disclosure)]),
        (gettext("Appointments are told"), ways[choices.invites]),
        (gettext("Alarm"), dict(wording.alarms(alarm))[alarm] if alarm else ""),
        *_written(choices),
        *wording.wishes(choices.preferences, names.get(choices.preferences.therapist or "", "")),
        (gettext("Extra minutes"), str(choices.extra_minutes or "")),
        (gettext("Interpreter"), choices.interpreter),
    ]
    return [(label, value) for label, value in shown if value]


def _written(choices: Choices) -> list[tuple[str, str]]:
    """How he is written to, where that is not as usual."""
    channels = {channel: label for channel, label, _ in wording.channels()}
    hours = "" if choices.reminder_hours is None else str(choices.reminder_hours)
    return [
        (gettext("What is written goes"), "" if choices.channel == "mail" else channels[choices.channel]),
        (gettext("Reminder"), dict(wording.reminders(hours))[hours] if hours else ""),
        (gettext("Notes after each session"), "" if choices.aftercare else gettext("Not wanted")),
        (gettext("Follow-up entry in the calendar"), gettext("Wanted") if choices.follow_up else ""),
        (gettext("Own time zone"), choices.tz or ""),
    ]


def _notices(found: Record) -> list[tuple[str, str]]:
    if found.person.deceased:
        return [("warn", gettext("The patient has died: nothing can be planned or booked."))]
    return [("warn", gettext("The record is restricted: nothing can be planned."))] if found.restricted else []


def _next(row: VisitRow) -> dict[str, Any]:
    tz = zone(row.tz)
    return {
        "day": words.full_day(words.local(row.starts, tz).date()),
        "starts": words.clock(row.starts, tz),
        "ends": words.clock(row.ends, tz),
        "therapist": row.therapist or "",
        "place": row.location,
        "href": _visit_href(row),
    }


def _course(line: PlanLine) -> dict[str, Any]:
    tz = zone(line.tz)
    period = ""
    if line.first is not None and line.last is not None:
        period = words.period(words.local(line.first, tz).date(), words.local(line.last, tz).date())
    return {
        "title": line.title,
        "state": words.plan_state(line.status, all_held=line.all_held),
        "due": _due(line, tz),
        "period": period,
        "done": line.done,
        "total": line.sessions,
        "href": url_for("courses.course", public_id=line.public_id)
        if actor().may_at("plan.read", [line.location_id])
        else None,
    }


def _due(line: PlanLine, tz: ZoneInfo) -> str:
    """What comes next once all visits were held."""
    if not line.all_held:
        return ""
    review = words.after(line.first, line.review_in, tz)
    return words.to_close(reassess=line.reassess, undecided=line.held_up, review_on=review)


def _visit(row: VisitRow) -> dict[str, Any]:
    tz = zone(row.tz)
    return {
        "day": words.day(words.local(row.starts, tz).date()),
        "starts": words.clock(row.starts, tz),
        "status": words.status_of(row.status),
        "kind": words.kind_of(row.modalities),
        "kind_label": words.kind_label(row.modalities),
        "therapist": row.therapist or "",
        "place": row.location,
        "href": _visit_href(row),
    }


def _visit_href(row: VisitRow) -> str | None:
    """None for who may not open visits there: that it is, belongs to the patient."""
    return url_for("visits.panel", public_id=row.public_id) if actor().may_at("visit.read", [row.location_id]) else None
