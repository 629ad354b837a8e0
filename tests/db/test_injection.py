"""Whatever people write into any field, mails, calendars and pages hold nothing new."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.utils import getaddresses
from html.parser import HTMLParser

import pytest
from icalendar import Calendar

from clinic.calendars import feed
from clinic.calendars.event import Event, Status
from clinic.content import notes
from clinic.db.messages import plain as matters
from clinic.db.messages import seals
from clinic.db.messages.plain import Matter
from clinic.db.messages.seals import Facts
from clinic.db.unit import Database
from clinic.domain.messages.reach import Channel, Reach
from clinic.mail.page import read
from clinic.services.messages.letters import written
from clinic.services.messages.plain import Body, Pen, sealed
from clinic.services.messages.reminding import notice
from clinic.services.messages.summaries import answer, summary
from tests.db.post import MONDAY, THURSDAY, Post
from tests.unit.calendars.samples import unfolded, visit
from tests.world import NOW, build

EVIL = "mallory@evil.example"
BREAKS = ("\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00", "\\n", "%0d%0a", "=0D=0A")
PAYLOADS = (
    *(f"Praxis{at}Bcc: {EVIL}" for at in BREAKS),
    *(f"Praxis{at}ATTENDEE:mailto:{EVIL}" for at in BREAKS),
    *(f"Praxis{at}END:VEVENT{at}BEGIN:VEVENT{at}UID:x" for at in BREAKS[:8]),
    f"Praxis;ATTENDEE=mailto:{EVIL}",
    f'Praxis";ATTENDEE="mailto:{EVIL}',
    f"Praxis, <{EVIL}>",
    f'Praxis" <{EVIL}>, "',
    f"<{EVIL}>",
    f"Praxis (a comment) <{EVIL}>",
    f"=?utf-8?q?Praxis=0D=0ABcc:_{EVIL}?=",
    "=?utf-8?b?UHJheGlz?=",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><a href="https://evil.example/">here</a>',
    "</p></body></html><h1>Pay now</h1>",
    "javascript:alert(1)",
    "{link} {phone} {when} {0} {__class__}",
    "%(link)s %s %n",
    "a\\;b\\,c\\\\d;e,f:g",
    '"quoted", ^n ^\' ^^ caret',
    "😀🏃‍♀️ Ünïcödé \u202egnihton\u202c",
    "\ufeff\u200b\u00ad",
    "BEGIN:VALARM\r\nACTION:AUDIO\r\nEND:VALARM",
    "\r\n\r\n--=_mixed\r\nContent-Type: text/html\r\n\r\n<b>x</b>",
    "\r\n.\r\nMAIL FROM:<x@evil.example>",
    "x" * 190,
    "é" * 100,
    " \t Praxis \t ",
)
FIELDS = ("practice", "neutral_name", "place", "phone")


@dataclass(frozen=True)
class Owed:
    """What letters are written from, as the database has it."""

    facts: Facts
    matter: Matter

    def letters(self, field: str, text: str) -> Iterator[bytes]:
        """Every kind of letter, the field being what somebody wrote; in the last one before, it was something else."""
        facts = replace(self.facts, **{field: text}, disclosure=3)
        request = written(facts, "https://clinic.test", "token", now=NOW)
        assert request is not None
        yield request.payload
        told = replace(seals.Shown(**request.shown), starts=facts.starts - 3)
        moved = written(replace(facts, told=told), "https://clinic.test", "token", now=NOW)
        gone = written(replace(facts, told=told, recipient="x@example.org"), "https://clinic.test", "token", now=NOW)
        for letter in filter(None, (moved, gone)):
            yield letter.payload
        for pen in self._pens(field, text):
            for body in self._bodies(pen):
                assert body is not None
                yield sealed(pen, body, None, now=NOW).payload

    def _pens(self, field: str, text: str) -> Iterator[Pen]:
        matter, secrets = self.matter, dict.fromkeys(self.matter.visits, "token")
        if field == "practice":
            return  # these letters do not name it
        if field == "neutral_name":
            matter = replace(matter, neutral_name=text)
        else:
            visits = {id_: replace(each, **{field: text}) for id_, each in matter.visits.items()}
            matter = replace(matter, visits=visits)
        yield Pen(matter, "https://clinic.test", secrets)
        yield Pen(replace(matter, reach=Reach(Channel.TEXT, "+49 30 1")), "https://clinic.test", secrets)

    def _bodies(self, pen: Pen) -> Iterator[Body | None]:
        yield summary(pen, now=NOW)
        ids = sorted(pen.matter.visits)
        yield answer(replace(pen, matter=replace(pen.matter, appointment_id=ids[0])))
        items = [{"why": "first", "visit": id_, "starts": pen.matter.visits[id_].starts} for id_ in ids]
        yield notice(replace(pen, matter=replace(pen.matter, detail={"items": items})), notes.load(), now=NOW)
        done = {id_: replace(each, status=matters.Status.DONE) for id_, each in pen.matter.visits.items()}
        after = replace(pen.matter, visits=done, detail={"items": [{**item, "why": "after"} for item in items]})
        yield notice(replace(pen, matter=after), notes.load(), now=NOW)


@pytest.fixture
def owed(sqlite_database: Database) -> Owed:
    post = Post(sqlite_database, build(sqlite_database)).book(MONDAY).book(THURSDAY)
    rows = {row.kind: row.id for row in post.rows(matters.obligation)}
    with sqlite_database.read() as unit:
        facts = seals.facts(unit.connection, rows["visit"])
        matter = matters.matter(unit.connection, rows["summary"])
    assert facts is not None
    assert matter is not None
    return Owed(facts, matter)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[f"{tag} {sorted(name for name, _ in attrs)}"] += 1


@dataclass(frozen=True)
class Shape:
    """Everything of which a mail could have more than it should."""

    headers: list[str]
    people: list[str]
    parts: list[str]
    tags: Counter[str]
    properties: Counter[str]
    attendees: list[str]
    addresses: str


def shape(mail: bytes) -> Shape | None:
    """None for a text message, whose only fields are three."""
    if mail.startswith(b"{"):
        assert sorted(json.loads(mail)) == ["id", "text", "to"]
        return None
    assert not re.search(rb"[^\r]\n|\r[^\n]|[\x00-\x08\x0b\x0c\x0e-\x1f]", mail)
    message, page, tags = message_from_bytes(mail), read(mail), _Tags()
    tags.feed(page.html or "")
    people = getaddresses([str(message["To"]), str(message["From"])])
    properties, attendees = _calendar(page.calendar) if page.calendar else (Counter[str](), [])
    return Shape(
        headers=sorted(message.keys()),
        people=[address for _, address in people],
        parts=[part.get_content_type() for part in message.walk()],
        tags=tags.found,
        properties=properties,
        attendees=attendees,
        addresses=" ".join(re.findall(r'href="[^"]*"', page.html or "")),
    )


def _calendar(document: bytes) -> tuple[Counter[str], list[str]]:
    events = Calendar.from_ical(document).walk("VEVENT")
    assert [event.errors for event in events] == [[]] * len(events)
    names = Counter(re.split("[;:]", line)[0] for line in unfolded(document))
    return names, [str(event.get("ATTENDEE", "")) for event in events]


@pytest.mark.thorough
@pytest.mark.parametrize("field", FIELDS)
def test_no_text_makes_a_letter_more_than_it_was(owed: Owed, field: str) -> None:
    plain = [shape(letter) for letter in owed.letters(field, "Am Markt")]
    assert len(plain) == (3 if field == "practice" else 11)
    for text in PAYLOADS:
        for before, letter in zip(plain, owed.letters(field, text), strict=True):
            found = shape(letter)
            if found is None or before is None:
                continue
            assert (found.headers, found.people, found.parts) == (before.headers, before.people, before.parts), text
            assert found.attendees == before.attendees, text
            assert found.tags <= before.tags, text
            assert found.properties <= before.properties, text
            assert "evil.example" not in found.addresses, text


@pytest.mark.parametrize("field", ["summary", "location", "description"])
def test_no_text_makes_a_feed_more_than_it_was(field: str) -> None:
    def properties(text: str) -> Counter[str]:
        event: Event = visit(**{"summary": "Visit", "status": Status.CONFIRMED, field: text})
        return _calendar(feed.render([event], name=text.strip() or "Visits", color="teal", tz="Europe/Berlin"))[0]

    plain = properties("Am Markt")
    for text in PAYLOADS:
        if any(character.isalnum() for character in text):
            assert properties(text) <= plain, text


def test_there_are_enough_payloads() -> None:
    assert len(set(PAYLOADS)) >= 50
