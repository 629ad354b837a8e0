"""A course as its page and its handout show it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext

from clinic.db.care.records import Scores
from clinic.db.courses.reads import PlanRow, SessionRow
from clinic.domain.time import local_date, zone
from clinic.web import words
from clinic.web.courses import closing
from clinic.web.courses import scores as scored
from clinic.web.courses.strip import Mark, strip


def view(plan: PlanRow, rows: Sequence[SessionRow], scores: Mapping[str, Scores], *, now: datetime) -> dict[str, Any]:
    """What `courses/course.html` expects of the course itself: course, patient, strip, sessions, scored."""
    tz = zone(plan.tz)
    placed = [row for row in rows if row.starts is not None]
    treatments = [row for row in rows if row.kind == "treatment"]
    counted = [row.status for row in treatments]
    days = [words.local(row.starts, tz).date() for row in placed if row.starts is not None]
    return {
        "course": {
            "title": plan.title,
            "protocol": f"{plan.protocol.title}, {gettext('version %(number)s', number=plan.protocol.version)}",
            "state": words.plan_state(plan.status, all_held=closing.all_held(plan, rows)),
            "period": words.period(days[0], days[-1]) if days else gettext("no dates yet"),
            "lead": plan.lead or gettext("Anyone"),
            "targets": words.targets(plan.targets) or gettext("not stated"),
            "done": counted.count("done"),
            "booked": sum(status in ("booked", "confirmed", "arrived", "in_session") for status in counted),
            "held": counted.count("held"),
            "total": len(treatments),
            "pencilled": counted.count("pencilled"),
        },
        "patient": {
            "name": plan.patient,
            "born": words.short_date(plan.born_on),
            "href": url_for("patients.record", public_id=plan.patient_public_id),
        },
        "strip": strip(_marks(placed, tz), local_date(now, tz), scored.curves(placed, scores)) if placed else None,
        "scored": bool(scores),
        "sessions": [
            _session(row, before, tz, days) | scored.words(scores.get(row.visit or ""))
            for row, before in zip(rows, [None, *rows], strict=False)
        ],
    }


def _session(row: SessionRow, before: SessionRow | None, tz: ZoneInfo, days: Sequence[date]) -> dict[str, Any]:
    gap = _gap(before, row, tz)
    review = row.kind == "review"
    return {
        "number": row.ordinal,
        "kind": "review" if review else words.kind_of(row.modalities),
        "kind_label": gettext("Review") if review else words.kind_label(row.modalities),
        "status": words.status_of(row.status or ""),
        "day": _due(row, days) or _day(row, tz),
        "starts": "" if row.starts is None else words.clock(row.starts, tz),
        "therapist": row.therapist or "",
        "room": row.room or "",
        "gap": "" if gap is None else words.days(gap),
        "gap_off": gap is not None and _fit(gap, row) != "",
        "why": _note(row),
        "asked": longer_gap(row, tz),
        "href": None if row.visit is None else url_for("visits.panel", public_id=row.visit),
    }


def longer_gap(row: SessionRow, tz: ZoneInfo) -> str:
    """What somebody asked of the gap before a session, with why, who and when; empty where nobody did."""
    if row.asked_days is None or row.asked_at is None:
        return ""
    return str(
        gettext(
            "At least %(days)s after the visit before: %(why)s (%(who)s, %(when)s)",
            days=words.days(row.asked_days),
            why=row.asked_why,
            who=row.asked_by,
            when=words.short_date(local_date(row.asked_at, tz)),
        )
    )


def _due(row: SessionRow, days: Sequence[date]) -> str:
    """About when a dated review falls that has no visit yet."""
    if row.starts is not None or row.offset_days is None or not days:
        return ""
    return str(gettext("About %(day)s", day=words.day(days[0] + timedelta(days=row.offset_days))))


def _day(row: SessionRow, tz: ZoneInfo) -> str:
    return str(gettext("No date")) if row.starts is None else words.day(words.local(row.starts, tz).date())


def _note(row: SessionRow) -> str:
    if not row.reassess:
        return ""
    if row.reassessed_at is not None:
        return str(gettext("Reassessment done"))
    if row.kind == "review":
        return str(gettext("A review: book it as a visit of its own"))
    return str(gettext("Reassessment"))


def _gap(before: SessionRow | None, row: SessionRow, tz: ZoneInfo) -> int | None:
    if before is None or before.starts is None or row.starts is None:
        return None
    return (words.local(row.starts, tz).date() - words.local(before.starts, tz).date()).days


def _fit(days: int, row: SessionRow) -> str:
    if row.gap_min is None or row.gap_max is None:
        return ""
    least, asked = row.gap_min, row.asked_days or row.gap_min
    if days < max(least, asked):
        return "short"
    return "long" if days > max(row.gap_max, row.gap_max + asked - least) else ""


def _marks(placed: Sequence[SessionRow], tz: ZoneInfo) -> list[Mark]:
    """The visits on the line of the course."""
    days = [words.local(row.starts or 0, tz).date() for row in placed]
    befores = [None, *days]
    return [
        Mark(
            on,
            row.ordinal,
            words.kind_of(row.modalities),
            words.status_of(row.status or ""),
            gettext(
                "Visit %(number)s, %(when)s, %(kind)s",
                number=row.ordinal,
                when=f"{_day(row, tz)}, {words.clock(row.starts or 0, tz)}",
                kind=words.kind_label(row.modalities),
            ),
            url_for("visits.panel", public_id=row.visit),
            "" if before is None else _fit((on - before).days, row),
        )
        for row, on, before in zip(placed, days, befores, strict=False)
    ]
