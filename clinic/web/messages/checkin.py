"""The check-in behind a visit's link: how the patient is in the days after needling. The date of birth first, then one
form that needs no script; whoever ticks a sign of danger reads at once what to do, whatever else is wrong."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.content import checkin as asked
from clinic.content.labels import label
from clinic.db.messages.links import Linked
from clinic.domain.care.checkin import HOURS, CheckIn, Sign, Since, settles_at
from clinic.domain.errors import ClinicError, Invalid, Stale
from clinic.domain.limits import PARAGRAPH
from clinic.domain.practice.body import Region
from clinic.domain.time import instant_of, zone
from clinic.services.messages import checkins
from clinic.services.messages.born import OTHER
from clinic.services.messages.checkins import Open, Sent
from clinic.services.messages.links import actor_name
from clinic.web.errors import status_of
from clinic.web.forms import new_key, once, version
from clinic.web.gate import parts, public
from clinic.web.languages import words
from clinic.web.messages.behind import Page, asking, born_first, born_on, known, sentences, shared

blueprint = Blueprint("checkin", __name__)

ELSEWHERE = "elsewhere"
SCORES = [(str(score), str(score)) for score in range(11)]
HOURS_SENT = frozenset(str(hours) for hours in HOURS)


def _behind(token: str, page: Callable[[Linked], Page]) -> Answer:
    """An alarm is answered even where nothing is asked."""
    given = parts()
    return asking(token, page, lambda linked: bool(_alarms()) or checkins.wanted(given.read, linked, now=given.now()))


@blueprint.get("/v/<token>/today")
@public
def page(token: str) -> Answer:
    """The date of birth, before anything is asked."""
    return _behind(token, lambda linked: _first(token, linked))


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
    given = parts()
    return known(
        lambda born: checkins.ask(given.begin, token, born, request_id=g.request_id, now=given.now()),
        then,
        lambda: _first(token, linked, wrong=True),
    )


def _given(token: str, linked: Linked) -> Page:
    alarms = _alarms()
    lacks = {} if alarms else _lacks()
    if lacks:
        return _known(token, linked, lambda found: (_form(token, found, lacks), 400))
    try:
        return _checked(token, checkins.give(parts().begin, _sent(token, linked), _read(), now=parts().now())), 200
    except ClinicError as error:
        if alarms:
            return _alarm(token, linked, checkins.urgent(parts().read, linked), kept=False), status_of(error)
        if isinstance(error, Invalid | Stale):
            return _refused(token, linked, error)
        raise


def _refused(token: str, linked: Linked, error: Invalid | Stale) -> Page:
    """The form with what was chosen, and why it was not kept."""
    status = status_of(error)
    if isinstance(error, Invalid) and error.code == OTHER:
        return _first(token, linked, wrong=True)
    if isinstance(error, Stale) or error.code == "key_reused":
        said = gettext("Your answers were kept already. If something has changed, tell us here.")
    else:
        said = gettext("This could not be read. Please look at it once more and send it again.")
    return _known(token, linked, lambda found: (_form(token, found, {"": said}), status))


def _sent(token: str, linked: Linked) -> Sent:
    """Raises Invalid."""
    hours = request.form.get("hours", "")
    if hours not in HOURS_SENT:
        raise Invalid("not_a_number", field="hours")
    return Sent(token, born_on(), int(hours), version(), once(actor_name(linked)), g.request_id)


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


def _first(token: str, linked: Linked, *, wrong: bool = False) -> Page:
    return born_first(
        token,
        linked,
        to=url_for(".ask", token=token),
        wrong=wrong,
        title=gettext("How are you today?"),
        about=gettext("We read your answers while we are open, not at once. If you need help now, do not wait for us."),
        go_on=gettext("Go on"),
        urgent=sentences(checkins.urgent(parts().read, linked)),
    )


def _form(token: str, found: Open, errors: dict[str, str] | None = None) -> str:
    questions, sent = asked.load(), request.form
    values: dict[str, Any] = {name: sent.get(name, "") for name in sent}
    return render_template(
        "messages/visit_checkin.html",
        **shared(found.linked),
        urgent=sentences(found.notes.urgent),
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


def _checked(token: str, found: Open) -> str:
    linked = found.linked
    if _alarms():
        return _alarm(token, linked, found.notes.urgent, kept=True)
    ends = settles_at(instant_of(linked.ends))
    day = words().day(ends.astimezone(zone(linked.tz)).date()) if parts().now() < ends else ""
    return render_template(
        "messages/visit_checked.html",
        **shared(linked),
        alarm=False,
        settles=gettext("For you that is by %(day)s.", day=day) if day else "",
        call_us_if=sentences(found.notes.call_us_if),
        urgent=sentences(found.notes.urgent),
        **_ways(token),
    )


def _alarm(token: str, linked: Linked, urgent: Sequence[str], *, kept: bool) -> str:
    shown = {"alarm": True, "kept": kept, "urgent": sentences(urgent), "emergency": linked.emergency_number}
    return render_template("messages/visit_checked.html", **shared(linked), **shown, **_ways(token))


def _ways(token: str) -> dict[str, str]:
    return {"again_href": url_for(".page", token=token), "back_href": url_for("links.visit", token=token)}
