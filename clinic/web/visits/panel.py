"""One visit, as its panel, its move and its cancellation show it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext

from clinic.content import tasks
from clinic.content.sentences import sentence
from clinic.db.messages.tasks import TaskLine
from clinic.db.visits.freed import Freed
from clinic.db.visits.reads import VisitRow
from clinic.domain.access.actors import Actor
from clinic.domain.care.findings import Finding
from clinic.domain.errors import Invalid
from clinic.domain.messages.reach import Channel, Reach
from clinic.domain.messages.subscriptions import code_of
from clinic.domain.time import TICK_MINUTES, instant_of, zone
from clinic.domain.visits.answer import ASKS
from clinic.domain.visits.visit import MOVABLE, SHOWN, Kind, Status, joined
from clinic.services.visits.offers import Offer
from clinic.services.visits.wanted import Spot
from clinic.web import words

NEAREST = 3


def visit_view(rows: Sequence[VisitRow]) -> dict[str, Any]:
    """`visit` and `patient` of the templates; times are the location's."""
    head, tz = rows[0], zone(rows[0].tz)
    modalities = [name for row in rows for name in row.modalities]
    rooms = joined(row.room for row in rows)
    return {
        "visit": {
            "status": words.status_of(head.status),
            "kind": words.kind_of(modalities),
            "kind_label": words.kind_label(modalities),
            "number": head.ordinal,
            "of": head.total,
            "day": words.full_day(words.local(head.starts, tz).date()),
            "starts": words.clock(head.starts, tz),
            "ends": words.clock(head.ends, tz),
            "zone_note": "",
            "therapist": joined(row.therapist for row in rows) or "",
            "room": rooms or gettext("by phone or video"),
            "place": f"{rooms}, {head.location}" if rooms else gettext("By phone or video"),
            "minutes": (head.ends - head.starts) * TICK_MINUTES,
            "revision": head.sequence,
            "code": code_of(head.public_id),
            "stretches": [_stretch(row, tz) for row in rows] if len(rows) > 1 else [],
        },
        "patient": {
            "name": head.patient.strip(),
            "born": words.short_date(head.born_on),
            "phone": head.phone or "",
            "href": url_for("patients.record", public_id=head.patient_public_id),
        },
    }


def _stretch(row: VisitRow, tz: ZoneInfo) -> dict[str, str]:
    """A part of the visit with its own person and room."""
    with_and_where = joined((row.therapist, row.room or gettext("by phone or video")))
    return {
        "starts": words.clock(row.stretch_starts, tz),
        "what": words.kind_label(row.modalities),
        "where": with_and_where or "",
    }


def course_view(head: VisitRow) -> dict[str, str] | None:
    """The course it belongs to."""
    if head.plan_public_id is None:
        return None
    return {"title": head.plan_title or "", "href": url_for("courses.course", public_id=head.plan_public_id)}


def replan_href(head: VisitRow, who: Actor) -> str | None:
    """Where a visit of a course that was cancelled or missed gets a new date."""
    if head.plan_public_id is None or head.status not in ("cancelled", "no_show") or not who.may("visit.move"):
        return None
    return url_for("replan.page", plan=head.plan_public_id)


def plan_href(head: VisitRow, who: Actor) -> str | None:
    """Where a course is planned for the patient, once his assessment is over."""
    if (head.kind, head.status) != (Kind.ASSESSMENT, Status.DONE) or not who.may("plan.write"):
        return None
    return url_for("new_course.new", patient=head.patient_public_id)


def record_href(head: VisitRow, who: Actor) -> str | None:
    """Where the visit's record is written and read, once the visit is agreed."""
    if Status(head.status) not in SHOWN or not who.may("record.read"):
        return None
    return url_for("record.page", public_id=head.public_id)


def missed(head: VisitRow, who: Actor, now: datetime) -> dict[str, Any]:
    """What can be said about a visit whose patient did not come: `href` to mark it; once it is, what comes `next`, whom
    to `call`, and `came_to` where it was marked in error."""
    gone, may = head.status == "no_show", who.may("visit.flow")
    begun = head.status in ("booked", "confirmed") and instant_of(head.starts) <= now
    return {
        "href": url_for("missed.page", public_id=head.public_id) if begun and may else None,
        "next": _next(head) if gone else "",
        "call": (head.phone or "") if gone else "",
        "came_to": url_for("missed.undo", public_id=head.public_id) if gone and may else None,
    }


def _next(head: VisitRow) -> str:
    """What becomes of a missed visit that nobody does anything about."""
    if head.plan_public_id is None:
        return str(gettext("The patient did not come. Book another visit, or call."))
    return str(
        gettext("The patient did not come. Find a new date, call, or leave it: the worklist keeps it until it has one.")
    )


def flags(head: VisitRow, reasons: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What somebody who opens the visit must know."""
    said = [_set_aside(code, reason) for code, reason in reasons]
    if head.status == "pencilled":
        said.append(("", gettext("Pencilled: the patient does not know of it until the reassessment is done.")))
    if head.status == "cancelled":
        said.append(("warn", gettext("Cancelled: %(reason)s", reason=_why(head.cancel_reason))))
    return said + _answer(head)


def on_offer(time: Freed | None) -> list[tuple[str, str]]:
    """What a visit says that keeps a time for those who wait: it stands in the name of the first of them."""
    if time is None or time.hold_until is None:
        return []
    until = words.moment(time.hold_until.astimezone(zone(time.tz)))
    told = gettext("On offer by mail until %(when)s. Whoever takes it first has it, not only this patient.", when=until)
    return [("", str(told))]


def _set_aside(code: str, reason: str) -> tuple[str, str]:
    if code == "overbooked":
        return "warn", gettext("The time was given twice: %(reason)s", reason=reason)
    return "warn", gettext("A rule was set aside: %(reason)s", reason=reason)


def interpreter(line: TaskLine | None) -> str:
    """For which language one comes, and whether somebody still has to book one; empty without one."""
    if line is None:
        return ""
    asked = {"language": line.detail["language"]}
    return str(gettext("%(language)s, not booked yet", **asked) if line.state == "open" else asked["language"])


def waiting(kinds: Sequence[str]) -> list[tuple[str, str]]:
    """What the desk is asked to do about the visit, beside what an answer says already."""
    titles = dict.fromkeys(tasks.words(kind).title for kind in kinds if kind not in ASKS)
    return [("warn", gettext("Waits for somebody, see Tasks: %(what)s", what=gettext(title))) for title in titles]


def _answer(head: VisitRow) -> list[tuple[str, str]]:
    """What the patient's calendar program answered to the invitation."""
    if head.status not in ("booked", "confirmed"):
        return []
    declined = gettext("The patient declined the invitation. The visit is still booked: call, then move or cancel it.")
    words: dict[str, tuple[str, str]] = {
        "accepted": ("good", gettext("The patient accepted the invitation.")),
        "declined": ("warn", declined),
        "tentative": ("", gettext("The patient answered: perhaps.")),
    }
    return [words[head.answer]] if head.answer in words else []


def reasons() -> dict[str, str]:
    """Why a visit is cancelled, by the word that is kept."""
    return {
        "patient_asked": gettext("The patient asked for it"),
        "patient_ill": gettext("The patient is ill"),
        "therapist_away": gettext("The therapist is away"),
        "booked_in_error": gettext("Booked in error"),
        "other": gettext("Another reason"),
    }


def _why(kept: str) -> str:
    """A kept reason in words, with the note that follows it."""
    word, _, note = kept.partition(": ")
    said = reasons().get(word, word or "-")
    return f"{said} ({note})" if note else said


def told(head: VisitRow) -> list[tuple[str, str]]:
    """What the patient is told when the visit is moved or cancelled."""
    if head.status == "pencilled":
        return [("", gettext("The visit is pencilled: the patient is told nothing."))]
    return [("", gettext("The patient gets a letter a few minutes after the last change."))]


def mail(due: datetime | None, head: VisitRow, way: Reach) -> str:
    """When the letter about it leaves, or that somebody has to tell."""
    if way.channel is Channel.PAPER and Status(head.status) in SHOWN & MOVABLE:
        return str(gettext("No mail goes to this patient: call, or hand out a card with the dates."))
    if due is None:
        return ""
    time = due.astimezone(zone(head.tz)).strftime("%H:%M")
    return str(gettext("A letter to the patient goes out at %(time)s.", time=time))


def allowed(offers: Sequence[Offer], who: Actor) -> tuple[Offer, ...]:
    """Without those that need a reason, for whom no reason is enough."""
    return tuple(one for one in offers if not one.needs_reason or who.may("rule.override"))


def offer_days(offers: Sequence[Offer], *, near: int | None = None) -> list[dict[str, Any]]:
    """Free times by day, as the macro `offers` expects them; before them the three nearest to a tick that need no
    reason."""
    near_by: list[Offer] = []
    if near is not None:
        easy = (one for one in offers if not one.needs_reason)
        near_by = sorted(easy, key=lambda one: abs(one.spot.start - near))[:NEAREST]
    nearest = [_offer(one) | {"time": f"{words.day(one.on)}, {one.starts:%H:%M}"} for one in near_by]
    rest = [one for one in offers if one not in near_by]
    days = [
        {"label": words.full_day(on), "offers": [_offer(offer) for offer in listed]}
        for on, listed in groupby(rest, key=lambda offer: offer.on)
    ]
    return [{"label": gettext("Nearest"), "offers": nearest}, *days] if nearest else days


def spot_value(spot: Spot) -> str:
    """A free time as the form carries it: tick|therapist|room."""
    return f"{spot.start}|{spot.therapist}|{spot.room or ''}"


def spot_from(value: str) -> Spot:
    """Read a free time. Raises Invalid(choose_a_time)."""
    parts = value.split("|")
    if len(parts) != 3 or not (parts[0].isascii() and parts[0].isdigit()) or len(parts[0]) > 9:
        raise Invalid("choose_a_time", field="start")
    return Spot(int(parts[0]), parts[1], parts[2] or None)


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "value": spot_value(offer.spot),
        "time": offer.starts.strftime("%H:%M"),
        "therapist": offer.therapist,
        "room": offer.room or gettext("by phone or video"),
        "note": " ".join([*_company(offer), *(_short(each) for each in offer.findings)]),
        "warn": offer.needs_reason,
    }


def _company(offer: Offer) -> Iterator[str]:
    if offer.beside:
        yield sentence("beside", {"name": offer.beside}, gettext)


def _short(finding: Finding) -> str:
    """What a rule says to an offer, in a line."""
    if finding.code == "needled_recently":
        return str(gettext("%(hours)s hours from another needling: needs a reason", hours=finding.params["hours"]))
    return words.in_words(finding.code, finding.params)
