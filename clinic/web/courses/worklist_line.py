"""A line of the worklist in words: what is wrong, since or until when, and what mends it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from flask import current_app, url_for
from flask_babel import gettext, ngettext

from clinic.domain.courses.worklist import Item, Kind
from clinic.services.courses.worklist import Line
from clinic.web import words
from clinic.web.forms import new_key
from clinic.web.gate import MARK, actor

REPLAN: Final = "replan.page"
"""Where the sessions of a course that have no date are given one."""


def line(found: Line) -> dict[str, Any]:
    """What `courses/worklist.html` expects of a line."""
    plan, item = found.plan, found.item
    return {
        "kind": item.kind.value,
        "patient": plan.patient,
        "patient_href": url_for("patients.record", public_id=plan.patient_public_id),
        "born": words.short_date(plan.born_on),
        "mark": gettext("Deceased") if plan.deceased else "",
        "what": WHAT[item.kind](item.ordinal, item.params),
        "more": _more(item),
        "when": _when(item),
        "late": gettext("Overdue") if found.late and _has_a_term(item) else "",
        "course": plan.title,
        "course_href": url_for("courses.course", public_id=plan.public_id),
        "lead": plan.lead or "",
        "location": plan.location,
        "ways": list(_ways(found)),
    }


def _more(item: Item) -> str:
    if item.kind is Kind.AUTHORISATION:
        return _numbers(item.params)
    return words.plan_state("active", all_held=True) if item.params.get("all_held") else ""


def _has_a_term(item: Item) -> bool:
    """Whether something should have been done by its day."""
    return item.kind in (Kind.UNPLACED, Kind.OFFERED) or (item.kind is Kind.REASSESSMENT and not item.params["held"])


def which(ordinals: Sequence[int]) -> str:
    """2, 4–6."""
    runs: list[list[int]] = []
    for each in ordinals:
        if runs and each == runs[-1][-1] + 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _unplaced(_: int | None, params: Mapping[str, Any]) -> str:
    found = _ordinals(params)
    return str(ngettext("Visit %(which)s has no date", "Visits %(which)s have no date", len(found), which=which(found)))


def _ready(_: int | None, params: Mapping[str, Any]) -> str:
    found = _ordinals(params)
    return str(
        ngettext(
            "The reassessment is done: visit %(which)s is still pencilled",
            "The reassessment is done: visits %(which)s are still pencilled",
            len(found),
            which=which(found),
        )
    )


def _drifted(ordinal: int | None, params: Mapping[str, Any]) -> str:
    told = {"visit": ordinal, "before": params["before"], "gap": words.days(params["days"])}
    if params["days"] < 0:
        return str(gettext("Visit %(visit)s lies before visit %(before)s", **told))
    if params["days"] < params["least"]:
        told["least"] = words.days(params["least"])
        return str(gettext("Visit %(visit)s is %(gap)s after visit %(before)s; planned: at least %(least)s", **told))
    told["most"] = words.days(params["most"])
    return str(gettext("Visit %(visit)s is %(gap)s after visit %(before)s; planned: at most %(most)s", **told))


def _missed(ordinal: int | None, _: Mapping[str, Any]) -> str:
    return str(gettext("Visit %(visit)s was missed or cancelled and has no new date", visit=ordinal))


def _authorisation(_: int | None, params: Mapping[str, Any]) -> str:
    said = []
    if params["late"]:
        day = words.short_date(params["until"])
        said.append(
            ngettext(
                "Authorised until %(day)s, %(num)s visit is later",
                "Authorised until %(day)s, %(num)s visits are later",
                params["late"],
                day=day,
            )
        )
    if params["lacking"]:
        said.append(ngettext("%(num)s visit is not authorised", "%(num)s visits are not authorised", params["lacking"]))
    return "; ".join(said)


def _numbers(params: Mapping[str, Any]) -> str:
    told = {name: params[name] for name in ("authorised", "used", "booked", "left", "sessions")}
    if params["authorised"] is None:
        return str(gettext("%(used)s used, %(booked)s booked, of %(sessions)s in the course", **told))
    return str(gettext("%(authorised)s authorised: %(used)s used, %(booked)s booked, %(left)s left", **told))


def _reassessment(ordinal: int | None, params: Mapping[str, Any]) -> str:
    if not params["review"]:
        return str(gettext("Visit %(visit)s took place, its reassessment is not marked", visit=ordinal))
    if params["held"]:
        return str(gettext("The review took place and is not marked"))
    return str(gettext("The review of the course has no visit"))


def _offered(_: int | None, __: Mapping[str, Any]) -> str:
    return str(gettext("The offer waits for an answer"))


WHAT: Final[Mapping[Kind, Callable[[int | None, Mapping[str, Any]], str]]] = {
    Kind.UNPLACED: _unplaced,
    Kind.READY: _ready,
    Kind.DRIFTED: _drifted,
    Kind.MISSED: _missed,
    Kind.AUTHORISATION: _authorisation,
    Kind.REASSESSMENT: _reassessment,
    Kind.OFFERED: _offered,
}


def _when(item: Item) -> str:
    day = words.day(item.on)
    if item.kind is Kind.UNPLACED:
        return str(gettext("By %(day)s", day=day))
    if item.kind in (Kind.READY, Kind.REASSESSMENT):
        return str(gettext("Since %(day)s", day=day))
    if item.kind is Kind.OFFERED or (item.kind is Kind.AUTHORISATION and item.params["late"]):
        return str(gettext("Until %(day)s", day=day))
    return day


def _ways(found: Line) -> Iterator[dict[str, Any]]:
    """What mends it, the first being the usual way, as far as it may be gone."""
    plan, item = found.plan, found.item
    ways: list[dict[str, Any] | None] = []
    match item.kind:
        case Kind.UNPLACED | Kind.MISSED:
            ways = [_link(gettext("Find a date"), REPLAN, plan=plan.public_id)]
        case Kind.READY:
            ways = list(_settling(found))
        case Kind.DRIFTED:
            ways = [_link(gettext("Move this visit"), "visits.move_page", public_id=item.params["visit"])]
        case Kind.REASSESSMENT:
            ways = list(_marking(found))
        case Kind.AUTHORISATION | Kind.OFFERED:
            pass
    open_ = [way for way in ways if way is not None]
    yield from open_ or [{"label": gettext("Open the course"), "href": _course(found), "tone": ""}]


def _settling(found: Line) -> Iterator[dict[str, Any] | None]:
    """Confirming takes all up to the next reassessment: offered where that is what the line says."""
    plan, params = found.plan.public_id, found.item.params
    ready = len(_ordinals(params))
    if params["whole"]:
        label = ngettext("Confirm %(num)s visit", "Confirm %(num)s visits", ready)
        yield _form(found, label, "primary", "courses.confirm", public_id=plan)
    label = ngettext("Release %(num)s visit", "Release %(num)s visits", params["pencilled"])
    yield _form(found, label, "", "courses.release", public_id=plan)


def _ordinals(params: Mapping[str, Any]) -> tuple[int, ...]:
    found: tuple[int, ...] = params["ordinals"]
    return found


def _marking(found: Line) -> Iterator[dict[str, Any] | None]:
    """The page of the course knows the reassessments held in its sessions; a dated review can only be ended here."""
    plan, params = found.plan, found.item.params
    of = {"public_id": plan.public_id, "session": params["session"]}
    if params["review"] and not params["held"]:
        yield _link(gettext("Book the review"), "single.new", patient=plan.patient_public_id, kind="review")
    done = gettext("Mark the reassessment as done")
    yield _form(found, done, "primary" if params["held"] else "", "courses.mark", **of, outcome="continue")
    if params["review"]:
        yield _form(found, gettext("Stop the course here"), "danger", "courses.mark", **of, outcome="stop")


def _course(found: Line) -> str:
    return url_for("courses.course", public_id=found.plan.public_id)


def _may(endpoint: str) -> bool:
    """Whether there is such a way, and whoever looks may go it."""
    view = current_app.view_functions.get(endpoint)
    return view is not None and actor().may(getattr(view, MARK, ""))


def _link(label: str, endpoint: str, **values: Any) -> dict[str, Any] | None:
    return {"label": label, "href": url_for(endpoint, **values), "tone": "primary"} if _may(endpoint) else None


def _form(found: Line, label: str, tone: str, endpoint: str, **values: Any) -> dict[str, Any] | None:
    if not _may(endpoint):
        return None
    to = url_for(endpoint, **values)
    return {"label": label, "to": to, "tone": tone, "key": new_key(), "version": found.plan.version}
