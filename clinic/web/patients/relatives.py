"""The relatives of a patient: who they are, and whether they come one after the other."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.db.access import reading
from clinic.db.patients import records, relatives
from clinic.domain.errors import Invalid, NotFound
from clinic.services.patients import relatives as changes
from clinic.web import words
from clinic.web.errors import said
from clinic.web.forms import version
from clinic.web.gate import actor, needs, parts
from clinic.web.patients.picker import Picked, chosen, picked

blueprint = Blueprint("relatives", __name__)


@blueprint.get("/patients/<public_id>/relatives")
@needs("patient.write")
def listed(public_id: str) -> str:
    return _page(public_id, Picked(None, "", None), {})


@blueprint.post("/patients/<public_id>/relatives")
@needs("patient.write")
def relate(public_id: str) -> Answer | str | tuple[str, int]:
    """Keep who was chosen; before anybody is, show whom the typed words find."""
    given, seen, other = parts(), version(), chosen(request.form)
    with given.read() as unit:
        who = picked(unit, request.form)
    if not other:
        return _page(public_id, who, {}, seen=seen)
    try:
        together = "back_to_back" in request.form
        changes.relate(given.begin, public_id, other, back_to_back=together, seen=seen, actor=actor(), now=given.now())
    except Invalid as error:
        fault = said(Invalid(error.code, field=gettext("Relative")))
        return _page(public_id, Picked(None, "", None), {"patient": fault}, seen=seen), 400
    except NotFound:
        if who.fault is None:
            raise
        return _page(public_id, who, {"patient": said(who.fault)}, seen=seen), 400
    return redirect(url_for(".listed", public_id=public_id), 303)


@blueprint.post("/patients/<public_id>/relatives/<other>/remove")
@needs("patient.write")
def part(public_id: str, other: str) -> Answer:
    given = parts()
    changes.part(given.begin, public_id, other, seen=version(), actor=actor(), now=given.now())
    return redirect(url_for(".listed", public_id=public_id), 303)


@blueprint.post("/patients/<public_id>/relatives/<other>/calendar")
@needs("patient.write")
def permit(public_id: str, other: str) -> Answer:
    """Note whether the relative may read the patient's calendar."""
    given, allowed = parts(), request.form.get("allowed") == "1"
    changes.permit(given.begin, public_id, other, allowed=allowed, seen=version(), actor=actor(), now=given.now())
    return redirect(url_for(".listed", public_id=public_id), 303)


@blueprint.post("/patients/<public_id>/relatives/<other>/proxy")
@needs("patient.write")
def entrust(public_id: str, other: str) -> Answer:
    """Note whether the relative may act for the patient."""
    given, acts = parts(), request.form.get("acts") == "1"
    changes.entrust(given.begin, public_id, other, acts=acts, seen=version(), actor=actor(), now=given.now())
    return redirect(url_for(".listed", public_id=public_id), 303)


def _page(public_id: str, who: Picked, wrong: dict[str, str], *, seen: int | None = None) -> str:
    given = parts()
    with given.begin() as unit:
        found = records.record(unit.connection, public_id)
        known = relatives.of_patient(unit.connection, found.id)
        reading.keep(unit.connection, found.id, route="relatives.listed", actor=actor(), now=given.now())
    return render_template(
        "patients/relatives.html",
        of={"name": found.person.shown_name, "born": words.short_date(found.person.birth_on)},
        relatives=[
            {
                "id": one.public_id,
                "name": one.name,
                "born": words.short_date(one.born_on),
                "href": url_for("patients.record", public_id=one.public_id),
                "back_to_back": one.back_to_back,
                "reads_feed": one.reads_feed,
                "acts": one.acts,
                "entrust_to": url_for(".entrust", public_id=public_id, other=one.public_id),
                "permit_to": url_for(".permit", public_id=public_id, other=one.public_id),
                "remove_to": url_for(".part", public_id=public_id, other=one.public_id),
            }
            for one in known
        ],
        post_to=url_for(".relate", public_id=public_id),
        version=found.version if seen is None else seen,
        errors=wrong,
        back_url=url_for("patients.record", public_id=public_id),
        **who.fields(),
    )
