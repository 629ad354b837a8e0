"""Consent to needling: told, signed, and taken back."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.content.consents import told
from clinic.content.labels import label
from clinic.db.access import reading
from clinic.db.care import consents
from clinic.db.patients import records, relatives
from clinic.db.patients.records import Record
from clinic.db.visits import reads
from clinic.domain.care.consents import Capacity, Consent, NewConsent, Way, is_minor
from clinic.domain.errors import Invalid
from clinic.domain.practice.body import region_named
from clinic.domain.practice.modality import NEEDLING, modality_named
from clinic.domain.time import local_date, zone
from clinic.services.care.consents import give, withdraw
from clinic.web import words
from clinic.web.errors import said
from clinic.web.forms import new_key, once, sent
from clinic.web.frame import practice
from clinic.web.gate import actor, needs, parts

blueprint = Blueprint("consents", __name__)


@blueprint.get("/patients/<public_id>/consents")
@needs("consent.write")
def page(public_id: str) -> str:
    """What was agreed to, and the text to agree to."""
    return _page(public_id, {}, {})


@blueprint.post("/patients/<public_id>/consents")
@needs("consent.write")
def sign(public_id: str) -> Answer | tuple[str, int]:
    """Keep what was signed."""
    given = parts()
    with given.read() as unit:
        language = records.record(unit.connection, public_id).person.language
    try:
        give(given.begin, public_id, _new(language), actor=actor(), once=once(), now=given.now())
    except Invalid as error:
        return _page(public_id, _typed(), {error.field or "": said(error)}), 400
    return redirect(url_for(".page", public_id=public_id), 303)


@blueprint.post("/patients/<public_id>/consents/<consent>/withdraw")
@needs("consent.write")
def take_back(public_id: str, consent: str) -> Answer | str | tuple[str, int]:
    """The consent stands no longer; the visits that now wait are shown."""
    try:
        waiting = withdraw(parts().begin, public_id, consent, request.form.get("withdrawn_by", ""), **sent())
    except Invalid as error:
        return _page(public_id, {}, {error.field or "": said(error)}), 400
    if not waiting:
        return redirect(url_for(".page", public_id=public_id), 303)
    return _page(public_id, {}, {}, waiting=waiting)


def _new(language: str) -> NewConsent:
    """What was signed in the form of this request. Raises Invalid."""
    form, text = request.form, told(language)
    try:
        capacity, way = Capacity(form.get("capacity", "patient")), Way(form.get("way", "screen"))
    except ValueError as error:
        raise Invalid("not_one_of", field="capacity", allowed=", ".join(Capacity)) from error
    return NewConsent(
        modality=modality_named(form.get("modality", "")),
        regions=tuple(region_named(name, "regions") for name in form.getlist("regions")),
        lung_risk="lung_risk" in form,
        text_version=text.version,
        language=text.language,
        given_by=form.get("given_by", ""),
        capacity=capacity,
        way=way,
    )


def _typed() -> dict[str, Any]:
    form = request.form
    return {**form.to_dict(), "regions": form.getlist("regions")}


def _page(public_id: str, values: dict[str, Any], errors: dict[str, str], *, waiting: tuple[str, ...] = ()) -> str:
    given = parts()
    with given.begin() as unit:
        found = records.record(unit.connection, public_id)
        kept = consents.of_patient(unit.connection, found.id)
        acting = [one.name for one in relatives.of_patient(unit.connection, found.id) if one.acts]
        reading.keep(unit.connection, found.id, route="consents.page", actor=actor(), now=given.now())
        heads = [reads.panel(unit.connection, one)[0] for one in waiting]
    text = told(found.person.language)
    return render_template(
        "care/consents.html",
        of={"name": found.person.shown_name, "born": words.short_date(found.person.birth_on)},
        consents=[_line(public_id, one) for one in kept],
        waiting=[
            {
                "href": url_for("visits.panel", public_id=one.public_id),
                "when": words.moment(words.local(one.starts, zone(one.tz))),
            }
            for one in heads
        ],
        text=text,
        values=_first(found, acting) | values,
        acting=", ".join(acting),
        relatives_url=url_for("relatives.listed", public_id=public_id) if actor().may("patient.write") else None,
        errors=errors,
        modalities=[(one.value, gettext(label(one.value))) for one in sorted(NEEDLING)],
        regions=words.region_choices()[1:],
        capacities=[(one.value, gettext(label(one.value))) for one in Capacity],
        ways=[(one.value, gettext(label(one.value))) for one in Way],
        post_to=url_for(".sign", public_id=public_id),
        key=new_key(),
        back_url=url_for("patients.record", public_id=public_id),
    )


def _first(found: Record, acting: list[str]) -> dict[str, Any]:
    minor = is_minor(found.person.birth_on, _day(parts().now()))
    signs = acting[0] if minor and len(acting) == 1 else ""
    return {
        "modality": "dry-needling",
        "capacity": "guardian" if minor else "patient",
        "way": "screen",
        "given_by": signs,
    }


def _line(patient: str, one: Consent) -> dict[str, Any]:
    regions = ", ".join(gettext(label(region.value)) for region in sorted(one.regions))
    return {
        "what": gettext(label(one.modality.value)),
        "where": regions or gettext("every region"),
        "by": f"{one.given_by} ({gettext(label(one.capacity.value))}, {gettext(label(one.way.value))})",
        "on": words.short_date(_day(one.given_at)),
        "text": one.text_version,
        "withdrawn": words.short_date(_day(one.withdrawn_at)) if one.withdrawn_at else "",
        "withdrawn_by": one.withdrawn_by,
        "withdraw_to": url_for(".take_back", public_id=patient, consent=one.public_id) if one.stands else None,
        "id": one.public_id,
        "key": new_key(),
        "version": one.version,
    }


def _day(instant: datetime) -> date:
    """By the clock on the practice's wall."""
    return local_date(instant, zone(practice().tz))
