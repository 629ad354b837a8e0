"""The panel of a visit: move, cancel, confirm."""

from datetime import date, timedelta

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from clinic.db.messages import obligations, tasks
from clinic.db.unit import Unit
from clinic.db.visits import freed, loads, reads
from clinic.db.visits.reads import VisitRow
from clinic.domain.errors import Invalid, Refused, SlotTaken
from clinic.domain.time import local_date, zone
from clinic.domain.visits.visit import MOVABLE, Status
from clinic.services.visits.change import move, turn
from clinic.services.visits.offers import offers_for_move
from clinic.web import words
from clinic.web.errors import said, status_of
from clinic.web.forms import new_key, once, sent, version
from clinic.web.gate import actor, needs, parts
from clinic.web.visits import board_moves, board_ways, on_offer, steps, together
from clinic.web.visits import panel as panels
from clinic.web.visits.onward import came_from, leads_to, onward
from clinic.web.visits.open_items import open_items

blueprint = Blueprint("visits", __name__)

DAYS_LISTED = 7


@blueprint.get("/visits/<public_id>")
@needs("visit.read")
def panel(public_id: str) -> str:
    """A visit as a page, or as the sheet beside the board."""
    return _panel(public_id, {})


def _panel(public_id: str, asks: dict[str, str]) -> str:
    """`asks`: what a rule says to confirming it, by field; with "reason" it takes one."""
    with parts().read() as unit:
        rows = reads.panel(unit.connection, public_id)
        reasons, due = reads.reasons(unit.connection, public_id), reads.letter_due(unit.connection, public_id)
        way = obligations.reached(unit.connection, rows[0].patient_id)
        waiting = tasks.of_visit(unit.connection, public_id) if actor().may("task.read") else ()
        interpreter = tasks.of_kind(unit.connection, public_id, "interpreter")
        offered = freed.kept_by(unit.connection, [public_id]).get(public_id)
        before = open_items(unit, public_id, parts().now())
        waits = steps.waits(unit, rows[0], actor(), parts().now())
        about = steps.open_about(unit, loads.visit(unit.connection, public_id), rows[0], actor())
    head, me, kinds = rows[0], actor(), [each.kind for each in waiting]
    open_ = Status(head.status) in MOVABLE and offered is None
    return render_template(
        "visits/panel.html",
        **panels.visit_view(rows),
        course=panels.course_view(head),
        flags=panels.on_offer(offered) + panels.flags(head, reasons) + panels.waiting(kinds) + before.flags,
        check_href=before.href,
        interpreter=panels.interpreter(interpreter),
        mail=panels.mail(due, head, way),
        move_href=url_for(".move_page", public_id=public_id) if open_ and me.may("visit.move") else None,
        cancel_href=url_for("cancel.page", public_id=public_id) if open_ and me.may("visit.cancel") else None,
        plan_href=panels.plan_href(head, me),
        replan_href=panels.replan_href(head, me),
        missed=panels.missed(head, me, parts().now()),
        about=about,
        flow=steps.flow(head, me, parts().now()),
        waits=waits,
        record_href=panels.record_href(head, me),
        confirm_to=url_for(".confirm", public_id=public_id)
        if head.status == "pencilled" and me.may("visit.book")
        else None,
        asks=asks,
        values={"reason": request.form.get("reason", "")},
        key=new_key(),
        version=head.version,
        back_url=_back(head),
    )


def _back(head: VisitRow) -> str:
    return board_ways.day_href(words.local(head.starts, zone(head.tz)).date())


def _read(unit: Unit, public_id: str) -> tuple[VisitRow, ...]:
    return reads.panel(unit.connection, public_id)


@blueprint.get("/visits/<public_id>/move")
@needs("visit.move")
def move_page(public_id: str) -> str | Answer:
    return on_offer.to_offer(public_id) or _move_form(public_id, {})


@blueprint.post("/visits/<public_id>/move")
@needs("visit.move")
def move_visit(public_id: str) -> Answer | tuple[str | Answer, int]:
    """Move the visit to the chosen time, or show what stands against it: other visits of its course that would have to
    move too, unless it is to move alone."""
    if board_moves.asked():
        return board_moves.moved(public_id)
    given = parts()
    try:
        spot = panels.spot_from(request.form.get("start", ""))
        if not request.form.get("only"):
            shown = together.shown(public_id, spot, {})
            if shown is not None:
                return shown, 200
        move(
            given.begin,
            given.read,
            public_id,
            spot,
            version=version(),
            actor=actor(),
            reason=request.form.get("reason", "").strip(),
            once=once(),
            now=given.now(),
        )
    except (SlotTaken, Refused, Invalid) as error:
        if isinstance(error, Invalid) and error.code == on_offer.CODE:
            return on_offer.refused(public_id, error)
        field = "reason" if error.params.get("overridable") else getattr(error, "field", None) or ""
        return _move_form(public_id, {field: said(error)}), status_of(error)
    return onward(public_id)


def _move_form(public_id: str, errors: dict[str, str]) -> str:
    with parts().read() as unit:
        rows = _read(unit, public_id)
    head, tz, now = rows[0], zone(rows[0].tz), parts().now()
    if Status(head.status) not in MOVABLE:
        raise Invalid("visit_settled", status=head.status)
    today, own = local_date(now, tz), words.local(head.starts, tz).date()
    begin = max(today, _asked_day() or own - timedelta(days=3))
    offers = panels.allowed(offers_for_move(parts().read, public_id, head.patient_public_id, begin, now=now), actor())
    last = offers[-1].on if offers else begin + timedelta(days=DAYS_LISTED)
    return render_template(
        "visits/move.html",
        **panels.visit_view(rows),
        post_to=url_for(".move_visit", public_id=public_id),
        key=new_key(),
        version=head.version,
        days=panels.offer_days(offers, near=head.starts),
        earlier_href=_from(public_id, begin - timedelta(days=DAYS_LISTED)) if begin > today else None,
        later_href=_from(public_id, last + timedelta(days=1)),
        values={"start": request.form.get("start", ""), "reason": request.form.get("reason", "")},
        errors=errors,
        notices=panels.told(head),
        reason_needed="reason" in errors or (bool(offers) and all(offer.needs_reason for offer in offers)),
        in_sheet=came_from() is None,
        back_url=leads_to(public_id),
    )


def _from(public_id: str, on: date) -> str:
    return url_for(".move_page", public_id=public_id, on=on.isoformat(), back=came_from())


def _asked_day() -> date | None:
    asked = request.args.get("on", "")
    return board_ways.day_from(asked) if asked else None


@blueprint.post("/visits/<public_id>/confirm")
@needs("visit.book")
def confirm(public_id: str) -> Answer | tuple[str, int]:
    """A pencilled visit becomes booked; what a rule asks a reason for is shown with a field for it."""
    reason = request.form.get("reason", "").strip()
    try:
        turn(parts().begin, public_id, Status.BOOKED, reason=reason, **sent())
    except Invalid as error:
        if error.code != on_offer.CODE:
            raise
        return on_offer.refused(public_id, error)
    except Refused as refused:
        if not refused.params.get("overridable"):
            raise
        field = "reason" if actor().may("rule.override") else ""
        return _panel(public_id, {field: said(refused)}), status_of(refused)
    return onward(public_id)
