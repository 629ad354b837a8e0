"""Choosing a patient in a form: by public id, or by words that find somebody."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from flask import request
from werkzeug.datastructures import MultiDict

from clinic.db.patients import records
from clinic.db.patients.find import find
from clinic.db.practice.heading import today
from clinic.db.unit import Unit
from clinic.domain.errors import Invalid, NotFound
from clinic.web import words
from clinic.web.gate import parts

TYPED: Final = "X-Typed"
"""The header in which a page of ours says what was typed, percent-encoded: addresses stay in logs and histories."""


@dataclass(frozen=True, slots=True)
class Picked:
    """The fields of the macro `patient_picker`; `fault` when the id is nobody's."""

    patient: dict[str, str] | None
    q: str
    candidates: list[dict[str, str]] | None
    fault: Invalid | None = None

    def fields(self) -> dict[str, Any]:
        """For the template."""
        return {"patient": self.patient, "q": self.q, "candidates": self.candidates, "picker_url": "/patients/find"}


def chosen(form: "MultiDict[str, str]") -> str:
    """The public id that the form names: of several fields the last that is not empty."""
    return next((value for value in reversed(form.getlist("patient")) if value), "")


def typed_words() -> str:
    """What was typed so far, of a request that asks for options."""
    return unquote(request.headers.get(TYPED, "")) or request.args.get("q", "")


def picked(unit: Unit, form: "MultiDict[str, str]") -> Picked:
    """Who was chosen, or whom the typed words find; neither before anything was typed."""
    public_id, typed = chosen(form), form.get("q", "")
    if public_id:
        try:
            found = records.record(unit.connection, public_id)
        except NotFound:
            return Picked(None, typed, None, Invalid("unknown_patient", field="patient"))
        person = found.person
        who = {"id": public_id, "name": person.shown_name, "born": words.short_date(person.birth_on)}
        return Picked(who, typed, None)
    if not typed.strip():
        return Picked(None, typed, None)
    matches = find(unit.connection, typed, today=today(unit.connection, parts().now()))
    return Picked(
        None,
        typed,
        [{"id": one.public_id, "name": one.name, "born": words.short_date(one.birth_on)} for one in matches],
    )
