"""The worklist: what needs somebody, by kind, each line with the way to mend it."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext, ngettext

from clinic.db.courses.worklist import Scope
from clinic.db.practice import lists
from clinic.domain.courses.worklist import Kind
from clinic.services.courses.worklist import A_PAGE, Asked, Worklist, worklist
from clinic.web.courses.handovers import waiting
from clinic.web.courses.worklist_line import line
from clinic.web.gate import needs, parts, seen_at

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
        pages=_pages(asked, found),
        therapists=[("", gettext("Anyone")), *therapists],
        locations=[("", gettext("Everywhere")), *places] if len(places) > 1 else [],
        values={"therapist": asked.scope.therapist, "location": asked.scope.location, "kind": asked.kind or ""},
        handed_over=sum(asked.scope.therapist in ("", each.to_public_id) for each in waiting()),
        narrowed=asked.kind is not None or asked.scope != Scope(places=asked.scope.places),
        counted=ngettext("%(num)s thing needs somebody", "%(num)s things need somebody", sum(found.counts.values())),
    )


def _asked() -> Asked:
    given = request.args
    kind, first = given.get("kind", ""), given.get("from", "")
    return Asked(
        next((each for each in Kind if each == kind), None),
        Scope(given.get("therapist", ""), given.get("location", ""), seen_at()),
        int(first) if first.isascii() and first.isdigit() and len(first) < 8 else 0,
    )


def _href(asked: Asked, kind: Kind | None, first: int = 0) -> str:
    scope = asked.scope
    given: dict[str, Any] = {"kind": kind, "therapist": scope.therapist or None, "location": scope.location or None}
    return url_for(".listed", **given | {"from": max(first, 0) or None})


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


def _pages(asked: Asked, found: Worklist) -> dict[str, Any]:
    last = asked.first + len(found.lines)
    return {
        "first": asked.first + 1,
        "last": last,
        "total": found.total,
        "previous_href": _href(asked, asked.kind, asked.first - A_PAGE) if asked.first else None,
        "next_href": _href(asked, asked.kind, last) if found.lines and last < found.total else None,
    }
