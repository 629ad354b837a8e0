"""Taking over patients from a table: what it says of whom first, and everybody at once when it is agreed to."""

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as Answer

from clinic.domain.errors import Invalid
from clinic.domain.patients.taking import Judged, Judgement, State
from clinic.domain.practice.importing import Refusal
from clinic.interchange.csv_patients import Table, decoded, read_table
from clinic.services.patients.take_over import look, take_over
from clinic.web import words
from clinic.web.errors import said
from clinic.web.forms import new_key
from clinic.web.gate import actor, needs, parts

blueprint = Blueprint("take_over", __name__, url_prefix="/setup/patients")

MOST_BYTES: Final = 1 << 20
ROOM: Final = 128 << 10
"""Bytes of a form around its table."""
SHOWN: Final = 100
"""So many lines of a kind are shown; all of them count."""


@blueprint.url_value_preprocessor
def _allow_tables(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    request.max_content_length = request.max_form_memory_size = 3 * MOST_BYTES + ROOM


@blueprint.get("")
@needs("practice.write")
def page() -> str:
    return _ask({})


@blueprint.post("")
@needs("practice.write")
def preview() -> str | tuple[str, int]:
    """What the table says, line by line; nothing is written."""
    data = _sent()
    try:
        if not data:
            raise Invalid("csv_empty", field="file")
        if len(data) > MOST_BYTES:
            raise Invalid("file_too_large", field="file", path=gettext("The table"), most_mb=1)
        text = decoded(data)
        return _shown(text, read_table(text, month_first=_month_first()))
    except Invalid as fault:
        return _ask({"file": said(fault)}), 400


@blueprint.post("/take")
@needs("practice.write")
def take() -> Answer | tuple[str, int]:
    """Take on who was shown to be new, and of the namesakes those who are said to be others."""
    given = parts()
    try:
        table = read_table(request.form.get("table", "").replace("\r\n", "\n"), month_first=_month_first())
    except Invalid as fault:
        return _ask({"file": said(fault)}), 400
    others = [int(line) for line in request.form.getlist("other") if line.isascii() and line.isdigit()]
    count = take_over(given.begin, table.arrivals, others[:10_000], table.import_id, actor=actor(), now=given.now())
    flash(ngettext("%(num)s patient was taken on.", "%(num)s patients were taken on.", count), "done")
    return redirect(url_for("patients.listed"), 303)


def _sent() -> bytes:
    """What is in the file, or as much of it as shows that it is too large."""
    sent = request.files.get("file")
    if sent is None:
        return b""
    with sent.stream as stream:
        return bytes(stream.read(MOST_BYTES + 1))


def _month_first() -> bool:
    return request.form.get("dates") == "month"


def _ask(errors: dict[str, str]) -> str:
    dates = [("day", gettext("day/month/year, 31/03/1980")), ("month", gettext("month/day/year, 03/31/1980"))]
    values = {"dates": request.form.get("dates", "day")}
    return render_template("patients/take_over.html", errors=errors, values=values, dates=dates)


def _shown(text: str, table: Table) -> str:
    given = parts()
    found = look(given.read, table.arrivals, actor=actor(), now=given.now())
    of = {state: [each for each in found.people if each.state is state] for state in State}
    refused = sorted([*table.refused, *found.refused], key=lambda each: each.line)
    return render_template(
        "patients/take_over_preview.html",
        columns=[(heading, _field(name)) for heading, name in table.columns],
        counts=_counts(found, len(refused)),
        new=[_line(each) for each in of[State.NEW][:SHOWN]],
        more=max(0, len(of[State.NEW]) - SHOWN),
        namesakes=[_line(each) for each in of[State.NAMESAKE]],
        refused=[_refusal(each) for each in refused[:SHOWN]],
        table=text,
        dates=request.form.get("dates", "day"),
        may=bool(of[State.NEW] or of[State.NAMESAKE]),
        key=new_key(),
        take_to=url_for(".take"),
        back_url=url_for(".page"),
    )


def _field(name: str) -> str:
    names = {
        "family_name": gettext("Family name"),
        "given_names": gettext("Given names"),
        "birth_on": gettext("Birth date"),
        "gender": gettext("Gender"),
        "email": gettext("Mail"),
        "phone": gettext("Phone"),
        "address": gettext("Address"),
        "language": gettext("Language"),
        "number": gettext("Number"),
    }
    return str(names.get(name, ""))


def _counts(found: Judgement, refused: int) -> list[tuple[str, int]]:
    count = {state: sum(each.state is state for each in found.people) for state in State}
    return [
        (gettext("New"), count[State.NEW]),
        (gettext("Here already"), count[State.KNOWN]),
        (gettext("May be somebody who is here"), count[State.NAMESAKE]),
        (gettext("Cannot be read"), refused),
    ]


def _line(each: Judged) -> dict[str, Any]:
    person = each.arrival.person
    return {
        "line": each.arrival.line,
        "name": person.shown_name,
        "born": words.short_date(person.birth_on),
        "reach": ", ".join(filter(None, (person.phone, person.email))),
        "same_href": url_for("patients.record", public_id=each.same) if each.same else None,
        "same_line": each.line,
    }


def _refusal(each: Refusal) -> dict[str, Any]:
    faults = [Invalid(one.code, field=_field(one.field or "") or one.field, **one.params) for one in each.faults]
    return {"line": each.line, "why": " ".join(said(one) for one in faults)}
