"""The screens of the wait list by name: where each is, on the practice that is served."""

from datetime import date

from sqlalchemy import update

from clinic.db.tables.waiting import freed_offer
from clinic.db.visits import freed
from clinic.domain.access.actors import system
from clinic.domain.time import tick_floor
from clinic.domain.visits.catalogue import single
from clinic.domain.visits.visit import Status
from clinic.domain.visits.waiting import Suits, Urgency
from clinic.services.access.sessions import hashed
from clinic.services.patients.find import resolve
from clinic.services.practice.find import whereabouts
from clinic.services.visits import freed as offering
from clinic.services.visits import waitlist
from clinic.services.visits.book import book
from clinic.services.visits.change import turn
from clinic.services.visits.offers import offers_for_single
from clinic.services.visits.waitlist import Wish
from clinic.services.visits.wanted import WantedVisit
from tests.journeys.practice import NOW, Practice

ACTOR = system("looks")
SUITS = Suits(Urgency.SOON, 2, date(2026, 11, 23), note="Works nearby")
TOKEN = "looks"
NAMES = ("waitlist", "waitlist-new", "waitlist-edit", "freed", "freed-offered", "late", "offer-link")


def free(practice: Practice, on: date) -> str:
    """The address of a time on that day that was cancelled."""
    given, (leeds, novak) = practice.database, whereabouts(practice.database.read, "leeds", "novak")
    wanted = WantedVisit(resolve(given.read, "AO-0001").public_id, leeds, single("assessment"), therapist=novak)
    spot = offers_for_single(given.read, wanted, on, now=NOW)[0].spot
    visit = book(given.begin, given.read, wanted, spot, actor=ACTOR, now=NOW)
    turn(given.begin, visit, Status.CANCELLED, version=1, actor=ACTOR, reason="patient_ill", now=NOW)
    with given.read() as unit:
        found = next(each for each in freed.ahead(unit.connection, tick_floor(NOW)) if each.starts == spot.start)
    return f"/waitlist/times/{found.public_id}"


def listed(practice: Practice, visit: str) -> list[str]:
    """Three who wait: two for an assessment, one for a sooner time of that visit."""
    given, (leeds, _) = practice.database, whereabouts(practice.database.read, "leeds", "novak")
    people = [resolve(given.read, each).public_id for each in ("AO-0009", "AO-0013")]
    wishes = [Wish(SUITS, "", each, leeds, "assessment") for each in people]
    wishes.append(Wish(SUITS, visit.rpartition("/")[2]))
    return [waitlist.add(given.begin, each, actor=ACTOR, now=NOW) for each in wishes]


def addresses(practice: Practice, visit: str) -> dict[str, str]:
    """What somebody who is signed in can look at, and the page behind a link."""
    entries = listed(practice, visit)
    open_, offered = (free(practice, on) for on in (date(2026, 11, 26), date(2026, 12, 1)))
    given = practice.database
    how = {"version": 1, "actor": ACTOR, "now": NOW}
    offering.offer(given.begin, given.read, offered.rpartition("/")[2], entries[:2], **how)  # type: ignore[arg-type]
    with given.begin() as unit:
        unit.connection.execute(update(freed_offer).where(freed_offer.c.id == 1).values(token_hash=hashed(TOKEN)))
    return {
        "waitlist": "/waitlist",
        "waitlist-new": "/waitlist/new",
        "waitlist-edit": f"/waitlist/{entries[0]}",
        "freed": open_,
        "freed-offered": offered,
        "late": f"{visit}/late",
        "offer-link": f"/w/{TOKEN}",
    }
