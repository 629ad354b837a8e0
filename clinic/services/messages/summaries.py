"""One letter about all visits of a patient that changed within one hold, and the answer to who declined one."""

from collections.abc import Sequence
from datetime import datetime

from clinic.content import letters as words
from clinic.db.messages.plain import About
from clinic.domain.messages.summary import Date, Told, date_from, differences
from clinic.domain.messages.telling import News
from clinic.domain.time import tick_floor
from clinic.domain.visits.visit import MOVABLE, SHOWN, Status
from clinic.mail.layout import Part, paragraph
from clinic.services.messages.plain import Body, Pen

MOST_IN_A_TEXT = 6


def summary(pen: Pen, *, now: datetime) -> Body | None:
    """None when everything is as it was, or when the visit's own invitation says it all."""
    told = _changed(pen, now=now)
    if len(told) <= int(pen.matter.reach.invites):
        return None
    head, opening = _heading(pen, told)
    known, others = any(each.before for each in told), (pen.matter.others_end or 0) > tick_floor(now)
    standing = [pen.matter.visits[each.visit] for each in told if each.now is not None]
    places = {pen.place(visit) for visit in pen.matter.visits.values()}
    phones = dict.fromkeys(pen.phone(visit) for visit in pen.matter.visits.values())
    parts = (
        paragraph(opening),
        Part(tuple(_line(pen, each) for each in told), listed=True, label=pen.say(words.DETAILS, link="").strip()),
        paragraph(*(places if len(places) == 1 else ()), *phones),
        paragraph(pen.say(words.AS_BEFORE) if known and others else ""),
        paragraph(_follows(pen)),
        pen.signed(),
    )
    kept = {"visits": [_kept(each) for each in told]}
    return Body(head, parts, _brief(pen, head, told, standing), tuple(standing), kept)


def _changed(pen: Pen, *, now: datetime) -> tuple[Told, ...]:
    """What the patient is to be told of, by date."""
    before = {int(visit): date_from(was) for visit, was in pen.matter.detail["visits"].items()}
    missed = {visit.id for visit in pen.matter.visits.values() if visit.status is Status.NO_SHOW}
    standing = {visit.id: _date(visit) for visit in pen.matter.visits.values() if visit.status in SHOWN}
    known = {visit: was for visit, was in before.items() if visit not in missed}
    return differences(known, standing, tick=tick_floor(now))


def _date(visit: About) -> Date:
    return Date(visit.starts, visit.ends, visit.tz, visit.place)


def _heading(pen: Pen, told: Sequence[Told]) -> tuple[str, str]:
    kinds = {each.news for each in told}
    said = kinds.pop() if len(kinds) == 1 else News.CHANGED
    first = pen.short(told[0].date.starts, told[0].date.tz)
    if len(told) == 1:
        return pen.say(words.SUBJECT[said], when=first), pen.say(words.OPENING[said])
    return pen.say(words.SUMMARY_SUBJECT[said], count=len(told), when=first), pen.say(words.SUMMARY_OPENING[said])


def _line(pen: Pen, told: Told) -> tuple[str, str]:
    date = told.date
    before = pen.short(told.before.starts, told.before.tz) if told.before else ""
    visit = pen.matter.visits[told.visit]
    when = pen.full(date.starts, date.ends, date.tz)
    said = pen.say(words.DATE[told.news], when=when, before=before, place=pen.place(visit) or visit.phone)
    return said, pen.link(visit) if told.now else ""


def _follows(pen: Pen) -> str:
    if pen.matter.reach.invites:
        return pen.say(words.INVITES_FOLLOW)
    return pen.say(words.FEED_FOLLOWS) if pen.matter.subscribed else ""


def _kept(told: Told) -> dict[str, object]:
    return {"visit": told.visit, "news": told.news.value, "now": told.now and told.now.document()}


def _brief(pen: Pen, head: str, told: Sequence[Told], standing: Sequence[About]) -> str:
    lines = [_short(pen, each) for each in told[:MOST_IN_A_TEXT]] if len(told) > 1 else []
    link = pen.say(words.DETAILS, link=pen.link(standing[0])) if standing else ""
    phone = pen.matter.visits[told[0].visit].phone
    return pen.brief(head, *lines, link, pen.say(words.TEXT_CALL, phone=phone) if phone else "")


def _short(pen: Pen, told: Told) -> str:
    before = pen.short(told.before.starts, told.before.tz) if told.before else ""
    visit = pen.matter.visits[told.visit]
    when = pen.short(told.date.starts, told.date.tz)
    return pen.say(words.DATE[told.news], when=when, before=before, place=pen.place(visit) or visit.phone)


def answer(pen: Pen) -> Body | None:
    """To who declined in his calendar: the visit stands, and what he can do; None when it does not stand."""
    visit = pen.matter.visits.get(pen.matter.appointment_id or 0)
    if visit is None or visit.status not in MOVABLE & SHOWN:
        return None
    head = pen.say(words.ANSWER_SUBJECT, when=pen.short(visit.starts, visit.tz))
    choice, link = pen.say(words.ANSWER_CHOICE, phone=visit.phone, link="").strip(), pen.link(visit)
    parts = (
        paragraph(pen.say(words.ANSWER_OPENING)),
        paragraph(pen.full(visit.starts, visit.ends, visit.tz), strong=True),
        Part(((choice, link),)),
        pen.signed(),
    )
    brief = pen.brief(head, f"{choice} {link}")
    return Body(head, parts, brief, (visit,), {"visit": visit.id})
