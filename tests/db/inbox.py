"""What patients answer to a post's letters, and what becomes of it."""

from dataclasses import dataclass
from datetime import datetime

from clinic.calendars.reading import reply as parse
from clinic.db.tables import messages
from clinic.db.tables.visits import appointment
from clinic.domain.messages.reply import Verdict
from clinic.services.messages.replies import receive
from tests.db.post import Post


@dataclass
class Inbox:
    """What patients answer to a post's letters."""

    post: Post

    def mail(
        self,
        said: str = "ACCEPTED",
        *,
        uid: str = "",
        sequence: int | None = None,
        stamp: datetime | None = None,
        attendees: tuple[str, ...] = ("ada1@example.org",),
        sender: str = "ada1@example.org",
        to: str = "",
        method: str = "REPLY",
    ) -> bytes:
        visit, at = self.post.visit, stamp or self.post.now
        lines = ["BEGIN:VCALENDAR", f"METHOD:{method}", "BEGIN:VEVENT", f"UID:{uid or visit.uid}"]
        lines += [f"SEQUENCE:{visit.sequence if sequence is None else sequence}", f"DTSTAMP:{at:%Y%m%dT%H%M%SZ}"]
        lines += [f"ATTENDEE;PARTSTAT={said}:mailto:{one}" for one in attendees]
        lines += ["ORGANIZER:mailto:visits@clinic.test", "SUMMARY:private words", "END:VEVENT", "END:VCALENDAR"]
        to = to or self.post.rows()[0].sender
        head = [f"From: Ada <{sender}>", f"To: {to}", f"Content-Type: text/calendar; method={method}; charset=utf-8"]
        return "\r\n".join([*head, "", *lines, ""]).encode()

    def gets(self, raw: bytes, *, trusted: str = "") -> Verdict:
        given = self.post.database
        return receive(given.begin, given.read, raw, trusted=trusted, parse=parse, now=self.post.now).verdict

    def answered(self, said: str = "ACCEPTED", **changed: object) -> Verdict:
        self.post.later(seconds=1)
        return self.gets(self.mail(said, **changed))

    @property
    def state(self) -> tuple[str, str]:
        (row,) = self.post.rows(appointment)
        return row.status, row.answer

    @property
    def tasks(self) -> list[tuple[str, str]]:
        return [(row.kind, row.state) for row in self.post.rows(messages.task)]

    @property
    def owed_answers(self) -> list[str]:
        return [row.state for row in self.post.rows(messages.obligation) if row.kind == "answer"]
