"""What all pages behind a visit's link share: the patient's language, the practice's neutral name, the end of a link,
and the date of birth that stands before whatever tells or asks about health."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response as Answer

from clinic.content.markdown import html
from clinic.db.messages.links import Linked, desk
from clinic.domain.dates import plain_day
from clinic.domain.errors import Invalid, NotFound
from clinic.services.messages import links
from clinic.services.messages.born import OTHER
from clinic.web.gate import parts
from clinic.web.languages import speaking
from clinic.web.messages.feeds import count_unknown

Found = TypeVar("Found")

PRIVATE = {"X-Robots-Tag": "noindex, nofollow"}

Page = tuple[str, int]
"""A page, and its status code."""


def behind(
    token: str, page: Callable[[Linked], Page], instead: Callable[[Linked], Answer | None] | None = None
) -> Answer:
    """The page in the patient's language, or what there is `instead`; a link that has ended says whom to call."""
    try:
        linked = links.follow(parts().read, token, now=parts().now())
    except NotFound:
        return ended()
    other = instead(linked) if instead is not None else None
    if other is not None:
        return other
    with speaking(linked.language):
        body, status = page(linked)
    return Response(body, status, headers=PRIVATE)


def asking(token: str, page: Callable[[Linked], Page], open_: Callable[[Linked], bool]) -> Answer:
    """As `behind`; the visit's own page where nothing is asked about it, or no longer."""

    def instead(linked: Linked) -> Answer | None:
        return None if open_(linked) else redirect(url_for("links.visit", token=token), 303)

    return behind(token, page, instead)


def ended() -> Response:
    """A link that leads nowhere, or nowhere any more."""
    count_unknown("visit-link")
    with parts().read() as unit:
        name, phone = desk(unit.connection)
    shown = {"practice_name": name} if name else {}
    page = render_template("messages/gone.html", phone=phone, phone_href=_tel(phone), **shown)
    return Response(page, 404, headers=PRIVATE)


def shared(linked: Linked) -> dict[str, Any]:
    """The practice by its neutral name, and where the visit is."""
    return {
        "practice_name": linked.neutral_name,
        "location": {
            "name": linked.location,
            "address": linked.address,
            "phone": linked.phone,
            "phone_href": _tel(linked.phone),
        },
    }


def _tel(phone: str) -> str:
    return f"tel:{phone.replace(' ', '')}"


def born_on() -> date:
    """The date of birth that was given. Raises Invalid(birth_date_other)."""
    try:
        return plain_day(request.form.get("born_on", ""))
    except ValueError as error:
        raise Invalid(OTHER, field="born_on") from error


def known(ask: Callable[[date], Found], then: Callable[[Found], Page], first: Callable[[], Page]) -> Page:
    """What `then` shows of what is found for the date of birth that was given; `first` again where that is another."""
    try:
        return then(ask(born_on()))
    except Invalid as error:
        if error.code != OTHER:
            raise
        return first()


def born_first(token: str, linked: Linked, *, to: str, wrong: bool = False, **told: object) -> Page:
    """The page that asks for the date of birth; `told` is what else it says, see its template."""
    sentence = gettext("This is not the date of birth that we know.")
    shown = render_template(
        "messages/visit_born.html",
        **shared(linked),
        errors={"born_on": sentence} if wrong else {},
        post_to=to,
        back_href=url_for("links.visit", token=token),
        **told,
    )
    return shown, 400 if wrong else 200


def sentences(told: Sequence[str]) -> list[Markup]:
    """Lines of notes, as pages show them."""
    return [Markup(html(line)) for line in told]  # noqa: S704 - sanitised
