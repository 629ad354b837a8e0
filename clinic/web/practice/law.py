"""What the law says where the practice works, as far as it is known: whether an assistant may needle, and until when an
incident is reported; each line with its source, how far to trust it and its dates."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext, ngettext

from clinic.content.delegation import delegations
from clinic.content.events import deadlines
from clinic.content.labels import label
from clinic.domain.care.events import Deadline, report_by
from clinic.domain.practice.delegation import Delegation, delegated
from clinic.domain.practice.jurisdictions import nearest
from clinic.domain.practice.places import Location
from clinic.domain.time import local_date, zone
from clinic.services.practice import setup
from clinic.web import words
from clinic.web.gate import actor, needs, parts

blueprint = Blueprint("law", __name__)


@blueprint.get("/setup/law")
@needs("practice.write")
def page() -> str:
    """What holds at each location today, and every line that is known."""
    given = parts()
    practice = setup.as_it_is(given.read, actor=actor()).practice
    return render_template(
        "practice/law.html",
        sites=[_site(each, local_date(given.now(), zone(each.tz))) for each in practice.locations],
        lines=[*_lines(delegations()), *_lines(deadlines())],
        back_url=url_for("setup.page"),
    )


def _site(site: Location, today: date) -> dict[str, Any]:
    """What the nearest lines come to there."""
    may = delegated(delegations(), site.jurisdiction, today)
    known = bool(nearest(delegations(), site.jurisdiction, today))
    due = report_by(deadlines(), site.jurisdiction, today)
    facts = [
        (gettext("Whose law counts"), words.jurisdiction(site.jurisdiction)),
        (gettext("A therapist needles"), gettext("with a licence that covers the place, the day and the region")),
        (gettext("An assistant needles"), _says(may) if known else gettext("no: nothing is known that allows it")),
        (gettext("An incident is reported"), _within((due - today).days) if due else gettext("no deadline is known")),
    ]
    return {"id": site.code, "name": site.name, "facts": facts}


def _says(allowed: bool) -> str:
    return str(gettext("allowed") if allowed else gettext("not allowed"))


def _within(days: int) -> str:
    return str(ngettext("within %(num)s day", "within %(num)s days", days))


def _lines(found: Iterable[Delegation | Deadline]) -> list[dict[str, str]]:
    return [_line(each) for each in found]


def _line(each: Delegation | Deadline) -> dict[str, str]:
    about = gettext("Assistants needle") if isinstance(each, Delegation) else gettext("Incidents are reported")
    return {
        "where": words.jurisdiction(each.jurisdiction),
        "about": about,
        "says": _says(each.allowed) if isinstance(each, Delegation) else _within(each.days),
        "since": words.short_date(each.valid_from) if each.valid_from else "",
        "until": words.short_date(each.valid_until) if each.valid_until else "",
        "source": each.source,
        "ground": gettext(label(each.confidence.value)),
    }
