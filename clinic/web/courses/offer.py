"""The offer of a course as its page shows it: until when it is held, or what was said to it."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext

from clinic.db.courses.offers import OfferRow
from clinic.db.courses.reads import PlanRow
from clinic.domain.courses.offer import How, Outcome
from clinic.domain.time import zone
from clinic.web import words
from clinic.web.forms import new_key
from clinic.web.gate import actor


def view(plan: PlanRow, row: OfferRow | None) -> dict[str, Any] | None:
    """What the course's page shows of it."""
    if row is None:
        return None
    waits = row.outcome == Outcome.OPEN and actor().may("visit.book")
    return {
        "sentence": _sentence(plan, row),
        "accept": _accept(plan) if waits else None,
        "given": {"how": How.PHONE.value},
        "errors": {},
    }


def _accept(plan: PlanRow) -> dict[str, Any]:
    return {
        "to": url_for("offering.accepted", public_id=plan.public_id),
        "decline_to": url_for("offering.declined", public_id=plan.public_id),
        "key": new_key(),
        "version": plan.version,
        "ways": [(way.value, _ways()[way]) for way in How],
    }


def _ways() -> Mapping[str, str]:
    return {How.PHONE: gettext("on the phone"), How.HERE: gettext("here"), How.MESSAGE: gettext("in writing")}


def _sentence(plan: PlanRow, row: OfferRow) -> str:
    tz = zone(plan.tz)
    until = words.moment(row.hold_until.astimezone(tz))
    if row.outcome == Outcome.OPEN or row.settled_at is None:
        told = gettext("Its times are held until %(when)s. Nobody was written to yet; after that they are free again.")
        return str(told % {"when": until})
    at = words.moment(row.settled_at.astimezone(tz))
    if row.outcome == Outcome.ACCEPTED:
        told = {"who": row.accepted_by, "how": _ways().get(row.how, ""), "when": at, "by": row.who}
        return str(gettext("Accepted by %(who)s %(how)s, %(when)s; recorded by %(by)s.", **told))
    if row.outcome == Outcome.DECLINED:
        return str(gettext("Declined, %(when)s; recorded by %(by)s.", when=at, by=row.who))
    return str(gettext("Nobody answered until %(when)s: its times are free again.", when=until))
