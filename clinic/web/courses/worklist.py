"""The worklist: what needs somebody, by kind, each line with the way to mend it."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext, ngettext

from clinic.db.courses.worklist import Scope
from clinic.db.practice import lists
from clinic.domain.courses.worklist import Kind
from clinic.services.courses.worklist import Asked, Worklist, worklist
from clinic.web.courses.handovers import waiting
from clinic.web.courses.worklist_line import line
from clinic.web.gate import needs, parts, seen_at
from clinic.web.paging import A_PAGE, pages, skipped

blueprint = Blueprint("worklist", __name__)


@blueprint.get("/worklist")
@needs("worklist.read")
def listed() -> str:
    """Everything, or one kind, one lead therapist's, one location's."""
    asked = _asked()
    found = worklist(parts().read, asked, now=parts().now())
    with parts().read() as unit:
        therapists = dict.fromkeys((each.public_id, each.name) for each in lists.work(unit.connection, seen_at()))
        places = [(each.public_id, each.name) for each in lists.locations(unit.connection, seen_at())]
    return render_template(
        "courses/worklist.html",
        action=url_for(".listed"),
        kinds=_kinds(asked, found),
        lines=[line(each) for each in found.lines],
        pages=pages(found.first, found.total, lambda page: _href(asked, asked.kind, page)),
        therapists=[("", gettext("Anyone")), *therapists],
        locations=[("", gettext("Everywhere")), *places] if len(places) > 1 else [],
        values={"therapist": asked.scope.therapist, "location": asked.scope.location, "kind": asked.kind or ""},
        handed_over=sum(asked.scope.therapist in ("", each.to_public_id) for each in waiting()),
        narrowed=asked.kind is not None or asked.scope != Scope(places=asked.scope.places),
        counted=ngettext("%(num)s thing needs somebody", "%(num)s things need somebody", sum(found.counts.values())),
    )


def _asked() -> Asked:
    given = request.args
    kind = given.get("kind", "")
    return Asked(
        next((each for each in Kind if each == kind), None),
        Scope(given.get("therapist", ""), given.get("location", ""), seen_at()),
        skipped(),
        A_PAGE,
    )


def _href(asked: Asked, kind: Kind | None, page: int | None = None) -> str:
    scope = asked.scope
    given: dict[str, Any] = {"kind": kind, "therapist": scope.therapist or None, "location": scope.location or None}
    return url_for(".listed", **given, page=page)


def _kinds(asked: Asked, found: Worklist) -> list[dict[str, Any]]:
    """Ways to each kind, with how much there is of it in scope."""
    names = {
        Kind.UNPLACED: gettext("No date"),
        Kind.READY: gettext("To confirm"),
        Kind.DRIFTED: gettext("Gaps"),
        Kind.MISSED: gettext("Missed"),
        Kind.AUTHORISATION: gettext("Authorisations"),
        Kind.REASSESSMENT: gettext("Reassessments"),
        Kind.OFFERED: gettext("Offers"),
    }
    everything = (None, gettext("Everything"), sum(found.counts.values()))
    return [
        {"label": label, "count": count, "href": _href(asked, kind), "current": asked.kind is kind}
        for kind, label, count in [everything, *((kind, name, found.counts[kind]) for kind, name in names.items())]
    ]
