"""Building a new course: wishes, live preview, booking."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from clinic.db.practice import lists
from clinic.db.unit import Unit
from clinic.domain.care.findings import Level
from clinic.domain.errors import ClinicError, Infeasible, Invalid, NotFound, Refused, SlotTaken
from clinic.domain.practice.body import Side
from clinic.domain.time import local_date, zone
from clinic.services.courses.book import book as book_course
from clinic.services.courses.book import offer_of, speaking
from clinic.services.courses.place import Answer as Placed
from clinic.services.courses.place import answer
from clinic.services.courses.protocols import usable
from clinic.web import body, words
from clinic.web.courses import intake, tailor
from clinic.web.courses.alternatives import view as alternatives_view
from clinic.web.courses.forms import MOST_TARGETS, CourseForm, by_ordinal, course_form, pin_from
from clinic.web.courses.preview import view
from clinic.web.courses.preview_notices import spoken
from clinic.web.errors import said, status_of
from clinic.web.forms import new_key, once
from clinic.web.gate import actor, needs, parts, seen_at
from clinic.web.patients import wording
from clinic.web.patients.picker import picked

blueprint = Blueprint("new_course", __name__)


@blueprint.get("/courses/new")
@needs("plan.write")
def new() -> str:
    """An empty form, or one for the patient whose public id the address names."""
    return _page(request.args)


@blueprint.post("/courses/new")
@needs("plan.write")
def wishes() -> str:
    """The form as it was filled in, with the course that it asks for: how it works without JavaScript."""
    return _page(request.form)


@blueprint.post("/courses/preview")
@needs("plan.write")
def preview() -> str:
    """The course alone, while wishes change."""
    with parts().read() as unit:
        form = _read(unit, request.form)
        shown = _preview(unit, form)
        return render_template("courses/_preview.html", preview=shown, preview_url=url_for(".preview"))


@blueprint.get("/courses/new/body")
@needs("plan.write")
def drawing() -> str:
    """The body, to press in place of choosing regions; what the rows say is marked by the page."""
    return render_template("courses/_body.html", figure=body.figure(()))


@blueprint.post("/courses/alternatives")
@needs("plan.write")
def others() -> str:
    """Other courses than the one that is previewed."""
    with parts().read() as unit:
        form = _read(unit, request.form)
        found = _answer(unit, form)
        shown = [] if found is None else alternatives_view(found)
        return render_template("courses/_alternatives.html", alternatives=shown, preview_url=url_for(".preview"))


@blueprint.post("/courses")
@needs("plan.write")
def book() -> Answer | tuple[str, int]:
    """Book the course as the preview showed it, or hold it as an offer; or show what changed meanwhile."""
    given, now = parts(), parts().now()
    with given.read() as unit:
        form = _read(unit, request.form)
    shown = {ordinal: pin_from(value) for ordinal, value in by_ordinal(request.form.getlist("expect")).items()}
    wanted = form.wanted()
    if wanted is None:
        return _page(request.form), 400
    try:
        booked = book_course(
            *(given.begin, given.read, wanted.pinned(shown or wanted.pins)),
            offer="offer" in request.form,
            reason=request.form.get("reason", "").strip(),
            actor=actor(),
            once=once(),
            now=now,
        )
    except (SlotTaken, Infeasible, Refused) as error:
        return _page(request.form, refused=error), status_of(error)
    return redirect(url_for("courses.course", public_id=booked.plan), 303)


def _read(unit: Unit, given: "MultiDict[str, str]") -> CourseForm:
    places = lists.locations(unit.connection, seen_at())
    chosen = next(
        (place for place in places if place.public_id == given.get("location")), places[0] if places else None
    )
    if chosen is None:
        raise Invalid("no_location")
    today = local_date(parts().now(), zone(chosen.tz))
    return course_form(given, usable(unit), today=today, location=chosen.public_id)


def _answer(unit: Unit, form: CourseForm) -> Placed | None:
    """The course, none while something is missing; faults go to the form."""
    wanted = form.wanted()
    if wanted is None:
        return None
    try:
        return answer(unit, wanted, now=parts().now())
    except (Invalid, Refused, NotFound) as fault:
        form.errors[getattr(fault, "field", None) or ""] = fault
        return None


def _preview(unit: Unit, form: CourseForm, *, others: bool = False) -> dict[str, Any] | None:
    """The view of the course, with other courses where they were asked for; else they are looked for later."""
    found = _answer(unit, form)
    if found is None:
        return None
    shown = view(found, form, new_key(), may_book=actor().may("visit.book"))
    findings = speaking(unit, found)
    levels = {one.level for one in findings}
    shown["spoken"] = spoken(found, findings)
    shown["asks_reason"] = Level.OVERRIDE in levels and actor().may("rule.override")
    if Level.BLOCK in levels:
        shown["book"] = None
    if shown["book"]:
        until = offer_of(found, now=parts().now()).hold_until.astimezone(found.site.tz)
        shown["book"]["offer"] = gettext("Offer it: held until %(when)s", when=words.moment(until))
    shown["phases"] = tailor.view(form.protocols[found.plan.protocol.key], found.plan.protocol)
    shown["measured"] = any(phase["was"] or not all(kept for _, _, kept in phase["parts"]) for phase in shown["phases"])
    shown["alternatives"] = alternatives_view(found) if others else None
    shown["alternatives_url"] = url_for(".others") if shown["sessions"] and not others else ""
    return shown


def _page(given: "MultiDict[str, str]", *, refused: ClinicError | None = None) -> str:
    with parts().read() as unit:
        form = _read(unit, given)
        shown = _preview(unit, form, others="others" in given)
        if refused is not None and shown is not None:
            shown["refused"] = _why_not(refused)
            shown["spoken"] = [each for each in shown["spoken"] if each[1] != shown["refused"]]
            shown["asks_reason"] |= bool(refused.params.get("overridable")) and actor().may("rule.override")
        who = picked(unit, given)
        if who.fault is not None:
            form.errors["patient"] = who.fault
        return render_template(
            "courses/new.html",
            action=url_for(".wishes"),
            preview_url=url_for(".preview"),
            protocols_url=url_for("protocols.listed"),
            protocols=[{"key": one.key, "title": one.title, "summary": one.summary} for one in form.protocols.values()],
            locations=[(place.public_id, place.name) for place in lists.locations(unit.connection, seen_at())],
            therapists=[
                ("", gettext("Anyone")),
                *lists.therapists(unit.connection, str(form.values["location"])),
            ],
            regions=words.region_choices(),
            sides=words.side_choices(),
            genders=wording.wish_genders(),
            weekdays=[(str(n), words.weekday(date(2024, 1, 1 + n))) for n in range(7)],
            targets=_rows(form, more="more" in given),
            most=MOST_TARGETS,
            body_url=url_for(".drawing"),
            values={**form.values, "factor": form.factors},
            factors=intake.factors(),
            told=any(form.values[name] for name in intake.NAMES) or bool(form.factors),
            errors={name: said(fault) for name, fault in form.errors.items()},
            preview=shown,
            **who.fields(),
        )


def _why_not(refused: ClinicError) -> str:
    """Why nothing was booked; what can be booked instead stands below, three other times beside each visit."""
    if isinstance(refused, SlotTaken):
        number = refused.params.get("session", "?")
        return str(
            gettext(
                "Somebody has the time of visit %(number)s now; nothing was booked. This is possible:", number=number
            )
        )
    return said(refused)


def _rows(form: CourseForm, *, more: bool) -> list[dict[str, str]]:
    """The regions that were chosen; a blank row when there is none, or when one more was asked for."""
    blank = {"region": "", "side": Side.RIGHT.value, "muscle": ""}
    return [*form.targets, blank] if more or not form.targets else form.targets
