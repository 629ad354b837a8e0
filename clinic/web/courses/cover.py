"""Who pays for a course: what was authorised, used, booked, and what is left."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as Answer

from clinic.db.courses import covers, reads
from clinic.db.courses.reads import PlanRow, SessionRow
from clinic.domain.courses.cover import MOST_VISITS, Cover
from clinic.domain.errors import Invalid
from clinic.domain.faults import each_fault
from clinic.services.courses.covering import cover
from clinic.web import words
from clinic.web.errors import said
from clinic.web.forms import new_key, sent
from clinic.web.gate import actor, needs, parts
from clinic.web.practice.entries import maybe_day, whole

blueprint = Blueprint("cover", __name__)

AGREED = frozenset({"booked", "confirmed", "arrived", "in_session"})


@blueprint.get("/courses/<public_id>/payer")
@needs("plan.write")
def page(public_id: str) -> str:
    return _page(public_id, None, {})


@blueprint.post("/courses/<public_id>/payer")
@needs("plan.write")
def save(public_id: str) -> Answer | tuple[str, int]:
    try:
        cover(parts().begin, public_id, _told(request.form), **sent())
    except Invalid as fault:
        return _page(public_id, request.form, _errors(fault)), 400
    return redirect(url_for("courses.course", public_id=public_id), 303)


def facts(plan: PlanRow, known: Cover, rows: Sequence[SessionRow]) -> dict[str, Any]:
    """What a course's page says of it: who pays, and how far it goes."""
    href = url_for("cover.page", public_id=plan.public_id) if actor().may("plan.write") else None
    return {"payer": known.payer or gettext("The patient, or not said"), "says": _says(known, rows), "href": href}


def _says(known: Cover, rows: Sequence[SessionRow]) -> str:
    """Counted are treatments: reviews are visits of their own."""
    standings = [row.status for row in rows if row.kind == "treatment"]
    used, booked = standings.count("done"), sum(status in AGREED for status in standings)
    said_: list[str] = []
    if known.visits is not None:
        left = known.left(used, booked) or 0
        numbers = {"used": used, "booked": booked, "left": left}
        said_.append(
            ngettext(
                "%(num)s authorised: %(used)s used, %(booked)s booked, %(left)s left",
                "%(num)s authorised: %(used)s used, %(booked)s booked, %(left)s left",
                known.visits,
                **numbers,
            )
        )
    if known.until is not None:
        said_.append(gettext("until %(day)s", day=words.short_date(known.until)))
    return ", ".join(said_)


def _told(form: Mapping[str, str]) -> Cover:
    visits = whole(form, "visits") if form.get("visits", "").strip() else None
    return Cover(
        form.get("payer", "").strip(), form.get("number", "").strip(), visits, maybe_day(form, "authorised_until")
    )


def _errors(fault: Invalid) -> dict[str, str]:
    labels = _labels()
    return {
        each.field or "": said(Invalid(each.code, field=labels.get(each.field or "", each.field), **each.params))
        for each in each_fault(fault)
    }


def _labels() -> dict[str, str]:
    return {
        "payer": gettext("Who pays"),
        "number": gettext("Number of the authorisation"),
        "visits": gettext("Visits authorised"),
        "authorised_until": gettext("Last day"),
    }


def _page(public_id: str, given: Mapping[str, str] | None, errors: dict[str, str]) -> str:
    with parts().read() as unit:
        plan = reads.plan_row(unit.connection, public_id)
        known, payers = covers.cover(unit.connection, plan.id), covers.payers(unit.connection)
        rows = reads.sessions(unit.connection, plan.id)
    stored = {
        "payer": known.payer,
        "number": known.number,
        "visits": known.visits,
        "authorised_until": known.until.isoformat() if known.until else "",
    }
    return render_template(
        "courses/payer.html",
        patient={"name": plan.patient, "born": words.short_date(plan.born_on)},
        title=plan.title,
        says=_says(known, rows),
        labels=_labels(),
        values=stored if given is None else given,
        errors=errors,
        most=MOST_VISITS,
        payers=payers,
        key=new_key(),
        version=plan.version if given is None else given.get("version"),
        back_url=url_for("courses.course", public_id=public_id),
    )
