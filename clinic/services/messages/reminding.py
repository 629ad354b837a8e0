"""Notices: planned every few minutes from the visits as they are, so that a move, a cancellation or a restored backup
needs no clean-up; what they say is checked once more when they are sealed.

A reminder is worth nothing once its visit has begun, notes a day after theirs, a check-in on another day: what is late
is dropped, in what is owed and in what waits for the mail server alike.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from clinic.content import letters as words
from clinic.content import notes
from clinic.db.messages import jobs, notices
from clinic.db.messages.plain import About
from clinic.db.unit import Begin, Read, retrying
from clinic.domain.messages.notes import Aftercare, Note, chosen
from clinic.domain.messages.notices import AFTERCARE_LIVES, Item, Why, due, item_from
from clinic.domain.time import instant_of
from clinic.domain.visits.visit import SHOWN, Status
from clinic.mail.layout import Part, bullets, paragraph
from clinic.services.messages.plain import Body, Pen

KIND: Final = "notices"
EVERY: Final = timedelta(minutes=5)
_LEASE: Final = timedelta(minutes=5)
_ASKED_FOR: Final = 12
"""Hours for which a check-in's letter is worth sending: after them the next one asks."""

Planned = dict[int, tuple[Item, ...]]
"""What is to be written, by patient."""


def plan_due(begin: Begin, read: Read, *, now: datetime) -> int:
    """Once every five minutes, by one worker: owe the notices that are due; to how many patients."""
    with read() as unit:
        pending, ripe = jobs.pending(unit.connection, KIND), jobs.due(unit.connection, (KIND,), now)
    if not pending:
        _again(begin, now)
    if pending and not ripe:
        return 0
    claimed = _claim(begin, now)
    return _owe(begin, claimed, _look(read, now), now) if claimed else 0


@retrying
def _again(begin: Begin, at: datetime) -> None:
    with begin() as unit:
        jobs.put(unit.connection, KIND, f"{KIND}:{at:%Y%m%dT%H%M%S}", at)


@retrying
def _claim(begin: Begin, now: datetime) -> jobs.Job | None:
    with begin() as unit:
        return jobs.claim(unit.connection, (KIND,), by=unit.public_id(), now=now, until=now + _LEASE)


def _look(read: Read, now: datetime) -> Planned:
    with read() as unit:
        watched = notices.watched(unit.connection, now)
        planned = notices.planned(unit.connection, watched, now)
    found: Planned = {}
    for patient_id, visits in watched.items():
        owed, last_at = planned[patient_id]
        items = due(visits, owed, last_on=notices.last_on(last_at, visits[0].tz), now=now)
        if items:
            found[patient_id] = items
    return found


@retrying
def _owe(begin: Begin, claimed: jobs.Job, planned: Planned, now: datetime) -> int:
    """Nothing when the lease was lost: somebody else plans."""
    with begin() as unit:
        if not jobs.finish(unit.connection, claimed, now):
            return 0
        for patient_id, items in planned.items():
            notices.owe(unit.connection, patient_id, items, public_id=unit.public_id(), now=now)
        at = now + EVERY
        jobs.put(unit.connection, KIND, f"{KIND}:{at:%Y%m%dT%H%M%S}", at)
    return len(planned)


def notice(pen: Pen, shelf: Sequence[Note], *, now: datetime) -> Body | None:
    """What the planned notice comes to now; None when there is nothing left of it."""
    items = [item_from(each) for each in pen.matter.detail["items"]]
    held = [each for each in items if _holds(each, pen, now)]
    after = _about(pen, [each for each in held if each.why is Why.AFTER])
    after = [visit for visit in after if any(_told(pen, visit, shelf).after + _told(pen, visit, shelf).urgent)]
    asked = _about(pen, [each for each in held if each.why.hours])
    first = {each.visit for each in held if each.why is Why.FIRST}
    coming = _about(pen, [each for each in held if each.why in (Why.FIRST, Why.REMINDER)])
    if not after and not asked and not coming:
        return None
    parts = [part for visit in after for part in _after(pen, visit, shelf)]
    parts += [part for visit in asked for part in _check(pen, visit, shelf)]
    for visit in coming:
        along = bool(after or asked)
        greets = not along and visit is coming[0]
        parts += _before(pen, visit, shelf, first=visit.id in first, greets=greets, along=along)
    head = _subject(pen, after, asked, coming, first)
    told = [*after, *(visit for visit in coming if visit.id in first)]
    kept = {"items": [each.document() for each in held], "notes": _versions(pen, told, shelf)}
    brief = _brief(pen, head, after, asked, coming, shelf)
    linked = tuple(dict.fromkeys((*after, *asked, *coming)))
    return Body(head, (*parts, pen.signed()), brief, linked, kept, min(_ends(pen, held)))


def _about(pen: Pen, items: Iterable[Item]) -> list[About]:
    """The visits of the items, each once, in the order in which they take place."""
    visits = (pen.matter.visits[id_] for id_ in {each.visit for each in items})
    return sorted(visits, key=lambda visit: (visit.starts, visit.id))


def _ends(pen: Pen, held: Sequence[Item]) -> list[datetime]:
    """Until when each of them is of use; notes that come along with a visit to come as long as that."""
    visits = pen.matter.visits
    coming = [instant_of(each.starts) for each in held if each.why in (Why.FIRST, Why.REMINDER)]
    after = [instant_of(visits[each.visit].ends) + _lives(each) for each in held]
    return coming or after


def _lives(item: Item) -> timedelta:
    """So long after its visit's end notes are sent, or a check-in of the day."""
    return timedelta(hours=item.why.hours + _ASKED_FOR) if item.why.hours else AFTERCARE_LIVES


def _holds(item: Item, pen: Pen, now: datetime) -> bool:
    """Whether the visit still is what the item says of it."""
    visit = pen.matter.visits.get(item.visit)
    if visit is None:
        return False
    if item.why is Why.AFTER or item.why.hours:
        late = now > instant_of(visit.ends) + _lives(item)
        return visit.status is Status.DONE and pen.matter.aftercare and not late
    standing = visit.status in SHOWN and visit.status is not Status.DONE
    return standing and visit.starts == item.starts and instant_of(visit.starts) > now


def _told(pen: Pen, visit: About, shelf: Sequence[Note]) -> Aftercare:
    return notes.aftercare(
        shelf,
        visit.modalities,
        visit.regions,
        pen.matter.disclosure,
        emergency_number=visit.emergency_number,
        phone=visit.phone,
        language=pen.spoken.language,
    )


def _after(pen: Pen, visit: About, shelf: Sequence[Note]) -> tuple[Part, ...]:
    told, headings = _told(pen, visit, shelf), words.HEADINGS
    return (
        paragraph(pen.say(words.AFTER_OPENING)),
        bullets(pen.say(headings.urgent), told.urgent),
        bullets(pen.say(headings.after), told.after),
        bullets(pen.say(headings.call_us_if), told.call_us_if),
        paragraph(pen.say(words.QUESTIONS, phone=visit.phone) if visit.phone else ""),
        _details(pen, visit),
    )


def _check(pen: Pen, visit: About, shelf: Sequence[Note]) -> tuple[Part, ...]:
    return (
        Part(((pen.say(words.CHECK_OPENING), pen.check(visit)),)),
        bullets(pen.say(words.HEADINGS.urgent), _told(pen, visit, shelf).urgent),
    )


def _details(pen: Pen, visit: About) -> Part:
    return Part(((pen.say(words.DETAILS, link="").strip(), pen.link(visit)),))


def _before(
    pen: Pen, visit: About, shelf: Sequence[Note], *, first: bool, greets: bool, along: bool
) -> tuple[Part, ...]:
    """A visit to come; `along`: below the notes about another. What `greets` says so."""
    expect = _told(pen, visit, shelf).before if first else ()
    when = paragraph(pen.full(visit.starts, visit.ends, visit.tz), strong=True)
    to_change = pen.say(words.TO_CHANGE, link="").strip()
    opening = Part(when.lines, pen.say(words.NEXT_HEADING), strong=True) if along else when
    return (
        paragraph(pen.say(words.REMINDER) if greets else ""),
        opening,
        paragraph(pen.place(visit), pen.phone(visit)),
        bullets(pen.say(words.FIRST_HEADING), expect),
        *(_asks(pen, visit) if first else ()),
        Part(((to_change, pen.link(visit)),)),
    )


def _asks(pen: Pen, visit: About) -> tuple[Part, ...]:
    """Before needling there are questions; which, no letter says."""
    if not any(modality.needles for modality in visit.modalities):
        return ()
    return (Part(((pen.say(words.FIRST_ASKS), pen.questions(visit)),)),)


def _subject(pen: Pen, after: Sequence[About], asked: Sequence[About], coming: Sequence[About], first: set[int]) -> str:
    when = pen.short(coming[0].starts, coming[0].tz) if coming else ""
    if asked and not after:
        day = pen.spoken.day(pen.local(asked[0].starts, asked[0].tz))
        subject = words.CHECK_AND_NEXT_SUBJECT if coming else words.CHECK_SUBJECT
        return pen.say(subject, when=when or day)
    if after and coming:
        return pen.say(words.AFTER_AND_NEXT_SUBJECT, when=when)
    if after:
        return pen.say(words.AFTER_SUBJECT, when=pen.spoken.day(pen.local(after[0].starts, after[0].tz)))
    if coming[0].id in first:
        return pen.say(words.FIRST_SUBJECT, when=when)
    if len(coming) > 1:
        return pen.say(words.REMINDERS_SUBJECT, count=len(coming), when=when)
    return pen.say(words.REMINDER_SUBJECT, when=when)


def _versions(pen: Pen, visits: Sequence[About], shelf: Sequence[Note]) -> list[list[object]]:
    """Which notes were sent: key, language, version; their texts are kept under these."""
    found = [note for each in visits for note in chosen(shelf, each.modalities, each.regions, pen.spoken.language)]
    return [[note.key, note.language, note.version] for note in dict.fromkeys(found)]


def _brief(
    pen: Pen, head: str, after: Sequence[About], asked: Sequence[About], coming: Sequence[About], shelf: Sequence[Note]
) -> str:
    """Urgent help stands in the text itself; the rest is behind the links."""
    urgent = [line for visit in (*after, *asked) for line in _told(pen, visit, shelf).urgent]
    checks = [pen.say(words.TEXT_CHECK, link=pen.check(visit)) for visit in asked]
    links = [pen.say(words.DETAILS, link=pen.link(visit)) for visit in (*after, *coming)]
    return pen.brief(head, *dict.fromkeys(urgent), *checks, *links)
