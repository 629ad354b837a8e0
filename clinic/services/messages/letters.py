"""A letter about one visit: what it shows, and its bytes."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Final

from clinic.calendars import invite
from clinic.calendars.event import Event
from clinic.calendars.event import Status as Shows
from clinic.content import letters as words
from clinic.db.messages.seals import Facts
from clinic.domain.messages.mailbox import Mailbox
from clinic.domain.messages.notes import Disclosure
from clinic.domain.messages.telling import News, Shown, news, to_tell
from clinic.domain.time import instant_of, tick_floor, zone
from clinic.domain.visits.visit import SHOWN, Status
from clinic.mail.message import Letter, Method, compose
from clinic.services.messages import disclosing


@dataclass(frozen=True, slots=True)
class Sealed:
    """A letter ready to be kept: `shown` is compared with the next one's, `linked` says whether it holds a link."""

    shown: Shown
    method: Method
    message_id: str
    stamped_at: datetime
    sender: str
    subject: str
    payload: bytes
    linked: bool


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
        title=disclosing.title(level, practice),
        place=disclosing.place(level, facts.place, show_address=facts.show_address),
        phone=facts.phone,
    )


def written(facts: Facts, link: str, *, now: datetime) -> Sealed | None:
    """The letter that is due, with this visit link; None when there is nothing to tell. A visit that was missed is not
    spoken of, and nothing is told to the dead or about a restricted record. Raises Invalid for an address or a text
    that no mail can carry."""
    if facts.status is Status.NO_SHOW or facts.silent:
        return None
    shown = to_tell(wanted(facts), facts.told, tick=tick_floor(now))
    if shown is None:
        return None
    said = news(shown, facts.told, stands=facts.status in SHOWN)
    method: Method = "CANCEL" if shown.cancelled else "REQUEST"
    stamp = _stamp(facts, now)
    message_id = _message_id(facts, method)
    link = "" if said is News.WITHDRAWN else link
    organizer = Mailbox(facts.neutral_name, facts.sender)
    attendee = Mailbox("", facts.recipient)
    event = _event(facts, shown, link)
    subject, text, html = _texts(said, shown, link, facts.neutral_name)
    document = invite.render(event, method=method, organizer=organizer, attendee=attendee, stamp=stamp)
    letter = Letter(organizer, attendee, subject, text, message_id, stamp, html, (method, document))
    return Sealed(shown, method, message_id, stamp, organizer.address, subject, compose(letter), bool(link))


def subject(said: News, shown: Shown) -> str:
    """The mail's subject: when, and nothing else."""
    local = instant_of(shown.starts).astimezone(zone(shown.tz))
    return words.SUBJECT[said].format(when=f"{words.day_words(local)}, {local:%H:%M}")


def _stamp(facts: Facts, now: datetime) -> datetime:
    """Whole seconds, later than every stamp before it under this UID."""
    second = now.replace(microsecond=0)
    return second if facts.stamped_at is None else max(second, facts.stamped_at + timedelta(seconds=1))


def _message_id(facts: Facts, method: Method) -> str:
    """One a letter, the same for each time it is sent; the domain is the sender's, as mail servers expect."""
    parts = (facts.uid, facts.sequence, method, facts.recipient, facts.letters)
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()
    return f"<{digest[:32]}@{Mailbox('', facts.sender).address.rpartition('@')[2]}>"


def _event(facts: Facts, shown: Shown, link: str) -> Event:
    lines = [words.PHONE.format(phone=shown.phone)] if facts.disclosure >= Disclosure.PRACTICE else []
    lines += [words.DETAILS.format(link=link)] if link else []
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


_PAGE: Final = (
    '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{subject}</title></head>\n<body>\n'
)


def _texts(said: News, shown: Shown, link: str, signature: str) -> tuple[str, str, str]:
    """Subject, plain text and HTML, which say the same."""
    head = subject(said, shown)
    tz = zone(shown.tz)
    starts, ends = (instant_of(tick).astimezone(tz) for tick in (shown.starts, shown.ends))
    day = f"{words.day_words(starts)} {starts.year}"
    time = f"{starts:%H:%M}–{ends:%H:%M} ({words.zone_words(starts, shown.tz)})"
    opening, phone = words.OPENING[said], words.PHONE.format(phone=shown.phone)
    change = words.TO_CHANGE.format(link=link)
    facts = [day, time, *filter(None, [shown.place]), phone]
    text = "\n\n".join([opening, "\n".join(facts), *([change] if link else []), f"{signature}\n{words.SIGNED}"])
    linked = f'<a href="{escape(link)}">{escape(link)}</a>'
    body = [
        f"<h1>{escape(head)}</h1>",
        f"<p>{escape(opening)}</p>",
        f"<p><strong>{escape(day)}<br>{escape(time)}</strong></p>",
        f"<p>{'<br>'.join(map(escape, facts[2:]))}</p>",
        *([f"<p>{escape(words.TO_CHANGE).format(link=linked)}</p>"] if link else []),
        f"<p>{escape(signature)}<br>{escape(words.SIGNED)}</p>",
    ]
    return head, text, _PAGE.format(subject=escape(head)) + "\n".join(body) + "\n</body>\n</html>"
