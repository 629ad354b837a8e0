"""What every page's frame shows: who is signed in, where one can go, the practice's name, the built assets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Final

from flask import Flask, g, request
from flask_babel import get_locale, gettext, lazy_gettext, ngettext

from clinic.db.faults import UNAVAILABLE
from clinic.db.messages import tasks
from clinic.db.practice.heading import Heading, heading
from clinic.domain.time import local_date, zone
from clinic.services.access.sessions import Identity
from clinic.web.assets import built_assets
from clinic.web.gate import cookie_name, parts

HOME: Final = "/"
TASKS: Final = "/tasks"


@dataclass(frozen=True, slots=True)
class Way:
    """A way in the main navigation. It is the current one for addresses that begin with one of `under`; of several the
    longest counts. Ways of one group share an entry, which leads to the first; each of their pages names the others."""

    label: object
    href: str
    icon: str
    permission: str
    under: tuple[str, ...]
    key: str | None = None
    demo_only: bool = False
    group: str = ""


UNDER_WORKLIST: Final = ("/worklist", "/repairs", "/handovers")

WAYS: Final = (
    Way(lazy_gettext("Day"), HOME, "calendar-days", "board.read", ("/day", "/visits"), "T"),
    Way(lazy_gettext("My day"), "/today", "clipboard-check", "record.read", ("/today",)),
    Way(lazy_gettext("Tasks"), TASKS, "list-checks", "task.read", (TASKS, "/outbox"), group="tasks"),
    Way(lazy_gettext("Worklist"), "/worklist", "clipboard-list", "worklist.read", UNDER_WORKLIST, "Q", group="tasks"),
    Way(lazy_gettext("Wait list"), "/waitlist", "hourglass", "visit.book", ("/waitlist",), "L", group="tasks"),
    Way(lazy_gettext("Patients"), "/patients", "users", "patient.read", ("/patients", "/courses/")),
    Way(lazy_gettext("New course"), "/courses/new", "calendar-plus", "plan.write", ("/courses", "/courses/new"), "N"),
    Way(lazy_gettext("Mailbox"), "/demo/mailbox", "mail", "mail.read", ("/demo",), demo_only=True),
)


def register(app: Flask) -> None:
    """Give templates their globals and each page its frame."""
    with app.app_context():
        asset = built_assets(parts().dist)
    app.jinja_env.globals.update(asset=asset, _=gettext, gettext=gettext, ngettext=ngettext)
    app.context_processor(_frame)


def practice() -> Heading:
    """The practice's heading, asked once a request; without a database a page still has a frame."""
    if "heading" not in g:
        try:
            with parts().read() as unit:
                g.heading = heading(unit.connection)
        except UNAVAILABLE:
            g.heading = Heading()
    found: Heading = g.heading
    return found


def today() -> date:
    """The date where the practice is."""
    return local_date(parts().now(), zone(practice().tz))


def _frame() -> dict[str, object]:
    theme = request.cookies.get("theme", "")
    who: Identity | None = None if g.get("frameless") else g.get("identity")
    shown = {
        "lang": str(get_locale()).replace("_", "-"),
        "theme": theme if theme in ("light", "dark") else None,
        "practice_name": practice().name or gettext("Clinic"),
        "home_url": HOME,
        "visitor": cookie_name() not in request.cookies,
        "fragment": "X-Fragment" in request.headers or "HX-Request" in request.headers,
    }
    return shown if who is None else shown | _signed_in(who)


def _waiting(who: Identity) -> dict[str, int]:
    """How much waits behind a way, by its address."""
    if "task.read" not in who.permissions:
        return {}
    with parts().read() as unit:
        return {TASKS: tasks.count(unit.connection, places=who.permissions["task.read"])}


def _signed_in(who: Identity) -> dict[str, object]:
    waiting = _waiting(who)
    ways = [way for way in WAYS if way.permission in who.permissions and (parts().demo or not way.demo_only)]
    here = _here()
    first = {way.group or way.href: way for way in reversed(ways)}
    group = [way for way in ways if here is not None and here.group and way.group == here.group]
    return {
        "me": {"account": who.account, "name": who.name, "roles": ", ".join(who.roles)},
        "can": g.actor.may if "actor" in g else who.permissions.__contains__,
        "nav": [_item(way, here in (way, *_with(way)), waiting) for way in ways if way in first.values()],
        "beside": [_item(way, way is here, waiting) for way in group] if len(group) > 1 else [],
        "find_url": "/find",
        "sign_out_url": "/sign-out",
    }


def _here() -> Way | None:
    """The way that this page is under."""
    found = [(len(start), way) for way in WAYS for start in way.under if request.path.startswith(start)]
    return max(found, key=itemgetter(0))[1] if found else None


def _with(way: Way) -> list[Way]:
    return [each for each in WAYS if way.group and each.group == way.group]


def _item(way: Way, current: bool, waiting: Mapping[str, int]) -> dict[str, object]:
    shown = {"label": way.label, "href": way.href, "icon": way.icon, "current": current, "key": way.key}
    return shown | {"waiting": waiting.get(way.href, 0)}
