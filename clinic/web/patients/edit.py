"""Taking a patient on, and changing a record."""

from collections.abc import Sequence
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.db.access import reading
from clinic.db.patients import records
from clinic.db.patients.records import Record
from clinic.domain.errors import Invalid, Stale
from clinic.domain.patients.choices import Choices
from clinic.domain.patients.person import Person
from clinic.services.patients.write import create as take_on
from clinic.services.patients.write import edit as change
from clinic.services.patients.write import namesakes
from clinic.web import words
from clinic.web.errors import page, said
from clinic.web.forms import new_key, once, version
from clinic.web.frame import today
from clinic.web.gate import actor, needs, parts
from clinic.web.patients import wording
from clinic.web.patients.form import FIELDS, Values, entered, errors, guessed, read, shown, therapists

blueprint = Blueprint("patient_form", __name__)

THEN: Final = {"visit": "/visits/new?patient={}", "course": "/courses/new?patient={}"}
"""What a patient is taken on for, and where that goes on."""


@blueprint.get("/patients/new")
@needs("patient.write")
def new() -> str:
    return _page(None, shown(None, Choices()), {})


@blueprint.post("/patients/begin")
@needs("patient.write")
def begin() -> str:
    """An empty form with what was typed to find somebody who is not there, on the way to something else."""
    typed = request.form.get("q", "")
    return _page(None, shown(None, Choices()) | guessed(typed, today=today()), {})


@blueprint.post("/patients/new")
@needs("patient.write")
def create() -> Answer | tuple[str, int]:
    """Take the patient on and go on with what he is for; or show what is wrong, or who is called so already."""
    given, values = parts(), entered(request.form)
    try:
        person, choices = read(values, None, Choices(), therapists())
        another = "another" in request.form
        public_id = take_on(given.begin, person, choices, another=another, actor=actor(), once=once(), now=given.now())
    except Invalid as error:
        if error.code == "patient_known":
            return _page(None, values, {}, twins=_twins(person)), 409
        return _page(None, values, dict(errors(error))), 400
    return redirect(_onward(public_id), 303)


def _onward(public_id: str) -> str:
    """Where the new patient is waited for."""
    return THEN.get(request.form.get("then", ""), "/patients/{}").format(public_id)


def _twins(person: Person) -> list[dict[str, str]]:
    with parts().read() as unit:
        found = namesakes(unit, person, now=parts().now())
    born = ((one, words.short_date(one.birth_on)) for one in found)
    return [{"name": one.name, "born": day, "href": _onward(one.public_id)} for one, day in born]


@blueprint.get("/patients/<public_id>/edit")
@needs("patient.write")
def edit(public_id: str) -> str:
    found = _record(public_id)
    given = parts()
    with given.begin() as unit:
        reading.keep(unit.connection, found.id, route="patient_form.edit", actor=actor(), now=given.now())
    return _page(found, shown(found.person, found.choices), {})


@blueprint.post("/patients/<public_id>/edit")
@needs("patient.write")
def save(public_id: str) -> Answer | tuple[str, int]:
    """Change the record, show what is wrong, or what somebody else changed meanwhile. What the record says already is
    as good as saved: most often it was sent twice."""
    given, found, values, seen = parts(), _record(public_id), entered(request.form), version()
    try:
        person, choices = read(values, found.person, found.choices, therapists())
        change(given.begin, public_id, person, choices, seen=seen, actor=actor(), now=given.now())
    except Invalid as error:
        return _page(found, values, dict(errors(error)), seen=seen), 400
    except Stale as error:
        current = _record(public_id)
        if (current.person, current.choices) != (person, choices):
            return _stale(error, current, values)
    return redirect(url_for("patients.record", public_id=public_id), 303)


def _record(public_id: str) -> Record:
    with parts().read() as unit:
        return records.record(unit.connection, public_id)


def _stale(error: Stale, now: Record, values: Values) -> Answer:
    """Both versions, side by side."""
    current = shown(now.person, now.choices)
    labels = {name: str(label) for name, label in FIELDS.values()}
    differing = [
        {"field": labels[name], "yours": _plain(values[name]), "current": _plain(current[name])}
        for name in labels
        if values[name] != current[name]
    ]
    return page(409, said(error), versions=differing, retry_url=url_for(".edit", public_id=now.public_id))


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(words.weekday_name(int(day)) for day in value if day in set("0123456"))
    return str(value)


def _page(
    found: Record | None,
    values: Values,
    wrong: dict[str, str],
    *,
    seen: int | None = None,
    twins: Sequence[dict[str, str]] = (),
) -> str:
    back = url_for("patients.record", public_id=found.public_id) if found else url_for("patients.listed")
    return render_template(
        "patients/edit.html",
        patient=found
        and {"name": found.person.shown_name, "born": words.short_date(found.person.birth_on), "href": back},
        post_to=url_for(".save", public_id=found.public_id) if found else url_for(".create"),
        key=None if found else new_key(),
        version=None if found is None else seen or found.version,
        values=values,
        errors=wrong,
        back_url=back,
        then=request.form.get("then", ""),
        twins=twins,
        **_offered(values),
    )


def _offered(values: Values) -> dict[str, Any]:
    """What there is to choose from."""
    return {
        "genders": [
            ("female", gettext("Female")),
            ("male", gettext("Male")),
            ("other", gettext("Other")),
            ("unknown", gettext("Not known")),
        ],
        "wish_genders": wording.wish_genders(),
        "languages": words.language_choices(values["language"] or "en"),
        "levels": wording.levels(),
        "ways": wording.ways(),
        "alarms": wording.alarms(values["alarm"]),
        "channels": wording.channels(),
        "reminders": wording.reminders(values["reminder"]),
        "weekdays": [(str(day), words.weekday_name(day)[:2]) for day in range(7)],
        "therapists": [("", gettext("No preference")), *therapists().items()],
    }
