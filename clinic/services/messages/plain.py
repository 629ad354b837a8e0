"""Letters without a calendar part: several visits in one, notices, the answer to who declined; by mail or as a text."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from clinic.content import letters as words
from clinic.content.languages import Wording, wording
from clinic.db.messages.plain import About, Matter
from clinic.domain.messages.mailbox import Mailbox
from clinic.domain.messages.reach import Channel
from clinic.domain.messages.text import lines
from clinic.domain.time import instant_of, zone
from clinic.mail.layout import Part, html, paragraph, plain
from clinic.mail.message import Letter, compose
from clinic.services.messages.sealed import Link, Sealed, message_id, stamp_after


@dataclass(frozen=True, slots=True)
class Body:
    """What a plain letter says. `brief` is its text message, complete; `kept` goes with the seal for good. `offers`:
    the offer that its link answers."""

    subject: str
    parts: tuple[Part, ...]
    brief: str
    linked: tuple[About, ...]
    kept: Mapping[str, Any] = field(default_factory=dict)
    expires_at: datetime | None = None
    offers: int | None = None


@dataclass(frozen=True, slots=True)
class Pen:
    """Who is written to, how he speaks, and where the links to his visits lead: each has a secret of its own, and so
    has the one that answers an offer."""

    matter: Matter
    url: str
    secrets: Mapping[int, str]
    secret: str = ""

    @property
    def spoken(self) -> Wording:
        return wording(self.matter.language)

    def say(self, message: str, **values: object) -> str:
        return self.spoken.say(message, **values)

    def link(self, visit: About) -> str:
        return f"{self.url}/v/{self.secrets[visit.id]}"

    def check(self, visit: About) -> str:
        """Where the patient says how he is after it."""
        return f"{self.link(visit)}/today"

    def questions(self, visit: About) -> str:
        """Where the patient answers what is asked before it."""
        return f"{self.link(visit)}/questions"

    def answer(self) -> str:
        """Where an offer is answered."""
        return f"{self.url}/w/{self.secret}"

    def local(self, tick: int, tz: str) -> datetime:
        return instant_of(tick).astimezone(zone(tz))

    def short(self, tick: int, tz: str) -> str:
        """`Monday 23 November, 10:00`, and by whose clock where the reader's is another."""
        return self.spoken.moment(self.local(tick, tz), self.matter.own_tz)

    def full(self, starts: int, ends: int, tz: str) -> str:
        """The day with its year, from when to when, and where those clocks are."""
        local = self.local(starts, tz)
        when = self.spoken.both(local, tz, self.matter.own_tz, ends=self.local(ends, tz))
        return f"{self.spoken.full_day(local)}, {when}"

    def place(self, visit: About) -> str:
        return visit.place if self.matter.show_address or self.matter.disclosure > 1 else ""

    def phone(self, visit: About) -> str:
        return self.say(words.PHONE, phone=visit.phone) if visit.phone else ""

    def signed(self) -> Part:
        return paragraph(self.matter.neutral_name, self.say(words.SIGNED))

    def brief(self, subject: str, *lines: str) -> str:
        """A text message: who writes, what about, and the lines that are not empty."""
        text = words.TEXT_ASKS if subject.endswith("?") else words.TEXT
        return "\n".join([self.say(text, practice=self.matter.neutral_name, subject=subject), *filter(None, lines)])


def sealed(pen: Pen, body: Body, last: datetime | None, *, now: datetime) -> Sealed:
    """The letter as it leaves, by mail or as a text. Raises Invalid for an address or a text that no mail can carry."""
    matter, stamp = pen.matter, stamp_after(last, now)
    id_ = message_id(matter.sender, matter.uid, matter.public_id)
    organizer, way = Mailbox(matter.neutral_name, matter.sender), matter.reach
    if way.channel is Channel.TEXT:
        payload = json.dumps({"id": id_.strip("<>"), "to": way.recipient, "text": lines(body.brief)}).encode()
    else:
        page = html(body.parts, title=body.subject, language=pen.spoken.language)
        to = Mailbox("", way.recipient)
        payload = compose(Letter(organizer, to, body.subject, plain(body.parts), id_, stamp, page))
    return Sealed(
        recipient=way.recipient,
        shown={"kind": matter.kind, **body.kept},
        method="NONE",
        sequence=0,
        message_id=id_,
        stamped_at=stamp,
        sender=organizer.address,
        subject=body.subject,
        payload=payload,
        links=tuple(Link(each.id, pen.secrets[each.id], instant_of(each.ends)) for each in body.linked),
        expires_at=body.expires_at,
        offer=None if body.offers is None else (body.offers, pen.secret),
    )
