"""The questions about a patient's health behind a visit's link: the date of birth first, then the form of the clinic's
tablet, without a script."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.content import screening as asked
from clinic.content.screening import Question
from clinic.db.messages.links import Linked
from clinic.domain.care.screening import Answers, DayAnswers
from clinic.domain.errors import ClinicError, Invalid, NotFound, Stale
from clinic.domain.time import local_date, zone
from clinic.domain.visits.asking import Asks
from clinic.services.messages import questions
from clinic.services.messages.born import OTHER
from clinic.services.messages.links import actor_name
from clinic.services.messages.questions import Asked, Sent
from clinic.web.care.screening import answers_of, lines_of, values_of, values_sent
from clinic.web.errors import status_of
from clinic.web.forms import new_key, once, version
from clinic.web.gate import parts, public
from clinic.web.languages import words
from clinic.web.messages.behind import Page, asking, born_first, born_on, known, shared

blueprint = Blueprint("questions", __name__)

CHOSEN = frozenset({"yes", "degree"})
"""The kinds of question that have an answer only once one was chosen."""


def _behind(token: str, page: Callable[[Linked], Page]) -> Answer:
    given = parts()
    return asking(token, page, lambda linked: questions.due(given.read, linked, now=given.now()) is not None)


@blueprint.get("/v/<token>/questions")
@public
def page(token: str) -> Answer:
    """The date of birth, before anything is asked."""
    return _behind(token, lambda linked: _first(token, linked))


@blueprint.post("/v/<token>/questions")
@public
def ask(token: str) -> Answer:
    """What is asked now, for who knows the date of birth; all of it where something has changed."""

    def shown(found: Asked) -> Page:
        return _form(token, found, Asks.ALL if "changed" in request.form else found.asks), 200

    return _behind(token, lambda linked: _known(token, linked, shown))


@blueprint.post("/v/<token>/questions/answers")
@public
def give(token: str) -> Answer:
    """Keep the answers; on the visit's day, go on to how he is today."""
    return _behind(token, lambda linked: _kept(token, linked, Asks.ALL, _give))


@blueprint.post("/v/<token>/questions/today")
@public
def say_today(token: str) -> Answer:
    """Keep how he is today, where nothing has changed; else ask what."""

    def changed(found: Asked) -> Page:
        return _form(token, found, Asks.ALL), 200

    if request.form.get("changed") == "1":
        return _behind(token, lambda linked: _known(token, linked, changed))
    return _behind(token, lambda linked: _kept(token, linked, Asks.TODAY, _say_today))


def _first(token: str, linked: Linked, *, wrong: bool = False) -> Page:
    return born_first(
        token,
        linked,
        to=url_for(".ask", token=token),
        wrong=wrong,
        title=gettext("A few questions before your visit"),
        about=gettext("They take a few minutes. Your therapist reads the answers before you come."),
        go_on=gettext("Go on"),
    )


def _known(token: str, linked: Linked, then: Callable[[Asked], Page]) -> Page:
    given = parts()
    return known(
        lambda born: questions.ask(given.begin, token, born, request_id=g.request_id, now=given.now()),
        then,
        lambda: _first(token, linked, wrong=True),
    )


def _kept(token: str, linked: Linked, asks: Asks, keep: Callable[[Sent], Asks | None]) -> Page:
    """Keep what was sent, and show what is asked next; or the form again, with what was chosen."""
    errors = _lacks(asks)
    if errors:
        first = next(iter(errors))
        summary = {first: gettext("Some questions are not answered yet.")}
        return _known(token, linked, lambda found: (_form(token, found, asks, errors, summary), 400))
    try:
        left = keep(Sent(token, born_on(), version(), once(actor_name(linked)), g.request_id))
    except (Invalid, Stale, NotFound) as error:
        return _refused(token, linked, asks, error)
    if left is Asks.TODAY:
        return _known(token, linked, lambda found: (_form(token, found, left), 200))
    return _page(token, linked, "done"), 200


def _refused(token: str, linked: Linked, asks: Asks, error: ClinicError) -> Page:
    """The form with what was chosen, and why it was not kept."""
    status = status_of(error)
    if error.code == OTHER:
        return _first(token, linked, wrong=True)
    if isinstance(error, Invalid) and error.code != "key_reused":
        wrong = {error.field or "": _sentence(error)}
        return _known(token, linked, lambda found: (_form(token, found, asks, wrong, wrong), status))
    said = {"": gettext("Your answers have changed meanwhile. Please look at them again.")}

    def shown(found: Asked) -> Page:
        return _form(token, found, asks if asks is Asks.ALL else found.asks, {}, said), status

    return _known(token, linked, shown)


def _give(sent: Sent) -> Asks | None:
    answers = Answers(**answers_of(asked.load().standing))
    return questions.give(parts().begin, sent, answers, now=parts().now()).asks


def _say_today(sent: Sent) -> None:
    questions.say_today(parts().begin, sent, DayAnswers(**answers_of(asked.load().today)), now=parts().now())


def _lacks(asks: Asks) -> dict[str, str]:
    """What has to be chosen and was not."""
    fields = [one.field for one in _questions(asks) if one.kind in CHOSEN]
    if asks is Asks.TODAY:
        fields.insert(0, "changed")
    return {field: gettext("Please choose one.") for field in fields if not request.form.get(field)}


def _sentence(error: Invalid) -> str:
    if error.code == "surgery_half_said":
        return str(gettext("Please give the day of the operation and where it was, or neither."))
    return str(gettext("This cannot be read. Please answer it again."))


def _questions(asks: Asks) -> Sequence[Question]:
    return asked.load().today if asks is Asks.TODAY else asked.load().standing


def _form(
    token: str,
    found: Asked,
    asks: Asks,
    errors: dict[str, str] | None = None,
    summary: dict[str, str] | None = None,
) -> str:
    return _page(
        token,
        found.linked,
        asks.value,
        since=_since(found),
        fresh=_fresh(found),
        questions=lines_of(_questions(asks)),
        values=values_sent(_questions(asks)) if summary else _values(found, asks),
        errors=errors or {},
        summary=summary or {},
        language=words().language,
        born_on=request.form["born_on"],
        post_to=url_for(".say_today" if asks is Asks.TODAY else ".give", token=token),
        change_to=url_for(".ask", token=token),
        key=new_key(),
        version=found.version,
    )


def _since(found: Asked) -> str:
    """The day on which he was asked last, where the visit is."""
    if found.standing is None:
        return ""
    return words().full_day(found.standing.answered_at.astimezone(zone(found.linked.tz)))


def _fresh(found: Asked) -> bool:
    """Whether he was asked this very day: then nobody asks him what has changed."""
    if found.standing is None:
        return False
    tz = zone(found.linked.tz)
    return local_date(found.standing.answered_at, tz) == local_date(parts().now(), tz)


def _values(found: Asked, asks: Asks) -> dict[str, Any]:
    """What was answered last; what nobody has answered is not chosen for him."""
    if asks is Asks.TODAY:
        return values_of(DayAnswers()) | {"fever": ""}
    return {} if found.standing is None else values_of(found.standing.answers)


def _page(token: str, linked: Linked, asks: str, **shown: object) -> str:
    back = url_for("links.visit", token=token)
    return render_template("messages/visit_questions.html", **shared(linked), asks=asks, back_href=back, **shown)
