"""Repairs: what a trouble has broken, where each visit would go instead, and accepting it."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.db.courses import repairs
from clinic.db.messages import jobs
from clinic.db.practice import lists
from clinic.domain.courses.repair import Status
from clinic.domain.errors import Invalid
from clinic.domain.practice.people import ABSENCES
from clinic.services.courses.repair.accept import accept
from clinic.services.courses.repair.propose import begin_repair, job_key, leave_out, reaches, settle
from clinic.services.courses.repair.say import trouble_of
from clinic.web.courses import repair_toll as toll
from clinic.web.courses import repair_view as views
from clinic.web.courses.repair_form import said_in
from clinic.web.errors import said, status_of
from clinic.web.forms import new_key, once, sent
from clinic.web.gate import actor, needs, parts, seen_at

blueprint = Blueprint("repairs", __name__)

MOST_LISTED = 30


@blueprint.get("/repairs")
@needs("repair.run")
def listed() -> str:
    return _list({})


@blueprint.post("/repairs")
@needs("repair.run")
def begin() -> Answer | tuple[str, int]:
    """Propose a repair of what the form says, or say what is wrong with the form."""
    given, form = parts(), request.form
    try:
        trouble = trouble_of(given.read, said_in(form))
        enter = form.get("kind", "") if form.get("enter") else ""
        if enter and enter not in ABSENCES:
            raise Invalid("not_one_of", field="kind", allowed=", ".join(ABSENCES))
        now = given.now()
        public_id = begin_repair(given.begin, given.read, trouble, enter=enter, actor=actor(), once=once(), now=now)
    except Invalid as error:
        return _list({error.field or "": said(error)}), status_of(error)
    return redirect(url_for(".repair", public_id=public_id), 303)


def _list(errors: dict[str, str]) -> str:
    with parts().read() as unit:
        latest = repairs.latest(unit.connection, MOST_LISTED)
        names = repairs.names(unit.connection)
        places, rooms = lists.locations(unit.connection, seen_at()), lists.rooms(unit.connection, seen_at())
        people = dict.fromkeys((each.public_id, each.name) for each in lists.work(unit.connection, seen_at()))
    rows = [row for row in latest if reaches(parts().read, row.trouble, actor())]
    zones = {each.public_id: each.tz for each in places} | {each.public_id: each.tz for each in rooms}
    first = places[0].tz if places else "UTC"
    return render_template(
        "courses/repairs.html",
        action=url_for(".listed"),
        key=new_key(),
        lines=[views.line(row, names, zones.get(row.trouble.who, first)) for row in rows],
        values=request.form if request.method == "POST" else _wished(),
        errors=errors,
        whats=views.kinds(),
        whose=views.whose(tuple(people), rooms, places),
        people=[("", gettext("Nobody")), *people],
        skills=views.skills(),
        absences=views.absences(),
        back_url=url_for("worklist.listed") if actor().may("worklist.read") else None,
    )


def _wished() -> dict[str, str]:
    """What the form begins with: a link may name whom it is about, and when; then nothing need be entered."""
    asked = {name: request.args[name] for name in ("who", "first", "from_time", "until_time") if request.args.get(name)}
    return {"kind": "sick", "what": "absence", "enter": "" if asked else "1", **asked}


@blueprint.get("/repairs/<public_id>")
@needs("repair.run")
def repair(public_id: str) -> str:
    with parts().read() as unit:
        row = repairs.row(unit.connection, public_id)
        visits = {each.visit for each in row.proposal.moves} | {each.visit for each in row.proposal.unplaced}
        shown = repairs.shown(unit.connection, visits)
        going = toll.going(row)
        courses = repairs.courses(unit.connection, [each.visit for each in going])
        names = repairs.names(unit.connection)
        progress = jobs.progress(unit.connection, job_key(public_id))
        first = lists.locations(unit.connection)[0].tz
    return render_template(
        "courses/repair.html",
        **views.page(row, shown, names, first),
        toll=toll.toll(going, shown, courses),
        better=toll.room_for_better(row),
        progress=_progress(public_id, row.status, progress),
        key=new_key(),
        version=row.version,
        back_url=url_for(".listed"),
        **{f"{act}_to": url_for(f".{act}", public_id=public_id) for act in ("accept_all", "leave", "stop", "drop")},
    )


def _progress(public_id: str, status: Status, told: Any) -> dict[str, Any] | None:
    """How far the search is; none once it has ended."""
    if status is not Status.SOLVING:
        return None
    return {**views.progress(told), "href": url_for(".progress", public_id=public_id), "page": _page(public_id)}


def _page(public_id: str) -> str:
    return url_for(".repair", public_id=public_id)


@blueprint.get("/repairs/<public_id>/progress")
@needs("repair.run")
def progress(public_id: str) -> Answer:
    """The bar alone, asked for every second; once the search has ended the page is asked for anew."""
    with parts().read() as unit:
        row = repairs.row(unit.connection, public_id)
        told = jobs.progress(unit.connection, job_key(public_id))
    found = _progress(public_id, row.status, told)
    answer = make_response(render_template("courses/_progress.html", progress=found) if found else "")
    if found is None:
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.post("/repairs/<public_id>/accept")
@needs("repair.run")
def accept_all(public_id: str) -> Answer:
    """Move everybody's visits, or those of the patient whom the form names."""
    given, who = parts(), request.form.get("patient", "")
    accept(given.begin, given.read, public_id, (who,) if who else (), **sent())
    return redirect(_page(public_id), 303)


@blueprint.post("/repairs/<public_id>/leave")
@needs("repair.run")
def leave(public_id: str) -> Answer:
    """Leave a patient's visits where they are, or take them in again."""
    leave_out(parts().begin, public_id, request.form.get("patient", ""), **sent())
    return redirect(_page(public_id), 303)


@blueprint.post("/repairs/<public_id>/stop")
@needs("repair.run")
def stop(public_id: str) -> Answer:
    return _settle(public_id, Status.STOPPED)


@blueprint.post("/repairs/<public_id>/drop")
@needs("repair.run")
def drop(public_id: str) -> Answer:
    return _settle(public_id, Status.DROPPED)


def _settle(public_id: str, status: Status) -> Answer:
    settle(parts().begin, public_id, status, **sent())
    return redirect(_page(public_id), 303)
