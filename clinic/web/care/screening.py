"""The questions about a patient's health: asked in full with the patient, or on the clinic's tablet."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.content import screening as asked
from clinic.content.labels import label
from clinic.content.languages import HOME
from clinic.content.screening import Question, read
from clinic.db.access import reading
from clinic.db.care import screening as kept
from clinic.db.patients import records
from clinic.domain.care.screening import Answers, Degree, Limb
from clinic.domain.errors import Invalid
from clinic.domain.practice.body import Region
from clinic.domain.time import local_date, zone
from clinic.services.care.screening import answer
from clinic.web import words
from clinic.web.errors import said
from clinic.web.forms import new_key, sent
from clinic.web.frame import practice
from clinic.web.gate import actor, needs, parts
from clinic.web.languages import speaking

blueprint = Blueprint("screening", __name__)


@blueprint.before_request
def in_whose_hands() -> None:
    """The tablet is the patient's while he answers: whatever goes wrong, nothing of the practice is shown on it."""
    g.with_patient = "tablet" in request.values


@blueprint.get("/patients/<public_id>/screening")
@needs("screening.write")
def page(public_id: str) -> str:
    """All questions, as they were answered last; with `tablet` alone, for the patient to answer."""
    return _form(public_id, {})


@blueprint.post("/patients/<public_id>/screening")
@needs("screening.write")
def write(public_id: str) -> Answer | tuple[str, int]:
    """Keep the answers as the next version."""
    questions = asked.load()
    try:
        answers = Answers(**answers_of(questions.standing))
    except Invalid as error:
        return _form(public_id, {error.field or "": said(error)}), 400
    answer(parts().begin, public_id, answers, questions=questions.version, **sent())
    if "tablet" in request.form:
        return redirect(url_for(".page", public_id=public_id, tablet="done"), 303)
    visit = request.form.get("visit", "")
    return redirect(url_for("check.page", public_id=visit) if visit else _record(public_id), 303)


def answers_of(questions: Sequence[Question]) -> dict[str, Any]:
    """The answers of the form of this request, by field. Raises Invalid."""
    return {one.field: read(one, request.form.getlist(one.field)) for one in questions}


def _record(public_id: str) -> str:
    return url_for("patients.record", public_id=public_id)


def _form(public_id: str, errors: dict[str, str]) -> str:
    given = parts()
    with given.begin() as unit:
        found = records.record(unit.connection, public_id)
        known = kept.latest(unit.connection, found.id)
        reading.keep(unit.connection, found.id, route="screening.page", actor=actor(), now=given.now())
    visit = request.values.get("visit", "")
    questions = asked.load().standing
    values = values_sent(questions) if request.method == "POST" else values_of(known.answers if known else Answers())
    tablet = request.values.get("tablet", "")
    with speaking(found.person.language):
        lines = lines_of(questions)
    with speaking(found.person.language if tablet else HOME):
        return render_template(
            "care/screening_tablet.html" if tablet else "care/screening.html",
            done=tablet == "done",
            tablet_href=url_for(".page", public_id=public_id, visit=visit or None, tablet="1"),
            of={"name": found.person.shown_name, "born": words.short_date(found.person.birth_on)},
            questions=lines,
            values=values,
            errors=errors,
            since=words.short_date(local_date(known.answered_at, zone(practice().tz))) if known else "",
            language=found.person.language,
            post_to=url_for(".write", public_id=public_id),
            key=new_key(),
            version=request.form.get("version", known.version if known else 0),
            visit=visit,
            back_url=url_for("check.page", public_id=visit) if visit else _record(public_id),
        )


def lines_of(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """The questions as the template shows them, in the page's language."""
    choices = {
        "degree": [(one.value, gettext(label(one.value))) for one in Degree],
        "limbs": [(one.value, gettext(label(one.value))) for one in Limb],
        "regions": [(one.value, gettext(label(one.value))) for one in Region],
    }
    return [
        {"field": one.field, "kind": one.kind, "asks": gettext(one.asks), "choices": choices.get(one.kind, [])}
        for one in questions
    ]


def values_of(answers: Any) -> dict[str, Any]:
    """The answers as fields show them."""
    return {one.name: _shown(getattr(answers, one.name)) for one in fields(answers)}


def _shown(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return [str(each) for each in value] if isinstance(value, tuple) else value


def values_sent(questions: Sequence[Question]) -> dict[str, Any]:
    """What was typed, to be shown again."""
    several = ("regions", "limbs")
    form = request.form
    return {one.field: form.getlist(one.field) if one.kind in several else form.get(one.field, "") for one in questions}
