"""What is left to do for a course whose visits were all held."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext

from clinic.db.courses.reads import PlanRow, SessionRow
from clinic.db.unit import Unit
from clinic.db.visits import loads
from clinic.domain.courses.outline import held_up
from clinic.domain.time import local_date, zone
from clinic.domain.visits.visit import Kind, Status, Visit
from clinic.web import words
from clinic.web.courses import released
from clinic.web.forms import new_key
from clinic.web.gate import actor


def all_held(plan: PlanRow, rows: Sequence[SessionRow]) -> bool:
    """Whether the course is under way and nothing of it is left to treat."""
    treatments = [row for row in rows if row.kind == "treatment"]
    return plan.status == "active" and bool(treatments) and all(row.status == "done" for row in treatments)


def view(unit: Unit, plan: PlanRow, rows: Sequence[SessionRow], *, now: datetime) -> dict[str, Any] | None:
    """What `reassessment` of `courses/course.html` expects; none where nothing is left."""
    placed, reviews = {row.phase for row in rows}, _reviews(rows)
    if held_up(plan.protocol, {name for name in placed if name}):
        sentence = gettext("A phase waits to be released or left out; then the course goes on, or closes.")
        ways = [(released.href(plan, placed), gettext("Release a phase"))]
        return _shown(plan, sentence, ways, None)
    if not reviews:
        return None
    review = reviews[0]
    tz, visit = zone(plan.tz), _visit(unit, plan, rows)
    ways = [] if visit is not None else [(_booking(plan), gettext("Book the review"))]
    when = _when(_falls_on(review, rows, tz), visit, tz, local_date(now, tz))
    return _shown(plan, f"{when} {_then(len(reviews))}", ways, review)


def _shown(
    plan: PlanRow, sentence: str, ways: Sequence[tuple[str | None, str]], review: SessionRow | None
) -> dict[str, Any]:
    marks = review is not None and actor().may("reassessment.mark")
    ends = {
        outcome: url_for("courses.mark", public_id=plan.public_id, session=review.public_id, outcome=outcome)
        if review is not None and marks
        else None
        for outcome in ("continue", "stop")
    }
    return {
        "title": gettext("All visits were held"),
        "sentence": sentence,
        "due": True,
        "version": plan.version,
        "key": new_key(),
        "ways": [(href, label) for href, label in ways if href],
        "mark_done_to": ends["continue"],
        "stop_to": ends["stop"],
    }


def _reviews(rows: Sequence[SessionRow]) -> list[SessionRow]:
    """The dated reviews that are not marked."""
    return [row for row in rows if row.kind == "review" and row.reassess and row.reassessed_at is None]


def _falls_on(review: SessionRow, rows: Sequence[SessionRow], tz: ZoneInfo) -> date:
    return words.local(_first(rows), tz).date() + timedelta(days=review.offset_days or 0)


def _first(rows: Sequence[SessionRow]) -> int:
    return min(row.starts for row in rows if row.kind == "treatment" and row.starts is not None)


def _visit(unit: Unit, plan: PlanRow, rows: Sequence[SessionRow]) -> Visit | None:
    """The last review of the patient since the course's last visit, as it stands."""
    last = max(row.starts for row in rows if row.kind == "treatment" and row.starts is not None)
    found = [each for each in loads.of_patient(unit.connection, plan.patient_id) if each.starts > last]
    return next((each for each in reversed(found) if each.kind is Kind.REVIEW), None)


def _when(falls_on: date, visit: Visit | None, tz: ZoneInfo, today: date) -> str:
    if visit is not None and visit.status is Status.DONE:
        return str(gettext("The review took place."))
    if visit is not None:
        return str(gettext("The review is booked for %(when)s.", when=words.moment(words.local(visit.starts, tz))))
    due = {"day": words.full_day(falls_on)}
    if falls_on < today:
        return str(gettext("The review was due on %(day)s.", **due))
    return str(gettext("The review is due on %(day)s.", **due))


def _then(reviews: int) -> str:
    if reviews > 1:
        return str(gettext("Once it is marked, the next one follows."))
    return str(gettext("Once it is marked, the course closes."))


def _booking(plan: PlanRow) -> str | None:
    if not actor().may("visit.book"):
        return None
    return url_for("single.new", patient=plan.patient_public_id, kind="review")
