"""What goes with a course: its home programme, and what its patient was told to expect."""

from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.content.expectations import SENTENCES, TENDON_RULE, TENDON_SOURCE, VERSION
from clinic.content.labels import label
from clinic.db.courses import preparations, reads
from clinic.db.courses.preparations import Expectation
from clinic.db.courses.reads import PlanRow
from clinic.db.patients import records
from clinic.domain.courses.home import MOST_EXERCISES, Exercise
from clinic.domain.errors import Invalid
from clinic.domain.fields import within
from clinic.domain.practice.evidence import Evidence
from clinic.domain.time import zone
from clinic.services.courses.home import prescribe, tell
from clinic.web import words
from clinic.web.courses.handout import dose
from clinic.web.courses.protocol_words import bare
from clinic.web.errors import said, status_of
from clinic.web.forms import new_key, sent
from clinic.web.gate import needs, parts
from clinic.web.languages import speaking

blueprint = Blueprint("home", __name__)

NUMBERS: Final = ("sets", "repetitions", "days_a_week")
BLANK: Final = {"name": "", "sets": "3", "repetitions": "10", "days_a_week": "3", "tendon": "", "note": ""}
SPARE: Final = 2
"""Empty rows below those that are filled in."""

Row = dict[str, str]


@blueprint.get("/courses/<public_id>/home")
@needs("plan.write")
def page(public_id: str) -> str:
    """Both forms."""
    with parts().read() as unit:
        plan = reads.plan_row(unit.connection, public_id)
        kept = preparations.exercises(unit.connection, plan.id)
    return _page(public_id, [_entered(each) for each in kept], {})


def _entered(exercise: Exercise) -> Row:
    numbers = {name: str(getattr(exercise, name)) for name in NUMBERS}
    return {"name": exercise.name, "tendon": "1" if exercise.tendon else "", "note": exercise.note} | numbers


@blueprint.post("/courses/<public_id>/home")
@needs("plan.write")
def save(public_id: str) -> Answer | tuple[str, int]:
    """The programme as it was entered; rows without a name are left out."""
    rows = [row for row in _rows() if row["name"]]
    try:
        exercises = tuple(within(str(at), _exercise, row) for at, row in enumerate(rows))
        prescribe(parts().begin, public_id, exercises, **sent())
    except Invalid as fault:
        return _page(public_id, rows, {fault.field or "": said(_named(fault))}), status_of(fault)
    return redirect(url_for("courses.course", public_id=public_id), 303)


def _rows() -> list[Row]:
    form, places = request.form, [str(at) for at in range(MOST_EXERCISES + SPARE)]
    return [{name: form.get(f"{at}.{name}", "").strip() for name in BLANK} for at in places if f"{at}.name" in form]


def _exercise(row: Row) -> Exercise:
    for name in NUMBERS:
        if not (row[name].isascii() and row[name].isdigit() and len(row[name]) < 4):
            raise Invalid("not_a_number", field=name)
    sets, repetitions, days = (int(row[name]) for name in NUMBERS)
    return Exercise(row["name"], sets, repetitions, days, bool(row["tendon"]), row["note"])


def _named(fault: Invalid) -> Invalid:
    """With the field as the form calls it."""
    last = (fault.field or "").rpartition(".")[2]
    return Invalid(fault.code, field=_names().get(last, last), **fault.params)


def _names() -> dict[str, str]:
    return {
        "name": gettext("Exercise"),
        "sets": gettext("Sets"),
        "repetitions": gettext("Repetitions"),
        "days_a_week": gettext("Days a week"),
        "tendon": gettext("Tendon: the pain rule is printed with it"),
        "note": gettext("Note"),
        "acknowledged_by": gettext("Who acknowledges it"),
    }


@blueprint.post("/courses/<public_id>/expectations")
@needs("plan.write")
def acknowledged(public_id: str) -> Answer | tuple[str, int]:
    """Somebody says that he knows what to expect; kept in the words of his language."""
    with parts().read() as unit:
        plan = reads.plan_row(unit.connection, public_id)
        said_so, kept = _expect(_language(plan)), preparations.exercises(unit.connection, plan.id)
    who = request.form.get("acknowledged_by", "").strip()
    try:
        tell(parts().begin, public_id, "\n".join(said_so), who, text_version=VERSION, **sent())
    except Invalid as fault:
        rows = [_entered(each) for each in kept]
        return _page(public_id, rows, {"acknowledged_by": said(_named(fault))}), status_of(fault)
    return redirect(url_for("courses.course", public_id=public_id), 303)


def _language(plan: PlanRow) -> str:
    with parts().read() as unit:
        return records.record(unit.connection, plan.patient_public_id).person.language


def _expect(language: str) -> list[str]:
    with speaking(language):
        return [str(gettext(sentence)) for sentence, _ in SENTENCES]


def _source(evidence: Evidence) -> str:
    return f"{gettext(label(evidence.confidence))}: {bare(evidence.source)}"


def _page(public_id: str, rows: list[Row], errors: dict[str, str]) -> str:
    with parts().read() as unit:
        plan = reads.plan_row(unit.connection, public_id)
    filled = [*rows, *[BLANK] * SPARE][: MOST_EXERCISES + SPARE]
    return render_template(
        "courses/home.html",
        course={"title": plan.title, "href": url_for("courses.course", public_id=public_id)},
        patient={"name": plan.patient, "born": words.short_date(plan.born_on)},
        save_to=url_for(".save", public_id=public_id),
        told_to=url_for(".acknowledged", public_id=public_id),
        keys=(new_key(), new_key()),
        version=plan.version,
        rows=range(len(filled)),
        values={f"{at}.{name}": value for at, row in enumerate(filled) for name, value in row.items()}
        | {"acknowledged_by": request.form.get("acknowledged_by", plan.patient)},
        errors=errors,
        names=_names(),
        rule=(gettext(TENDON_RULE), _source(TENDON_SOURCE)),
        expect=list(zip(_expect(_language(plan)), [_source(each) for _, each in SENTENCES], strict=True)),
    )


def facts(plan: PlanRow, exercises: tuple[Exercise, ...], told: tuple[Expectation, ...]) -> dict[str, Any]:
    """What the course's page shows of both."""
    tz = zone(plan.tz)
    return {
        "exercises": [(each.name, dose(each)) for each in exercises],
        "told": [
            gettext(
                "Acknowledged by %(who)s, %(when)s; told by %(by)s.",
                who=each.acknowledged_by,
                when=words.moment(each.at.astimezone(tz)),
                by=each.who,
            )
            for each in told[:1]
        ],
        "href": url_for("home.page", public_id=plan.public_id),
    }
