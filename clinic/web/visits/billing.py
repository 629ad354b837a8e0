"""Visits that took place, by payer: on screen, and as a table for whoever bills them."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext, ngettext

from clinic.db.visits.billing import Held
from clinic.domain.errors import Invalid
from clinic.domain.time import TICK_MINUTES, local_date, zone
from clinic.interchange.csv_billing import table
from clinic.services.visits import billing as services
from clinic.services.visits.billing import PERMISSION
from clinic.web import words
from clinic.web.errors import said
from clinic.web.frame import practice
from clinic.web.gate import actor, needs, parts
from clinic.web.practice.entries import day

blueprint = Blueprint("billing", __name__, url_prefix="/billing")

EVERYBODY: Final = "*"
"""In the place of a payer: all of them; the empty name is the patients themselves."""


@blueprint.get("")
@needs(PERMISSION)
def page() -> str | tuple[str, int]:
    """A period's visits, counted by payer; last month's unless another is asked for."""
    first, until = _last_month()
    errors: dict[str, str] = {}
    found: tuple[Held, ...] = ()
    try:
        if request.args:
            first, until = day(request.args, "first"), day(request.args, "until")
        found = services.held(parts().read, first, until, actor=actor())
    except Invalid as fault:
        names = {"first": gettext("First day"), "until": gettext("Last day")}
        errors[fault.field or ""] = said(
            Invalid(fault.code, field=names.get(fault.field or "", fault.field), **fault.params)
        )
    shown = render_template(
        "visits/billing.html",
        values=request.args.to_dict() or {"first": first.isoformat(), "until": until.isoformat()},
        errors=errors,
        period=words.period(first, until),
        lines=[_line(payer, list(visits), first, until) for payer, visits in groupby(found, lambda one: one.payer)],
        all_href=_href(EVERYBODY, first, until) if found else None,
        action=url_for(".page"),
    )
    return (shown, 400) if errors else shown


@blueprint.get("/visits.csv")
@needs(PERMISSION)
def visits() -> Response:
    """The period's visits of one payer, or of all. Raises Invalid."""
    given, asked = parts(), request.args
    first, until, payer = day(asked, "first"), day(asked, "until"), asked.get("payer", EVERYBODY)
    chosen = None if payer == EVERYBODY else payer
    found = services.export(given.begin, first, until, chosen, actor=actor(), now=given.now())
    body = table(_headings(), [_row(each) for each in found])
    answer = Response(body, content_type="text/csv; charset=utf-8")
    name = f"visits-{first.isoformat()}-{until.isoformat()}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _last_month() -> tuple[date, date]:
    today = local_date(parts().now(), zone(practice().tz))
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _href(payer: str, first: date, until: date) -> str:
    return url_for(".visits", first=first.isoformat(), until=until.isoformat(), payer=payer)


def _line(payer: str, found: Sequence[Held], first: date, until: date) -> dict[str, Any]:
    people = len({each.patient_id for each in found})
    return {
        "payer": payer or gettext("The patient, or not said"),
        "visits": len(found),
        "people": ngettext("%(num)s patient", "%(num)s patients", people),
        "minutes": sum(_minutes(each) for each in found),
        "href": _href(payer, first, until),
    }


def _minutes(held: Held) -> int:
    return (held.ends - held.starts) * TICK_MINUTES


def _headings() -> list[str]:
    return [
        gettext("Date"),
        gettext("From"),
        gettext("Until"),
        gettext("Minutes"),
        gettext("Family name"),
        gettext("Given names"),
        gettext("Birth date"),
        gettext("Who pays"),
        gettext("Number of the authorisation"),
        gettext("What was done"),
        gettext("Therapist"),
        gettext("Location"),
        gettext("Visit"),
    ]


def _row(held: Held) -> list[str]:
    tz = zone(held.tz)
    starts = words.local(held.starts, tz)
    return [
        starts.date().isoformat(),
        f"{starts:%H:%M}",
        words.clock(held.ends, tz),
        str(_minutes(held)),
        held.family_name,
        held.given_names,
        held.born_on.isoformat(),
        held.payer,
        held.number,
        words.kind_label(held.modalities),
        held.therapist,
        held.location,
        held.public_id,
    ]
