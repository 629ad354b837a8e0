"""The course on paper, for the patient: visits, aftercare, whom to call, the calendar's code."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from clinic.content import notes
from clinic.content.expectations import TENDON_RULE
from clinic.db.courses.reads import PlanRow, SessionRow
from clinic.db.patients.records import Record
from clinic.db.practice.lists import Contact
from clinic.domain.courses.home import Exercise
from clinic.domain.messages.notes import Aftercare, Disclosure
from clinic.domain.practice.modality import Modality
from clinic.domain.time import zone
from clinic.domain.visits.visit import SHOWN
from clinic.services.messages.notes import in_use
from clinic.web import languages, words
from clinic.web.gate import actor, parts


def view(plan: PlanRow, rows: Sequence[SessionRow], contact: Contact, reader: Record, *, today: date) -> dict[str, Any]:
    """What `courses/handout.html` expects, without a feed; the page speaks the reader's language already. It is handed
    over in person, so it tells everything."""
    visits = [_visit(row, contact, reader.choices.tz) for row in rows if row.status in SHOWN]
    pencilled = sum(row.status == "pencilled" for row in rows)
    planned = ngettext("%(num)s more visit is planned.", "%(num)s more visits are planned.", pencilled)
    aftercare = _aftercare(plan, rows, contact, reader.person.language)
    return {
        "patient": {"name": plan.patient},
        "title": gettext(plan.title)
        if reader.choices.disclosure >= Disclosure.AFTERCARE
        else gettext("Your appointments"),
        "visits": visits,
        "more": planned if pencilled else "",
        "aftercare": {name: getattr(aftercare, name) for name in ("before", "after", "call_us_if", "urgent")},
        "location": {
            "name": contact.name,
            "address": contact.address,
            "phone": contact.phone,
            "zone": _zone(contact.tz, two=any(visit["own"] for visit in visits)),
        },
        "feed": None,
        "code_to": url_for("calendar.handout", public_id=plan.public_id) if actor().may("feed.create") else None,
        "printed_on": words.full_day(today),
        "back_url": url_for("courses.course", public_id=plan.public_id),
    }


def _zone(tz: str, *, two: bool) -> str:
    """Whose clock the times are by; of `two` the first."""
    name = languages.words().zone(None, tz)
    if two:
        return str(gettext("The first time is the clinic’s: %(zone)s.", zone=name))
    return str(gettext("All times are the clinic’s: %(zone)s.", zone=name))


def _aftercare(plan: PlanRow, rows: Sequence[SessionRow], contact: Contact, language: str) -> Aftercare:
    modalities = dict.fromkeys(Modality(name) for row in rows for name in row.modalities)
    with parts().read() as unit:
        shelf = in_use(unit)
    return notes.aftercare(
        shelf,
        list(modalities),
        [target.region for target in plan.targets],
        Disclosure.AFTERCARE,
        emergency_number=contact.emergency_number,
        phone=contact.phone,
        language=language,
    )


def dose(exercise: Exercise) -> str:
    """How much, how often."""
    numbers = {name: getattr(exercise, name) for name in ("sets", "repetitions", "days_a_week")}
    return str(gettext("%(sets)s × %(repetitions)s, on %(days_a_week)s days a week", **numbers))


def home(exercises: Sequence[Exercise]) -> dict[str, Any] | None:
    """The exercises at home, with the rule for tendons where one is about a tendon; none where there are none."""
    if not exercises:
        return None
    return {
        "exercises": [{"name": each.name, "dose": dose(each), "note": each.note} for each in exercises],
        "rule": gettext(TENDON_RULE) if any(each.tendon for each in exercises) else "",
    }


def _visit(row: SessionRow, contact: Contact, own_tz: str | None) -> dict[str, Any]:
    tz = zone(contact.tz)
    starts, ends = (words.local(tick or 0, tz) for tick in (row.starts, row.ends))
    return {
        "number": row.ordinal,
        "day": words.full_day(starts),
        "time": languages.words().span(starts, ends),
        "own": languages.words().own(starts, contact.tz, own_tz, ends=ends),
        "therapist": row.therapist or "",
        "place": f"{contact.name}, {row.room}" if row.room else contact.name,
    }
