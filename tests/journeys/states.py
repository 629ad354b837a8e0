"""Every state that the table of routes leads to: each route asked with what there is, without it, by who may not, in an
empty practice, while the database is gone; each form of each page sent in every way."""

import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from html import unescape
from itertools import repeat
from pathlib import Path

from sqlalchemy.exc import OperationalError

from clinic.db.unit import Read, Unit
from clinic.db.visits import reads as visits
from clinic.domain.access.permissions import ROLES
from clinic.web.gate import EXTENSION, PUBLIC
from tests.journeys import care_screens, screens
from tests.journeys.forms import Fields, Form, posted
from tests.journeys.practice import EMAIL, PASSWORD, Practice
from tests.journeys.stage import Stage, State
from tests.web.routes import ROUTES

MORE = ("past", "past-record", "past-missed", "move-far", "patients-found")
NOBODY, DAY, ROLE, DEEP = "nobodyknowsthisone", "2026-11-24", "assistant", 3
LINKED = re.compile(r'(?:href|hx-get|data-[a-z-]+)="(/[^"#]*)"')
KEPT = re.compile(r'name="kept" value="([^"]*)"')
SCRIPTED = re.compile(r'(?:hx-post|data-src)="(/[^"#]*)"')
Step = tuple[str, Fields]


def generated(template: Path, folder: Path) -> list[State]:
    """All of them, on copies of a migrated, empty database. The order is always the same."""
    full, empty = Stage(template, folder / "full.db"), Stage(template, folder / "empty.db", empty=True)
    with full.watched(), empty.watched():
        filled = list(_filled(full))
        full.keep()
        states = [*filled, *_sent(full, filled), *_missing(full), *_failing(full), *_blocked(full), *_late(full)]
        states += _forbidden(full)
        empty.enter()
        states += [empty.ask("empty", path) for path in _whole(ROUTES)]
    for stage in (full, empty):
        stage.database.engine.dispose()
    return states


def _filled(stage: Stage) -> Iterator[State]:
    """Every screen, and what they lead to, each as a page and each kind of page as a part of one."""
    stage.enter()
    found = screens.everywhere(stage.practice, lambda path: stage.client.get(path).text)
    states = [stage.ask(name, path) for name, path in (found | _more(stage.practice)).items()]
    asked = {state.route for state in states}
    linked = [unescape(path) for state in states for path in LINKED.findall(state.html)]
    for path in [*linked, "/day", "/healthz", "/readyz", "/metrics", "/session", "/billing/visits.csv"]:
        route = stage.route("GET", path)
        if route is not None and route not in asked:
            asked.add(route)
            states.append(stage.ask("linked", path))
    yield from states
    for path in {state.page: state.path for state in states if state.page}.values():
        yield stage.ask("part", path, part=True)


def _more(practice: Practice) -> dict[str, str]:
    """Screens that only lead to other states."""
    with practice.database.read() as unit:
        rows = visits.of_patient(unit.connection, screens.patient(practice, "AO-0002").id, 0)
    past, later = f"/visits/{min(rows, key=lambda row: row.starts).public_id}", screens.visit(practice, "AO-0008")
    addresses = (past, f"{past}/record", f"{past}/missed", f"{later}/move?on=2026-12-07", "/patients/find?q=ha")
    return dict(zip(MORE, addresses, strict=True))


def _sent(stage: Stage, filled: Iterable[State]) -> Iterator[State]:
    """Each form in each way from where it stands; those that only other forms lead to, behind them."""
    waiting: list[tuple[State, tuple[Step, ...]]] = [(state, ()) for state in filled if state.way != "part"]
    sent, known = set[str](), set[tuple[object, ...]]()
    for state, before in waiting:
        for form, way, to, fields in _ways(state):
            route = stage.route("POST", to)
            kind = (route, way, "" if before else form.shape, state.way if state.way in MORE else "")
            if route is None or kind in known or (before and route in sent):
                continue
            known.add(kind)
            for answer, steps in _acted(stage, way, to, fields, before):
                yield answer
                if answer.page and len(steps) < DEEP:
                    waiting.append((answer, steps))
        sent |= {str(kind[0]) for kind in known}


def _ways(state: State) -> Iterator[tuple[Form, str, str, Fields]]:
    """The forms of a page, and what its scripts send of them."""
    forms = posted(state.html, state.path)
    for form in forms:
        for way, to, fields in form.ways():
            yield form, way, to, fields
    for to in SCRIPTED.findall(state.html) if forms else ():
        fullest = max(forms, key=lambda form: len(form.filled))
        yield fullest, "by script", unescape(to), (*fullest.hidden, *fullest.filled)


def _acted(
    stage: Stage, way: str, to: str, fields: Fields, before: tuple[Step, ...]
) -> Iterator[tuple[State, tuple[Step, ...]]]:
    """What the form leads to, where that leads on to, and what it leads to once more."""
    stage.again()
    for step in before:
        stage.ask("before", *step)
    steps = (*before, (to, fields))
    answer = stage.ask(way, to, fields)
    yield answer, steps
    if answer.status == 303 and answer.answer.location.startswith("/"):
        yield stage.ask(f"{way}, then", answer.answer.location), steps
        yield stage.ask(f"{way}, again", to, tuple(map(_anew, fields))), steps


def _anew(field: tuple[str, str]) -> tuple[str, str]:
    """Another form of who saw what the first one did."""
    name, value = field
    if name == "version" and value.isdecimal():
        return name, str(int(value) + 1)
    return (name, f"{value}2") if name == "key" else field


def _missing(stage: Stage) -> Iterator[State]:
    """Every route with objects that nobody has, every form without an object with nothing in it."""
    stage.again()
    for route in ROUTES:
        method, rule = route.replace("<on>", DAY).replace("<int:number>", "9999").split()
        path = re.sub("<[^>]+>", NOBODY, rule)
        if "<" in rule or (method == "POST" and rule != "/sign-out"):
            yield stage.ask("nobody's", path, None if method == "GET" else stage.token())


def _blocked(stage: Stage) -> Iterator[State]:
    """What a rule forbids for good: no page has a field for its reason."""
    stage.again()
    path, version = care_screens.blocked(stage.practice)
    yield stage.ask("blocked", path, (*stage.token(), ("version", version), ("key", "blocked")))


def _late(stage: Stage) -> Iterator[State]:
    """A form that comes after its session has ended, by the staff and from the tablet, until somebody has signed in."""
    for name in ("family_name", "tablet"):
        stage.again()
        stage.client.delete_cookie("session")
        kept = stage.ask("late", "/sign-in/kept?to=/patients", (*stage.token(), (name, "1")))
        yield kept
        (field,) = set(KEPT.findall(kept.html))
        told = (("login", EMAIL), ("password", PASSWORD), ("kept", field))
        yield stage.ask("late, then", "/sign-in", (*stage.token(), *told))


def _forbidden(stage: Stage) -> Iterator[State]:
    """Every route by somebody whose role does not allow it, and what too many attempts to sign in lead to."""
    stage.again()
    stage.enter(stage.somebody(ROLE))
    for path in _whole(each for each, needed in ROUTES.items() if needed not in ROLES[ROLE] | {PUBLIC}):
        yield stage.ask("forbidden", path)
    wrong = (("login", "nobody@looks.example"), ("password", "wrong"))
    yield next(
        state
        for state in (stage.ask("again and again", "/sign-in", (*stage.token(), *wrong)) for _ in range(99))
        if state.status == 429
    )


def _whole(routes: Iterable[str]) -> list[str]:
    """The addresses of pages that need no object, or a day alone."""
    paths = [route.split()[1].replace("<on>", DAY) for route in routes if route.startswith("GET ")]
    return [path for path in paths if "<" not in path]


def _failing(stage: Stage) -> Iterator[State]:
    """While the database cannot be reached, and where something is broken."""
    stage.again()
    given, gone = stage.app.extensions[EXTENSION], OperationalError("select", {}, Exception("gone"))
    for way, faults in {"gone": repeat(gone), "broken": iter([RuntimeError("broken")])}.items():
        read = _raising(faults, given.read)
        stage.app.extensions[EXTENSION] = replace(given, begin=read, read=read)
        yield stage.ask(way, "/patients")
    stage.app.extensions[EXTENSION] = given


def _raising(faults: Iterator[Exception], read: Read) -> Read:
    """Raises one after the other, then reads."""

    def reads() -> AbstractContextManager[Unit]:
        for fault in faults:
            raise fault
        return read()

    return reads
