"""Every word that a screen shows goes through gettext: with a translation that brackets each message, what stands
outside of brackets is data."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from babel import Locale
from babel.support import NullTranslations

from clinic.content.languages import NAMES
from clinic.content.notes import load as load_notes
from clinic.db.unit import Database
from clinic.domain.courses.protocol import Reassess, Reassessing
from clinic.domain.messages.notes import PARTS, Disclosure, compose
from clinic.domain.practice.body import Region
from clinic.domain.practice.modality import Modality
from clinic.services.courses.protocols import known
from clinic.services.messages.notes import as_shipped
from clinic.web.courses.protocol_words import bare
from clinic.web.languages import Catalogs
from clinic.web.parts import DemoAccount, Parts
from clinic.web.practice.choices import AREAS
from tests.under_way import after, day, mark, under_way
from tests.web.conftest import PASSWORD, Browser, Clock, application, browser
from tests.world import NOW, World, build

PRACTICE = (
    *("Needle & Movement", "The Practice", "visits@clinic.test", "Mitte", "Lindenweg 4, Berlin", "Europe/Berlin"),
    *("B. Lindqvist", "C. Marin", "Ada Adler1", "Ada Adler2", "Ada", "Adler1", "ada1@example.org", "Adler2"),
    *("Room 1", "Room 2", "Room 3", "Admin", "admin", "admin.0@clinic.test", "http://clinic.test"),
)
NO_WORDS = (
    r"(Mon|Tues?|Wed(nes)?|Thu(rs)?|Fri|Sat(ur)?|Sun)(day)?|Mo|Tu|We|Th|Fr|Sa|Su",
    r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*",
    r"Ctrl|Enter|Esc|DRY|min",
    r"[a-z0-9]{16}|https?://\S+",
    r"[A-Z2-7]{6}",  # the code of a visit
    r"Your appointment on",  # a letter is in its reader's language
)


def shipped() -> set[str]:
    """Texts that are files of their own: protocols, aftercare, the names of languages and countries."""
    notes = load_notes()
    care = compose(
        *(notes, [Modality.DRY_NEEDLING], [Region.SHOULDER], Disclosure.AFTERCARE),
        emergency_number="112",
        phone="+49 30 555 0100",
    )
    paragraphs = {text for part in (care.before, care.after, care.call_us_if, care.urgent) for text in part}
    written = [
        *(
            (one.title, one.summary, one.notes, one.stop_rule, one.team, one.override_reason)
            for one in known().values()
        ),
        *([bare(each.source) for part in (one, *one.phases) for each in part.evidence] for one in known().values()),
    ]
    protocols = {text for texts in written for text in texts if text}
    return paragraphs | protocols | set(Locale("en").languages.values()) | set(Locale("en").territories.values())


LITERAL = "|".join(map(re.escape, sorted({*PRACTICE, *shipped()}, key=len, reverse=True)))
ZONES = rf"\b({'|'.join(AREAS)})/[\w/ -]+"
DATA = re.compile("|".join([ZONES, LITERAL, *(rf"\b({one})\b" for one in NO_WORDS)]))
SHOWN = (
    "alt",
    "aria-label",
    "placeholder",
    "title",
    "data-label",
    "data-does",
    "data-system",
    "data-light",
    "data-dark",
)
WISHES = "patient=patient1&protocol=tension-headache&start=2026-11-23&region=shoulder&side=right&muscle="


class Bracketed(NullTranslations):
    """⟦Every message⟧, with its places for values."""

    def ugettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ungettext(self, singular: str, plural: str, num: int) -> str:
        return f"⟦{singular if num == 1 else plural}⟧"


class Words(HTMLParser):
    """What a page shows or says, piece by piece."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.silent = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent = tag if tag in ("script", "style", "code", "pre") else ""
        self.pieces += [value for name, value in attrs if name in SHOWN and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent = "" if tag == self.silent else self.silent

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.pieces.append(data)


def untranslated(page: str) -> list[str]:
    """The words outside of brackets that are no data."""
    found = []
    for piece in Words(page).pieces:
        left = piece
        while left != (less := re.sub("⟦[^⟦⟧]*⟧", "", left)):
            left = less
        if re.search(r"[^\W\d_]{2}", DATA.sub("", left)):
            found.append(piece.strip())
    return found


@pytest.fixture
def desk(
    sqlite_database: Database, clock: Clock, web_parts: Parts, account: object, monkeypatch: pytest.MonkeyPatch
) -> Browser:
    """A practice with one course under way, seen by an administrator of the demo; the texts are bracketed."""
    clock.at = NOW
    build(sqlite_database)
    offered = DemoAccount("admin.0@clinic.test", PASSWORD, "Admin", "admin")
    mine = browser(application(replace(web_parts, demo=True, demo_accounts=(offered,))))
    mine.send("/sign-in", login=account("admin"), password=PASSWORD)  # type: ignore[operator] # a fixture's function
    mine.get("/")
    monkeypatch.setattr(Catalogs, "get_translations", lambda _: Bracketed())
    return mine


def book(desk: Browser) -> str:
    """The address of a course that was just booked."""
    shown = desk.get(f"/courses/new?{WISHES}").text
    fields = dict(re.findall(r'name="(key|location)" value="([^"]*)"', shown))
    wishes = dict(pair.split("=") for pair in WISHES.split("&"))
    expect = re.findall(r'name="expect" value="([^"]*)"', shown)
    return desk.send("/courses", **wishes, **fields, expect=expect).headers["Location"]


def test_every_screen_speaks_through_gettext(desk: Browser) -> None:
    course = book(desk)
    visit = re.findall(r'href="(/visits/[a-z0-9]{16})"', desk.get(course).text)[0]
    asked = {
        *("/day/2026-11-23", "/day/2026-11-23?by=room", "/day/2026-11-29", "/week/2026-11-23", "/my/changes"),
        *("/courses/new", f"/courses/new?{WISHES}"),
        *(f"/courses/new?{WISHES}&therapist=staff1&therapist_is=require&weekday=6&from=18:00&until=19:00",),
        *("/courses/new?patient=patient1&protocol=none&start=x&from=19:00&until=18:00", course, f"{course}/handout"),
        *(visit, f"{visit}/move", f"{visit}/cancel", "/visits/new", "/visits/new?patient=patient1&kind=assessment"),
        *("/visits/new?patient=patient1&kind=dry-needling&region=shoulder&side=right", "/patients?q=nobody"),
        *(
            "/patients",
            "/patients/patient1",
            "/patients/patient1/edit",
            "/patients/new",
            "/patients/find?q=ada",
            "/find",
        ),
        *("/patients/patient1/times", "/patients/patient1/relatives", "/health", "/demo/mailbox", "/nowhere"),
    }
    asked |= {"/patients/patient1/calendars", "/my/calendars", "/calendars", "/protocols"}
    asked |= {"/setup", "/setup/stranded", "/setup/patients", "/setup/accounts", "/setup/people/new"}
    asked |= {"/setup/locations/new", "/billing", "/calls?all=1", "/day/2026-11-23/sheets", f"{course}/payer"}
    asked |= {f"/setup/people/t1/{listed}" for listed in ("hours", "absences", "starts")}
    asked |= {f"/protocols/{key}{page}" for key in known() for page in ("", "/edit", "/compare")}
    left = {path: found for path in sorted(asked) if (found := untranslated(desk.get(path).text))}
    assert left == {}
    version = re.findall(r'name="version" value="(\d+)"', desk.get(f"{visit}/cancel").text)[0]
    desk.send(f"{visit}/cancel", version=version, reason="patient_ill")
    assert untranslated(desk.get(visit).text) == []


def test_every_line_of_the_worklist_speaks_through_gettext(desk: Browser, sqlite_database: Database) -> None:
    assert untranslated(desk.get("/worklist").text) == untranslated(desk.get("/worklist?kind=ready").text) == []
    world = World(1, (1, 2), 3, (1, 2), (1, 2))
    review = Reassess(Reassessing.WEEK, 1)
    until = {"authorised_visits": 2, "authorised_until": day(4)}
    under_way(sqlite_database, world, ("done", -9), ("booked", 5), None, reassess=(after(1), review), **until)
    ready = under_way(
        sqlite_database, world, ("done", -4), ("no_show", 0), ("pencilled", 1), reassess=(after(1),), hour=12
    )
    mark(sqlite_database, ready, 1)
    assert len(re.findall("<tr>", desk.get("/worklist").text)) == 8  # the headings and seven lines, of every kind
    assert set(untranslated(desk.get("/worklist").text)) == {"Manual therapy"}, "the title of the courses is data"


def test_every_refusal_speaks_through_gettext(desk: Browser) -> None:
    visit = re.findall(r'href="(/visits/[a-z0-9]{16})"', desk.get(book(desk)).text)[0]
    refused = [
        desk.send(f"{visit}/move", version="0", start="x"),
        desk.send(f"{visit}/cancel", version="0", reason="other"),
        desk.send(f"{visit}/cancel", version="0"),
        desk.send("/patients/new", key="k"),
        desk.send("/courses", protocol="x", patient="y"),
        desk.post("/sign-out"),
        desk.send("/sign-in", login="nobody", password="x"),
    ]
    assert [untranslated(page.text) for page in refused] == [[]] * len(refused)
    desk.send("/sign-out")
    assert untranslated(desk.get("/sign-in").text) == []


def test_the_notes_speak_through_gettext_but_for_what_patients_read(desk: Browser) -> None:
    assert set(untranslated(desk.get("/notes").text)) <= set(NAMES.values()), "languages are called in their own words"
    told = {line.full for part in PARTS for line in getattr(as_shipped("exercise", "en"), part)}
    assert set(untranslated(desk.get("/notes/exercise/en/edit").text)) - told <= {*NAMES.values(), *neutral("exercise")}


def neutral(key: str) -> set[str]:
    """The neutral words of a note."""
    return {line.neutral for part in PARTS for line in getattr(as_shipped(key, "en"), part)}
