"""`clinic demo`: fill an empty database with a believable practice, the same for the same seed and day."""

import argparse
import random as randomness
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from clinic import wiring
from clinic.cli.database import upgrade
from clinic.cli.demo.people import DECEASED, MINOR, OPEN, TIED, guests
from clinic.cli.demo.plots import Fate, courses, singles
from clinic.cli.demo.practice import example, monday
from clinic.cli.demo.story import Story
from clinic.cli.demo.waiting import fill_waitlist
from clinic.config import Settings
from clinic.content.demo import demo
from clinic.db.practice import lists
from clinic.db.unit import Database
from clinic.domain.access.accounts import NewAccount
from clinic.domain.access.actors import system
from clinic.domain.dates import plain_day
from clinic.domain.errors import Invalid
from clinic.domain.time import at_wall, local_date, zone
from clinic.mail.kept import Kept
from clinic.services.access import accounts, members
from clinic.services.access.passwords import Passwords
from clinic.services.patients.times import set_times
from clinic.services.patients.write import create
from clinic.services.practice.demo import claim
from clinic.services.practice.import_practice import import_practice
from clinic.worker.loop import run_once
from clinic.worker.parts import Parts

ACTOR: Final = system("demo")
TZ: Final = zone("Europe/London")
NOW_MINUTES: Final = 9 * 60 + 10
"""The demo's clock stops at ten past nine, so that the first visits of the day are under way."""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `demo`."""
    job = subparsers.add_parser("demo", help="fill an empty database with an invented practice; needs CLINIC_DEMO=1")
    job.add_argument("--seed", type=int, default=1, metavar="N", help="another number, other people and visits")
    job.add_argument("--today", metavar="DATE", help="the day on which it plays; today if left out")
    job.add_argument("--serve", action="store_true", help="then go on as `clinic serve`")
    job.set_defaults(func=_demo)


def _demo(args: argparse.Namespace) -> int:
    settings = wiring.settings()
    if not settings.demo:
        raise Invalid("demo_off")
    today = _day(args.today) if args.today else local_date(wiring.now(), TZ)
    random = randomness.Random(args.seed)  # noqa: S311 - an invented world, not a secret
    database = replace(wiring.open_database(settings, durable=False), entropy=random.randbytes)
    print("\n".join(_played(database, settings, random, today)), flush=True)
    database.engine.dispose()
    return int(args.main(["serve"])) if args.serve else 0


def _played(database: Database, settings: Settings, random: randomness.Random, today: date) -> Iterator[str]:
    """Fills the database unless it is filled; what there is to say of it."""
    upgrade(database)
    content, now = demo(), at_wall(today, NOW_MINUTES, TZ)
    if not claim(database.begin, content.accounts[-1].email, actor=ACTOR, now=now - timedelta(days=60)):
        yield "The demo practice is there already; remove its database for a fresh one."
        yield from _sign_ins(settings)
        return
    names, story = _fill(database, settings, random, today, now)
    passwords = Passwords()
    for each in content.accounts:
        new = NewAccount(each.email, each.name, each.role)
        accounts.create(database.begin, new, each.password, passwords=passwords, actor=ACTOR, now=now)
    _tie(database, now)
    yield from _said(settings, names, story)


def _tie(database: Database, now: datetime) -> None:
    """Whoever signs in under a name of the staff has that person's own calendars."""
    with database.read() as unit:
        codes = {each.name: each.code for each in lists.work(unit.connection)}
    for each in demo().accounts:
        if each.name in codes:
            members.tie(database.begin, each.email, codes[each.name], actor=ACTOR, now=now)


def _day(said: str) -> date:
    try:
        return plain_day(said)
    except ValueError as error:
        raise Invalid("text_malformed", field="--today", like="2026-09-07") from error


def _fill(
    database: Database, settings: Settings, random: randomness.Random, today: date, now: datetime
) -> tuple[list[str], Story]:
    """The names of the patients, and what happened."""
    begun = now - timedelta(days=60)
    told = example(today, sorted({begun.year, today.year, today.year + 1}), TZ)
    import_practice(database.begin, told, write=True, actor=ACTOR, now=begun)
    with database.read() as unit:
        locations = {each.code: (each.public_id, each.id) for each in lists.locations(unit.connection)}
        staff = {each.code: each.public_id for each in lists.work(unit.connection)}
    ids, patients = [], guests(demo(), random, staff, today)
    for guest in patients:
        ids.append(create(database.begin, guest.person, guest.choices, actor=ACTOR, now=begun))
        if guest.availability.hours or guest.availability.away:
            set_times(database.begin, ids[-1], guest.availability, actor=ACTOR, now=begun)
    story = Story(database, ACTOR, random, TZ, today, ids, locations, _writer(database, settings))
    week = (monday(today) - today).days
    story.live(courses(random), singles(random, week - 7, week + 11), now)
    fill_waitlist(database, ACTOR, ids, locations, TZ, now)
    return [guest.person.shown_name for guest in patients], story


def _writer(database: Database, settings: Settings) -> Callable[[datetime], None]:
    """Sends what is due at an instant; nothing leaves the house, whatever mail server is set."""

    def write(now: datetime) -> None:
        parts = Parts(database.begin, database.read, lambda: now, settings.url, Kept(), lambda: 0.5)
        while not run_once(parts).idle:
            pass

    return write


def _said(settings: Settings, names: list[str], story: Story) -> Iterator[str]:
    """Where to sign in, and what to look at."""
    told = f"{len(names)} invented patients, {len(story.plans)} courses, the weeks around {story.today}"
    yield f"The demo practice is there: {told}."
    yield from _sign_ins(settings)
    yield "What to look at:"
    shown = [(plot.fate, plot.patient) for plot in story.plans.values() if plot.fate is not Fate.GOES_ON]
    for fate in Fate:
        who = sorted(patient for found, patient in shown if found is fate)
        if who:
            yield f"  {', '.join(names[n] for n in who)}: {fate}."
    yield f"  {names[TIED]}: a new course cannot be placed and says why: nobody but Jasleen Sandhu, who is on leave."
    yield f"  {names[DECEASED]}: has died, nothing can be planned. {names[MINOR]}: a child."
    yield f"  {names[OPEN]}: sees everything in his own calendar (disclosure level 3)."


def _sign_ins(settings: Settings) -> Iterator[str]:
    yield f"Sign in at {settings.url}:"
    for each in demo().accounts:
        yield f"  {each.role:<11} {each.email:<30} {each.password}"
