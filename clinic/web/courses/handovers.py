"""Courses that were handed over: what is known of each, until the next therapist has read it."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as Answer

from clinic.content.sentences import sentence
from clinic.db.courses import handovers
from clinic.db.courses.handovers import HandoverLine
from clinic.db.targets import targets_from
from clinic.domain.time import zone
from clinic.services.courses.repair.handover import acknowledge
from clinic.web import words
from clinic.web.forms import new_key, once
from clinic.web.gate import actor, identity, needs, parts
from clinic.web.paging import A_PAGE, here, pages, skipped

blueprint = Blueprint("handovers", __name__)


@blueprint.get("/handovers")
@needs("plan.read")
def listed() -> str:
    """What waits to be read by whoever is signed in; by everybody, or one therapist, for whoever hands courses over."""
    asked = request.args.get("therapist", "")
    every = waiting()
    people = dict.fromkeys((each.to_public_id, each.to) for each in every)
    found = [each for each in every if asked in ("", each.to_public_id)]
    skip = skipped(len(found))
    return render_template(
        "courses/handovers.html",
        action=url_for(".listed"),
        people=[("", gettext("Anyone")), *people] if len(people) > 1 else [],
        values={"therapist": asked},
        lines=[_line(each) for each in found[skip : skip + A_PAGE]],
        pages=pages(skip, len(found), lambda page: url_for(".listed", therapist=asked or None, page=page)),
        back_url=url_for("worklist.listed") if actor().may("worklist.read") else None,
    )


def waiting() -> tuple[HandoverLine, ...]:
    """What the account that is signed in may read: its own therapist's, or all of it where it may hand courses over."""
    own = None if actor().may("repair.run") else _account()
    with parts().read() as unit:
        return handovers.waiting(unit.connection, account_id=own, places=actor().where("plan.read"))


def _account() -> str:
    who = identity()
    return "" if who is None else who.account


def _line(each: HandoverLine) -> dict[str, Any]:
    told = each.summary
    return {
        "patient": each.patient,
        "patient_href": url_for("patients.record", public_id=each.patient_public_id),
        "born": words.short_date(each.born_on),
        "to": each.to,
        "course": each.title,
        "course_href": url_for("courses.course", public_id=each.plan),
        "facts": _facts(told, each.to),
        "record_href": _record(told),
        "read_to": url_for(".read", public_id=each.public_id, page=here()) if _may_read(each) else None,
        "key": new_key(),
    }


def _may_read(each: HandoverLine) -> bool:
    return actor().may("handover.acknowledge") and each.account in (None, _account())


def _record(told: Mapping[str, Any]) -> str | None:
    """Where the last record that is signed is read."""
    visit = (told.get("response") or {}).get("visit")
    return url_for("record.page", public_id=visit) if visit and actor().may("record.read") else None


def _facts(told: Mapping[str, Any], to: str) -> list[tuple[str, str]]:
    """Name and sentence of what is known; what is not is left out."""
    overrides = "; ".join(f"{sentence(code, gettext=gettext)} ({reason})" for code, reason in told["overrides"])
    done, sessions, first = told["done"], told["sessions"], told.get("first")
    found = [
        (gettext("Treated"), words.targets(targets_from(told["targets"]))),
        (gettext("Goals"), told["goals"]),
        (gettext("Set aside with a reason"), overrides),
        (gettext("So far"), ngettext("%(done)s of %(num)s visit", "%(done)s of %(num)s visits", sessions, done=done)),
        (gettext("Last visit"), _visit(told["last"]) or gettext("None took place yet")),
        (_responded(told), _response(told.get("response"))),
        (gettext("Next step"), _next_step(told.get("response"))),
        (gettext("Next visit"), _visit(told["next"] if told["next"] != first else None)),
        (gettext("First visit with %(name)s", name=to), _visit(first)),
    ]
    return [(name, said) for name, said in found if said]


def _responded(told: Mapping[str, Any]) -> str:
    """What the response is called: with its day, where it is to an earlier visit than the last."""
    response, last = told.get("response"), told["last"]
    if not response or not last or response.get("starts") in (None, last["starts"]):
        return str(gettext("Response"))
    day = words.local(response["starts"], zone(last["tz"])).date()
    return str(gettext("Response to the visit on %(day)s", day=words.day(day)))


def _response(told: Mapping[str, Any] | None) -> str:
    """What the last record says, or the patient told, to those who may read records."""
    if told is None:
        return str(gettext("No response recorded yet"))
    if not actor().may("record.read"):
        return str(gettext("Recorded: the record says it"))
    if "told" in told:
        return _told(told)
    said = [gettext("Pain %(before)s before, %(after)s after", before=told["pain_before"], after=told["pain_after"])]
    if told["soreness"] is not None:
        said.append(gettext("soreness of the sites %(score)s", score=told["soreness"]))
    return ", ".join(said)


def _next_step(told: Mapping[str, Any] | None) -> str:
    """What the last record plans, to those who may read records."""
    return str(told.get("next_step") or "") if told is not None and actor().may("record.read") else ""


def _told(told: Mapping[str, Any]) -> str:
    """What the patient said by himself after the last visit."""
    said = [
        gettext("pain %(score)s", score=told["pain"]) if told["pain"] is not None else "",
        gettext("soreness %(score)s", score=told["soreness"]) if told["soreness"] is not None else "",
    ]
    scores = ", ".join(filter(None, said)) or "–"
    return str(gettext("Told %(hours)s hours after the visit: %(said)s", hours=told["told"], said=scores))


def _visit(told: Mapping[str, Any] | None) -> str:
    if told is None:
        return ""
    local = words.local(told["starts"], zone(told["tz"]))
    where = words.targets(targets_from([tuple(each) for each in told.get("targets", ())]))
    what = words.kind_label(told["modalities"])
    return f"{words.full_day(local.date())}, {local:%H:%M}: {what}{f' · {where}' if where else ''}"


@blueprint.post("/handovers/<public_id>/acknowledge")
@needs("handover.acknowledge")
def read(public_id: str) -> Answer:
    """The next therapist has read what is known."""
    given = parts()
    acknowledge(given.begin, public_id, actor=actor(), once=once(), now=given.now())
    return redirect(url_for(".listed", page=here()), 303)
