"""Placing the rest of a course anew: missing dates are found, the next gap is widened, what must move moves."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from clinic.domain.errors import Invalid, Refused, SlotTaken
from clinic.engine.course import NoCourse
from clinic.services.courses.reflow import Reflow
from clinic.services.courses.replan import look, replan
from clinic.services.courses.tail import Asked
from clinic.web import words
from clinic.web.courses import reflow
from clinic.web.errors import said, status_of
from clinic.web.forms import new_key, once
from clinic.web.gate import actor, needs, parts

blueprint = Blueprint("replan", __name__)


@blueprint.get("/courses/<plan>/replan")
@needs("visit.move")
def page(plan: str) -> str:
    """The rest of the course as it would be placed; nothing is written."""
    return _page(plan, request.args, {})


@blueprint.post("/courses/<plan>/replan")
@needs("visit.move")
def write(plan: str) -> Answer | tuple[str, int]:
    """Move and book what was shown, or show what stands against it."""
    given, form = parts(), request.form
    try:
        replan(
            given.begin,
            given.read,
            reflow.asked_from(plan, form),
            seen=reflow.seen_from(form),
            actor=actor(),
            reason=form.get("reason", "").strip(),
            once=once(),
            now=given.now(),
        )
    except (SlotTaken, Refused, Invalid) as error:
        field = "reason" if error.params.get("overridable") else getattr(error, "field", None) or ""
        return _page(plan, form, {field: said(error)}), status_of(error)
    return redirect(url_for("courses.course", public_id=plan), 303)


def _page(plan: str, form: "MultiDict[str, str]", errors: dict[str, str]) -> str:
    """What was asked for; as if nothing were, where that cannot be."""
    given = parts()
    try:
        found = look(given.read, reflow.asked_from(plan, form), now=given.now())
    except Invalid as fault:
        if fault.code not in reflow.UNASKABLE:
            raise
        errors.setdefault(fault.field or "", said(fault))
        form = MultiDict()
        found = look(given.read, Asked(plan), now=given.now())
    row = found.plan.row
    return render_template(
        "courses/replan.html",
        course={"title": row.title, "href": url_for("courses.course", public_id=plan)},
        patient={"name": row.patient, "born": words.short_date(row.born_on)},
        action=url_for(".page", plan=plan),
        values={name: form.get(name, "") for name in ("gap_after", "reason")},
        keep=reflow.keepable(found, form.getlist("keep")),
        relaxed=reflow.relaxed(form.getlist("relax")),
        reflow=reflow.view(found) if found.tail.sessions else None,
        write=_write(found, form),
        reason_needed="reason" in errors or found.longer is not None,
        errors=errors,
    )


def _write(found: Reflow, form: "MultiDict[str, str]") -> dict[str, Any] | None:
    """The form that writes it; none where there is nothing to write, or for whoever may not book what gets a date."""
    if isinstance(found.outcome, NoCourse) or not (found.changed or found.longer):
        return None
    new = any(line.session.visit is None for line in found.changed)
    if new and not actor().may("visit.book"):
        return None
    label = gettext("Move all of these") if len(found.changed) > 1 else gettext("Move this visit")
    label = label if found.changed else gettext("Keep this gap")
    return {
        "to": url_for(".write", plan=found.plan.row.public_id),
        "key": new_key(),
        "label": gettext("Take these dates") if new else label,
        "fields": reflow.asked_fields(form) + reflow.seen_fields(found),
    }
