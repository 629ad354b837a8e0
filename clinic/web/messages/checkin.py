"""The check-in behind a visit's link: how the patient is in the days after needling. The date of birth first, then one
form that needs no script; whoever ticks a sign of danger reads at once what to do, whatever else is wrong."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response as Answer

from clinic.content import checkin as asked
from clinic.content.labels import label
from clinic.content.markdown import html
from clinic.db.messages.links import Linked
from clinic.domain.care.checkin import CheckIn, Sign, Since, settles_at
from clinic.domain.errors import ClinicError, Invalid, NotFound, Stale
from clinic.domain.limits import PARAGRAPH
from clinic.domain.practice.body import Region
from clinic.domain.time import instant_of, zone
from clinic.services.messages import checkins, links
from clinic.services.messages.checkins import Open, Sent
from clinic.web.errors import status_of
from clinic.web.forms import new_key, once, version
from clinic.web.gate import parts, public
from clinic.web.languages import speaking, words
from clinic.web.messages.links import PRIVATE, ended, shared

blueprint = Blueprint("checkin", __name__)

ELSEWHERE = "elsewhere"
SCORES = [(str(score), str(score)) for score in range(11)]
Page = tuple[str, int]


def _behind(token: str, page: Callable[[Linked], Page]) -> Answer:
    """The page in the patient's language; the visit's own where nothing is asked about it, or no longer."""
    given = parts()
    try:
        linked = links.follow(given.read, token, now=given.now())
    except NotFound:
        return ended()
    if not _alarms() and not checkins.wanted(given.read, linked, now=given.now()):
        return redirect(url_for("links.visit", token=token), 303)
    with speaking(linked.language):
        body, status = page(linked)
    return Response(body, status, headers=PRIVATE)


@blueprint.get("/v/<token>/today")
@public
def page(token: str) -> Answer:
    """The date of birth, before anything is asked."""
    return _behind(token, lambda linked: (_first(token, linked, {}), 200))


@blueprint.post("/v/<token>/today")
@public
def ask(token: str) -> Answer:
    """The questions, for who knows the date of birth."""
    return _behind(token, lambda linked: _known(token, linked, lambda found: (_form(token, found), 200)))


@blueprint.post("/v/<token>/today/answers")
@public
def give(token: str) -> Answer:
    """Keep the answers, and say what to do now."""
    return _behind(token, lambda linked: _given(token, linked))


def _known(token: str, linked: Linked, then: Callable[[Open], Page]) -> Page:
    try:
        born, given = date.fromisoformat(request.form.get("born_on", "")), parts()
        return then(checkins.ask(given.begin, token, born, request_id=g.request_id, now=given.now()))
    except (ValueError, Invalid):
        return _first(token, linked, {"born_on": gettext("This is not the date of birth that we know.")}), 400


def _given(token: str, linked: Linked) -> Page:
    alarms = _alarms()
    lacks = {} if alarms else _lacks()
    if lacks:
        return _known(token, linked, lambda found: (_form(token, found, lacks), 400))
    try:
        return _checked(linked, checkins.give(parts().begin, _sent(token, linked), _read(), now=parts().now())), 200
    except (ClinicError, ValueError) as error:
        status = status_of(error) if isinstance(error, ClinicError) else 400
        if alarms:
            return _alarm(linked, checkins.urgent(parts().read, linked), kept=False), status
        if isinstance(error, Stale):
            said = gettext("Your answers were kept already. If something has changed, tell us here.")
            return _known(token, linked, lambda found: (_form(token, found, {"": said}), status))
        if isinstance(error, Invalid | ValueError):
            return _known(token, linked, lambda found: (_form(token, found), status))
        raise


def _sent(token: str, linked: Linked) -> Sent:
    """Raises ValueError, Invalid."""
    born, hours = date.fromisoformat(request.form.get("born_on", "")), int(request.form.get("hours", ""))
    return Sent(token, born, hours, version(), once(links.actor_name(linked)), g.request_id)


def _lacks() -> dict[str, str]:
    """What every check-in says: whether there is a sign of danger, and the two scores."""
    signs = {_field(one.sign.name): ("0", "1") for one in asked.load().alarms}
    scores = dict.fromkeys(("pain", "soreness"), tuple(score for score, _ in SCORES))
    wanted = {name for name, may in (signs | scores).items() if request.form.get(name) not in may}
    return {name: gettext("Please choose one.") for name in (*signs, *scores) if name in wanted}


def _alarms() -> tuple[Sign, ...]:
    """The signs of danger that were ticked."""
    return tuple(one.sign for one in asked.load().alarms if request.form.get(_field(one.sign.name)) == "1")


def _field(name: str) -> str:
    return f"alarm-{name}"


def _read() -> CheckIn:
    """What was chosen; what cannot have been is left out, so that nothing stands in an alarm's way."""
    form, questions = request.form, asked.load()
    where = form.getlist("where")
    typed = "".join(sign for sign in form.get("words", "") if sign.isprintable() or sign == "\n")
    return CheckIn(
        _score("pain"),
        _score("soreness"),
        _alarms(),
        tuple(one.sign for one in questions.felt if one.sign.name in form.getlist("felt")),
        tuple(region for region in Region if region.value in where),
        ELSEWHERE in where,
        next((one for one in Since if one.value == form.get("since")), None),
        typed.strip()[:PARAGRAPH],
    )


def _score(name: str) -> int | None:
    found = request.form.get(name, "")
    return int(found) if (found, found) in SCORES else None


def _first(token: str, linked: Linked, errors: dict[str, str]) -> str:
    return render_template(
        "messages/visit_checkin.html",
        **shared(linked),
        urgent=_lines(checkins.urgent(parts().read, linked)),
        form=None,
        errors=errors,
        post_to=url_for(".ask", token=token),
        back_href=url_for("links.visit", token=token),
    )


def _form(token: str, found: Open, errors: dict[str, str] | None = None) -> str:
    questions, sent = asked.load(), request.form
    values: dict[str, Any] = {name: sent.get(name, "") for name in sent}
    return render_template(
        "messages/visit_checkin.html",
        **shared(found.linked),
        urgent=_lines(found.notes.urgent),
        form={
            "again": found.number > 0,
            "alarms": [(_field(one.sign.name), gettext(one.asks)) for one in questions.alarms],
            "scores": SCORES,
            "felt": [(one.sign.name, gettext(one.asks)) for one in questions.felt],
            "where": [*((one.value, gettext(label(one.value))) for one in found.regions), (ELSEWHERE, _elsewhere())],
            "since": [(one.value, gettext(said)) for one, said in asked.SINCE.items()],
            "hours": found.hours,
        },
        values=values | {"felt": sent.getlist("felt"), "where": sent.getlist("where")},
        errors=errors or {},
        summary=_summary(errors or {}),
        post_to=url_for(".give", token=token),
        key=new_key(),
        version=found.number,
        back_href=url_for("links.visit", token=token),
    )


def _summary(errors: dict[str, str]) -> dict[str, str]:
    """What stands above the form: one line, which leads to the first question that is left."""
    first = next(iter(errors), "")
    return {first: gettext("Some questions are not answered yet.")} if first else errors


def _elsewhere() -> str:
    return str(gettext("Somewhere else"))


def _checked(linked: Linked, found: Open) -> str:
    if _alarms():
        return _alarm(linked, found.notes.urgent, kept=True)
    ends = settles_at(instant_of(linked.ends))
    day = words().day(ends.astimezone(zone(linked.tz)).date()) if parts().now() < ends else ""
    return render_template(
        "messages/visit_checked.html",
        **shared(linked),
        alarm=False,
        settles=gettext("For you that is by %(day)s.", day=day) if day else "",
        call_us_if=_lines(found.notes.call_us_if),
        urgent=_lines(found.notes.urgent),
        **_ways(linked),
    )


def _alarm(linked: Linked, urgent: Sequence[str], *, kept: bool) -> str:
    shown = {"alarm": True, "kept": kept, "urgent": _lines(urgent), "emergency": linked.emergency_number}
    return render_template("messages/visit_checked.html", **shared(linked), **shown, **_ways(linked))


def _ways(linked: Linked) -> dict[str, str]:
    token = (request.view_args or {})["token"]
    return {"again_href": url_for(".page", token=token), "back_href": url_for("links.visit", token=token)}


def _lines(told: Sequence[str]) -> list[Markup]:
    return [Markup(html(line)) for line in told]  # noqa: S704 - sanitised
