"""Finding anything: patients, visits, therapists, what can be done. What was typed stands in no address."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from clinic.db.patients import find as patients
from clinic.db.practice import lists
from clinic.db.unit import Unit
from clinic.db.visits import find as visits
from clinic.db.visits import kept
from clinic.domain.dates import day_near
from clinic.domain.patients.asked import MOST_TYPED
from clinic.domain.patients.names import folded
from clinic.domain.patients.terms import bare
from clinic.domain.time import local_date, tick_floor, zone
from clinic.web import words
from clinic.web.actions import actions
from clinic.web.gate import actor, needs, parts, seen_at

blueprint = Blueprint("find", __name__)

MOST: Final = 6
"""Of each kind."""

NEXT: Final = 2
"""Of so many of the patients the next visit is offered too."""


@dataclass(frozen=True, slots=True)
class Line:
    """A choice, where it leads, and the key that leads there from anywhere."""

    icon: str
    text: str
    note: str
    href: str
    key: str = ""


Group = tuple[str, list[Line]]
"""What they are, and the choices."""


@blueprint.get("/find")
@needs("board.read")
def page() -> str:
    """Nothing was typed yet: what can be done."""
    return _answer("")


@blueprint.post("/find")
@needs("board.read")
def find() -> str:
    """What the typed words find, as a page or as options while somebody types."""
    return _answer(request.form.get("q", "")[:MOST_TYPED])


def _answer(typed: str) -> str:
    with parts().read() as unit:
        groups = [group for group in _groups(unit, typed) if group[1]]
    fragment = "X-Fragment" in request.headers
    template = "visits/_finds.html" if fragment else "visits/find.html"
    return render_template(template, action=url_for(".find"), q=typed, groups=groups)


def _groups(unit: Unit, typed: str) -> Iterator[Group]:
    me = actor()
    places = lists.locations(unit.connection, seen_at())
    today = local_date(parts().now(), zone(places[0].tz if places else "UTC"))
    found = patients.find(unit.connection, typed, today=today) if me.may("patient.read") else ()
    yield gettext("Patients"), [_patient(one) for one in found]
    if me.may("visit.read") and me.may("patient.read"):
        yield gettext("Visits"), list(_visits(unit, typed, found, today))
    said = [bare(word) for word in folded(typed).split()]
    yield gettext("Therapists"), list(_therapists(unit, said))
    yield gettext("Do"), list(_actions(said))


def _patient(one: patients.Found) -> Line:
    born = gettext("born %(date)s", date=words.short_date(one.birth_on))
    mark = gettext("Deceased") if one.deceased else one.phone
    return Line("user", one.name, " · ".join(filter(None, (born, mark))), f"/patients/{one.public_id}")


def _visits(unit: Unit, typed: str, found: Sequence[patients.Found], today: date) -> Iterator[Line]:
    """The day that is named, and who comes then; else the next visits of whom the words find."""
    (on, rest), places = _day_in(typed, today), actor().where("visit.read")
    lapsed = kept.lapsed(unit.connection, parts().now())
    if on is None:
        since = tick_floor(parts().now())
        whose = [one.public_id for one in found[:NEXT]]
        ahead = visits.next_of(unit.connection, whose, since=since, places=places, without=lapsed)
        yield from (_visit(one) for one in ahead)
        return
    count = visits.count_on(unit.connection, on, places, without=lapsed)
    if not rest:
        note = words.visits(count)
        yield Line("calendar-days", words.full_day(on), note, f"/day/{on.isoformat()}")
    there = visits.on_day(unit.connection, on, rest, most=MOST, places=places, without=lapsed)
    yield from (_visit(one) for one in there)


def _day_in(typed: str, today: date) -> tuple[date | None, list[str]]:
    """The first words that name a day as long as possible, and the names besides."""
    said = folded(typed.replace(",", " ")).split()
    for length in range(min(3, len(said)), 0, -1):
        for first in range(len(said) - length + 1):
            on = day_near(" ".join(said[first : first + length]), today=today)
            if on is not None:
                rest = [bare(word) for word in said[:first] + said[first + length :]]
                return on, [word for word in rest if word]
    return None, []


def _visit(one: visits.Line) -> Line:
    local = words.local(one.starts, zone(one.tz))
    born = gettext("born %(date)s", date=words.short_date(one.birth_on))
    note = " · ".join(filter(None, (one.patient, born, one.therapist)))
    return Line("clock", words.moment(local), note, f"/visits/{one.public_id}")


def _therapists(unit: Unit, said: Sequence[str]) -> Iterator[Line]:
    """Those whose names begin so, for who may book with them."""
    if not any(said) or not actor().may("visit.book"):
        return
    working = lists.work(unit.connection, actor().where("visit.book"))
    for public_id, name in dict.fromkeys((one.public_id, one.name) for one in working):
        if _fits(name, said):
            href = url_for("single.new", therapist=public_id)
            yield Line("calendar-plus", name, gettext("Book the first free time"), href)


def _actions(said: Sequence[str]) -> Iterator[Line]:
    for one in actions(actor()):
        if _fits(f"{one.label} {one.also}", said):
            yield Line(one.icon, str(one.label), "", one.href, one.key or "")


def _fits(text: str, said: Sequence[str]) -> bool:
    """Whether every typed word begins one of its words."""
    names = [bare(word) for word in folded(text.replace("-", " ")).split()]
    return all(any(name.startswith(word) for name in names) for word in said if word)
