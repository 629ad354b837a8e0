"""The boards: a day, the week of one therapist or room, how full everybody's week is; and whether one changed."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response as Answer

from clinic.db.practice import calendars, lists
from clinic.db.practice.lists import LocationLine
from clinic.db.visits import board as asked
from clinic.db.visits import freed, kept, reads
from clinic.db.visits.reads import VisitRow
from clinic.domain.practice.site import Site
from clinic.domain.time import at_wall, tick_floor, zone
from clinic.domain.visits.visit import Status
from clinic.web import words
from clinic.web.gate import actor, needs, parts, seen_at, unattended
from clinic.web.visits import board_ways, board_week
from clinic.web.visits.board import Board

blueprint = Blueprint("board", __name__)


class Shown(NamedTuple):
    """Days at a location as they were read, and the mark by which another read is compared."""

    site: Site
    days: tuple[Board, ...]
    mark: str


@blueprint.get("/day")
@needs("board.read")
def pick() -> Answer:
    """The day that the picker names, or today."""
    given, where = request.args.get("date", ""), board_ways.place()
    on = board_ways.day_from(given) if given else board_ways.today_at(where)
    if request.args.get("week"):
        target = board_ways.week_href(on, where.public_id, board_ways.asked_by(), request.args.get("who", ""))
    else:
        target = board_ways.day_href(on, where.public_id, board_ways.asked_by())
    return redirect(target, 303)


@blueprint.get("/day/<on>")
@needs("board.read")
def day(on: str) -> str:
    """One day at one location, by therapist or by room."""
    first, where, by = board_ways.day_from(on), board_ways.place(), board_ways.asked_by()
    found = _read(where, first, 1)
    view = found.days[0].view()
    return render_template(
        "visits/board.html",
        **view,
        onward=None if view["columns"] else _onward(found.days[0], where, by),
        **_live(found, url_for(".live", on=on, location=where.public_id, by=by)),
        **_ways(first, where, by),
    )


@blueprint.get("/day/<on>/live")
@needs("board.read")
@unattended
def live(on: str) -> Response:
    """The board alone; nothing where it is as the asker has it."""
    first, where = board_ways.day_from(on), board_ways.place()
    return _changed(where, first, 1, lambda found: found.days[0].view())


@blueprint.get("/week/<on>")
@needs("board.read")
def week(on: str) -> str:
    """The week of one therapist or room, or how full everybody's is."""
    first, where, by = board_ways.monday(board_ways.day_from(on)), board_ways.place(), board_ways.asked_by()
    who, found = request.args.get("who", ""), _read(where, first, 7)
    ways = _ways(first, where, by) | _week_ways(first, where, by, who, found.site)
    if not who:
        return render_template("visits/board_week.html", **board_week.fullness(found.days, by, where.public_id), **ways)
    href = url_for(".week_live", on=first.isoformat(), location=where.public_id, by=by, who=who)
    return render_template("visits/board.html", **board_week.view(found.days, by, who), **_live(found, href), **ways)


@blueprint.get("/week/<on>/live")
@needs("board.read")
@unattended
def week_live(on: str) -> Response:
    """The same for a week."""
    first, where, by = board_ways.monday(board_ways.day_from(on)), board_ways.place(), board_ways.asked_by()
    return _changed(where, first, 7, lambda found: board_week.view(found.days, by, request.args.get("who", "")))


def _onward(day: Board, where: LocationLine, by: str) -> dict[str, str] | None:
    """From a day on which nobody works to the next on which somebody does."""
    later = day.blocks.next_worked()
    if later is None:
        return None
    return {"label": words.full_day(later), "href": board_ways.day_href(later, where.public_id, by)}


def _read(where: LocationLine, first: date, days: int, known: str = "") -> Shown:
    """Read the days; their visits only where the mark is not the one that is known."""
    tz, now, listed = zone(where.tz), parts().now(), [first + timedelta(days=n) for n in range(days)]
    ticks = [tick_floor(at_wall(each, 0, tz)) for each in (*listed, first + timedelta(days=days))]
    with parts().read() as unit:
        site = calendars.load(unit.connection, where.id, since=at_wall(first, 0, tz))
        span, lapsed = (where.id, ticks[0], ticks[-1]), kept.lapsed(unit.connection, now)
        mark = _mark(asked.revision(unit.connection, *span, without=lapsed), ticks)
        if mark == known:
            return Shown(site, (), mark)
        rows = reads.board(unit.connection, *span, without=lapsed)
        offered = freed.kept_by(unit.connection, {row.public_id for row in rows if row.status == Status.HELD})
        opened: dict[str, list[str]] = {}
        for visit, kind in _open(unit.connection, rows):
            opened.setdefault(visit, []).append(kind)
    boards = (
        Board(site, on, tuple(row for row in rows if a <= row.starts < b), board_ways.asked_by(), now, opened, offered)
        for on, (a, b) in zip(listed, pairwise(ticks), strict=True)
    )
    return Shown(site, tuple(boards), mark)


def _open(connection: Any, rows: Sequence[VisitRow]) -> list[asked.Item]:
    """What is open, for those who can do something about it."""
    if not actor().may("screening.write"):
        return []
    seen = {row.public_id for row in rows}
    return [item for item in asked.open_items(connection, seen) if item[1] != "alarm" or actor().may("event.read")]


def _mark(revision: object, ticks: Sequence[int]) -> str:
    """What the board would look like, in short: for whom, how it was asked for and, on its day, the present: waiting is
    told in minutes."""
    now = parts().now()
    present = now.replace(second=0, microsecond=0) if ticks[0] <= tick_floor(now) < ticks[-1] else None
    asked_for = (board_ways.asked_by(), request.args.get("who", ""), str(get_locale()))
    seen = (revision, tuple(ticks), present, asked_for, sorted(actor().permissions))
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:24]


def _changed(where: LocationLine, first: date, days: int, view: Any) -> Response:
    known = request.headers.get("If-None-Match", "").strip('"')
    found = _read(where, first, days, known)
    if found.mark == known:
        answer = Response(status=304)
    else:
        answer = Response(
            render_template("visits/_board.html", **view(found), **_live(found, request.full_path.rstrip("?")))
        )
    answer.headers["ETag"] = f'"{found.mark}"'
    return answer


def _live(found: Shown, href: str) -> dict[str, str]:
    return {"live_href": href, "mark": found.mark}


def _ways(shown: date, where: LocationLine, by: str) -> dict[str, Any]:
    """Where one can go from a day."""
    here, one = where.public_id, timedelta(days=1)
    with parts().read() as unit:
        places = lists.locations(unit.connection, seen_at())
    return {
        "action": url_for(".pick"),
        "location": here,
        "previous_href": board_ways.day_href(shown - one, here, by),
        "next_href": board_ways.day_href(shown + one, here, by),
        "today_href": board_ways.day_href(board_ways.today_at(where), here, by),
        "by_therapist_href": board_ways.day_href(shown, here),
        "by_room_href": board_ways.day_href(shown, here, "room"),
        "week_href": board_ways.week_href(shown, here, by),
        "locations": [
            {"name": each.name, "href": board_ways.day_href(shown, each.public_id, by), "current": each.id == where.id}
            for each in places
        ],
        "course_href": url_for("new_course.new") if actor().may("plan.write") else None,
        "book_href": url_for("single.new") if actor().may("visit.book") else None,
        "done_href": url_for("undo.page"),
        "sheets_href": url_for("paper.sheets", on=shown.isoformat(), location=here),
    }


def _week_ways(first: date, where: LocationLine, by: str, who: str, site: Site) -> dict[str, Any]:
    """The same from a week."""
    here, seven = where.public_id, timedelta(days=7)
    with parts().read() as unit:
        places = lists.locations(unit.connection, seen_at())
    return {
        "week": True,
        "who": who,
        "previous_href": board_ways.week_href(first - seven, here, by, who),
        "next_href": board_ways.week_href(first + seven, here, by, who),
        "today_href": board_ways.week_href(board_ways.today_at(where), here, by, who),
        "day_href": board_ways.day_href(first, here, by),
        "by_therapist_href": board_ways.week_href(first, here),
        "by_room_href": board_ways.week_href(first, here, "room"),
        "week_href": board_ways.week_href(first, here, by),
        "people": board_week.people(site, by, lambda key: board_ways.week_href(first, here, by, key), who),
        "locations": [
            {"name": each.name, "href": board_ways.week_href(first, each.public_id, by), "current": each.id == where.id}
            for each in places
        ],
    }
