"""A visit that is given up together with a new date for its session: what would move, and all of it with one stroke."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from clinic.db.visits import reads
from clinic.db.visits.reads import VisitRow
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Invalid, NotFound, Refused, SlotTaken
from clinic.services.courses.losing import Lost
from clinic.services.courses.reflow import Reflow
from clinic.services.courses.replan import look, replan
from clinic.services.courses.tail import Asked
from clinic.web.courses import reflow
from clinic.web.errors import said, status_of
from clinic.web.forms import new_key, once
from clinic.web.gate import actor, parts
from clinic.web.visits import panel as panels
from clinic.web.visits.onward import onward


@dataclass(frozen=True, slots=True)
class Ways:
    """How the page asks: its title, the form's own fields, and where it goes: to look again, to give the visit up
    alone, or with all that is shown."""

    title: str
    fields: Sequence[tuple[str, str]]
    look_to: str
    only_to: str
    only_label: str
    all_to: str


def may_replan(head: VisitRow, who: Actor) -> bool:
    """Whether a new date can be looked for: for a session of a course, by whoever may move and book."""
    return head.plan_public_id is not None and who.may("visit.move") and who.may("visit.book")


def write(lost: Lost, ways: Ways) -> Answer | tuple[str, int]:
    """Give the visit up and write the rest of its course as it was shown, or show what stands against it."""
    given, form = parts(), request.form
    plan = _course(lost.visit)
    try:
        replan(
            given.begin,
            given.read,
            reflow.asked_from(plan, form, lost),
            seen=reflow.seen_from(form),
            actor=actor(),
            reason=form.get("why", "").strip(),
            once=once(),
            now=given.now(),
        )
    except (SlotTaken, Refused, Invalid) as error:
        asks = error.params.get("overridable") or error.code == "gap_reason"
        field = "why" if asks else getattr(error, "field", None) or ""
        return shown(lost, ways, {field: said(error)}), status_of(error)
    return onward(lost.visit, url_for("courses.course", public_id=plan))


def shown(lost: Lost, ways: Ways, errors: dict[str, str]) -> str:
    """The page that asks. Raises NotFound for a visit that stands alone, Invalid for one that cannot be given up."""
    with parts().read() as unit:
        rows = reads.panel(unit.connection, lost.visit)
    found, form = _found(rows[0].plan_public_id or "", lost, request.form, errors)
    return render_template(
        "visits/lost.html",
        **panels.visit_view(rows),
        title=ways.title,
        look_to=ways.look_to,
        only={"to": ways.only_to, "label": ways.only_label},
        all=_all(found, ways),
        key=new_key(),
        version=request.form.get("version") or rows[0].version,
        fields=list(ways.fields),
        seen=reflow.asked_fields(form) + reflow.seen_fields(found),
        keep=reflow.keepable(found, form.getlist("keep")),
        relaxed=reflow.relaxed(form.getlist("relax")),
        reflow=reflow.view(found),
        values={name: form.get(name, "") for name in ("gap_after", "why")},
        errors=errors,
        reason_needed="why" in errors or found.longer is not None,
        back_url=url_for("visits.panel", public_id=lost.visit),
    )


def _course(visit: str) -> str:
    with parts().read() as unit:
        plan = reads.panel(unit.connection, visit)[0].plan_public_id
    if plan is None:
        raise NotFound("course")
    return plan


def _found(
    plan: str, lost: Lost, form: "MultiDict[str, str]", errors: dict[str, str]
) -> tuple[Reflow, "MultiDict[str, str]"]:
    """What was asked for; as if nothing were, where that cannot be."""
    given = parts()
    try:
        return look(given.read, reflow.asked_from(plan, form, lost), now=given.now()), form
    except Invalid as fault:
        if fault.code not in reflow.UNASKABLE:
            raise
        errors.setdefault(fault.field or "", said(fault))
    return look(given.read, Asked(plan, lost=lost), now=given.now()), MultiDict()


def _all(found: Reflow, ways: Ways) -> dict[str, Any] | None:
    """The button that writes it; none where there is no way, or nothing that gets a date."""
    if not found.changed or not (actor().may("visit.move") and actor().may("visit.book")):
        return None
    moves = any(line.session.visit is not None for line in found.changed)
    label = gettext("Take these dates") if moves or len(found.changed) > 1 else gettext("Take this date")
    return {"to": ways.all_to, "label": label}
