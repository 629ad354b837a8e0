"""A letter about one visit: what it shows, and its bytes."""

from dataclasses import asdict
from datetime import datetime

from clinic.calendars import invite
from clinic.calendars.event import Event
from clinic.calendars.event import Status as Shows
from clinic.content import letters as words
from clinic.content.languages import Wording, wording
from clinic.db.messages.seals import Facts
from clinic.domain.messages.mailbox import Mailbox, plus
from clinic.domain.messages.notes import Disclosure
from clinic.domain.messages.telling import News, Shown, news, to_tell
from clinic.domain.time import instant_of, tick_floor, zone
from clinic.domain.visits.visit import SHOWN, Status
from clinic.mail.layout import Part, html, paragraph, plain
from clinic.mail.message import Letter, Method, compose
from clinic.services.messages import disclosing
from clinic.services.messages.sealed import Link, Sealed, message_id, stamp_after


def wanted(facts: Facts) -> Shown | None:
    """What the recipient should see of the visit now; None when it is nothing to him, or no longer."""
    if facts.status not in SHOWN or facts.recipient != facts.address:
        return None
    level = facts.disclosure
    practice = disclosing.practice_shown(level, facts.practice, facts.neutral_name)
    return Shown(
        starts=facts.starts,
        ends=facts.ends,
        tz=facts.tz,
        title=disclosing.title(level, practice, called=wording(facts.language).say(words.APPOINTMENT)),
        place=disclosing.place(level, facts.place, show_address=facts.show_address),
        phone=facts.phone,
        wall=facts.wall,
    )


def written(facts: Facts, url: str, token: str, *, mailbox: str = "", now: datetime) -> Sealed | None:
    """The letter that is due, with a visit link below `url`; None when there is nothing to tell. A visit that was
    missed is not spoken of, and nothing is told to the dead or about a restricted record. Raises Invalid for an address
    or a text that no mail can carry. `mailbox`, if any, sets the sender of a first letter apart from all others."""
    if facts.status is Status.NO_SHOW or facts.silent:
        return None
    shown = to_tell(wanted(facts), facts.told, tick=tick_floor(now))
    if shown is None:
        return None
    said, spoken = news(shown, facts.told, stands=facts.status in SHOWN), wording(facts.language)
    method: Method = "CANCEL" if shown.cancelled else "REQUEST"
    stamp = stamp_after(facts.stamped_at, now)
    id_ = message_id(facts.sender, facts.uid, facts.sequence, method, facts.recipient, facts.letters)
    link = "" if said is News.WITHDRAWN else f"{url}/v/{token}"
    organizer = Mailbox(facts.neutral_name, facts.organizer or plus(facts.sender, mailbox))
    attendee = Mailbox("", facts.recipient)
    document = invite.render(
        _event(facts, shown, link, spoken), method=method, organizer=organizer, attendee=attendee, stamp=stamp
    )
    head = subject(said, shown, spoken, facts.own_tz)
    parts = _parts(said, shown, link, facts, spoken)
    page = html(parts, title=head, language=spoken.language)
    letter = Letter(organizer, attendee, head, plain(parts), id_, stamp, page, (method, document))
    return Sealed(
        recipient=facts.recipient,
        shown=asdict(shown),
        method=method,
        sequence=facts.sequence,
        message_id=id_,
        stamped_at=stamp,
        sender=organizer.address,
        subject=head,
        payload=compose(letter),
        links=(Link(facts.appointment_id, token, instant_of(shown.ends)),) if link else (),
    )


def subject(said: News, shown: Shown, spoken: Wording, own_tz: str | None) -> str:
    """The mail's subject: when, and nothing else."""
    local = instant_of(shown.starts).astimezone(zone(shown.tz))
    return spoken.say(words.SUBJECT[said], when=spoken.moment(local, own_tz))


def _until_now(shown: Shown, facts: Facts, spoken: Wording) -> str:
    """The time that was told last: who has several visits asks which of them moved."""
    if facts.told is None or facts.told.starts == shown.starts:
        return ""
    local = instant_of(facts.told.starts).astimezone(zone(facts.told.tz))
    return spoken.say(words.UNTIL_NOW, when=spoken.moment(local, facts.own_tz))


def _event(facts: Facts, shown: Shown, link: str, spoken: Wording) -> Event:
    lines = [spoken.say(words.PHONE, phone=shown.phone)] if facts.disclosure >= Disclosure.PRACTICE else []
    lines += [spoken.say(words.DETAILS, link=link)] if link else []
    return Event(
        uid=facts.uid,
        sequence=facts.sequence,
        starts=instant_of(shown.starts),
        ends=instant_of(shown.ends),
        tz=shown.tz,
        summary=shown.title,
        status=Shows.CANCELLED if shown.cancelled else Shows.CONFIRMED,
        created_at=facts.created_at,
        revised_at=facts.revised_at,
        description="\n".join(lines),
        location=shown.place,
    )


def _parts(said: News, shown: Shown, link: str, facts: Facts, spoken: Wording) -> tuple[Part, ...]:
    """What the mail says, as plain text and as HTML alike."""
    starts, ends = (instant_of(tick).astimezone(zone(shown.tz)) for tick in (shown.starts, shown.ends))
    when = spoken.both(starts, shown.tz, facts.own_tz, ends=ends)
    phone = spoken.say(words.PHONE, phone=shown.phone) if shown.phone else ""
    more = words.DETAILS if shown.cancelled else words.TO_CHANGE
    linked = Part(((spoken.say(more, link="").strip(), link),)) if link else Part(())
    return (
        paragraph(spoken.say(words.OPENING[said])),
        paragraph(spoken.full_day(starts), when, strong=True),
        paragraph(_until_now(shown, facts, spoken) if said is News.MOVED else ""),
        paragraph(shown.place, phone),
        linked,
        paragraph(facts.neutral_name, spoken.say(words.SIGNED)),
    )
