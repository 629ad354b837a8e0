"""The day board, as its template expects it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext

from clinic.db.visits.reads import VisitRow
from clinic.domain.practice.site import Colleague, Site
from clinic.domain.time import TICK_MINUTES, at_wall, instant_of, tick_floor
from clinic.domain.visits.visit import joined
from clinic.web import words

MOST_LANES = 8
DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Board:
    """One day at one location."""

    site: Site
    on: date
    rows: Sequence[VisitRow]
    by: str
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(self.site.tz).date()

    def view(self) -> dict[str, Any]:
        """Columns, hours and counts; the ways to other days are the route's."""
        columns = self._by_room() if self.by == "room" else self._by_therapist()
        begin, end = self._hours(columns)
        visits = {row.public_id: row.status for row in self.rows}
        pencilled = sum(status == "pencilled" for status in visits.values())
        _mark_next(columns, self._minute(tick_floor(self.now)) if self.on == self.today else None)
        return {
            "title": words.full_day(self.on),
            "date": self.on.isoformat(),
            "by": self.by,
            "from_hour": begin,
            "until_hour": end,
            "now": self._now(begin, end),
            "columns": columns,
            "counts": {"visits": len(visits), "pencilled": pencilled},
        }

    def _minute(self, tick: int) -> int:
        local = instant_of(tick).astimezone(self.site.tz)
        return local.hour * 60 + local.minute

    def _by_therapist(self) -> list[dict[str, Any]]:
        shown = []
        for each in self.site.staff:
            rows = _joined(row for row in self.rows if row.staff_id == each.id)
            works = [hours for hours in each.hours if hours.on(self.on)]
            if works or rows:
                cards = _laned([self._card(row, row.room or "") for row in rows])
                blocks = self._blocks(((hours.starts_minute, hours.ends_minute) for hours in works), each)
                note = gettext("Assistant") if each.kind == "assistant" else ""
                shown.append(_column(each.public_id, each.name, note, cards, blocks))
        return shown

    def _by_room(self) -> list[dict[str, Any]]:
        shown = []
        for room in self.site.rooms:
            rows = _joined(row for row in self.rows if row.room_id == room.id)
            cards = _laned([self._card(row, row.therapist or "") for row in rows])
            blocks = self._blocks((), None) if any(each.on(self.on) for each in room.closures) else []
            shown.append(_column(room.public_id, room.name, "", cards, blocks))
        return shown

    def _card(self, row: VisitRow, place: str) -> dict[str, Any]:
        minute = self._minute(row.stretch_starts)
        return {
            "href": url_for("visits.panel", public_id=row.public_id),
            "name": row.patient,
            "status": words.status_of(row.status),
            "answer": row.answer if row.status == "booked" else "none",
            "kind": words.kind_of(row.modalities),
            "kind_label": words.kind_label(row.modalities),
            "number": row.ordinal,
            "of": row.total,
            "starts": words.clock(row.stretch_starts, self.site.tz),
            "minutes": minute,
            "hour": minute // 60,
            "minute": minute % 60,
            "ticks": row.stretch_ends - row.stretch_starts,
            "lane": 1,
            "place": place,
            "next": False,
        }

    def _blocks(self, works: Iterable[tuple[int, int]], who: Colleague | None) -> list[dict[str, Any]]:
        """What is not offered inside the opening hours: breaks, hours off, leave, an own calendar."""
        opens = [hours for hours in self.site.hours if hours.on(self.on)]
        closed = any(closure.on(self.on) for closure in self.site.closures)
        begin = min((hours.starts_minute for hours in opens), default=8 * 60)
        end = max((hours.ends_minute for hours in opens), default=18 * 60)
        if closed or not opens:
            return [_block(begin, end, gettext("Closed"))]
        away = [] if who is None else [(*self._away(one.starts_at, one.ends_at), one.kind) for one in who.absences]
        leave = [
            _block(max(begin, first), min(end, last), _absence(kind))
            for first, last, kind in away
            if max(begin, first) < min(end, last)
        ]
        if leave or who is None:
            return leave or [_block(first, last, gettext("Not working")) for first, last in _between(works, begin, end)]
        off = _between(works, begin, end)
        busy = _between([*off, *_between(self._busy(who), begin, end)], begin, end)
        found = [_block(first, last, gettext("Not working")) for first, last in off]
        return found + [_block(first, last, gettext("Own calendar")) for first, last in busy]

    def _busy(self, who: Colleague) -> list[tuple[int, int]]:
        """When an own calendar keeps somebody busy, in minutes of this day."""
        spans = [self._away(instant_of(first), instant_of(last)) for first, last in who.busy]
        return [(first, last) for first, last in spans if first < last]

    def _away(self, starts: datetime, ends: datetime) -> tuple[int, int]:
        """An absence in minutes of this day."""
        midnight = at_wall(self.on, 0, self.site.tz)
        first, last = (int((instant - midnight).total_seconds() // 60) for instant in (starts, ends))
        return max(first, 0), min(last, DAY)

    def _hours(self, columns: Sequence[dict[str, Any]]) -> tuple[int, int]:
        """Whole hours that hold the opening hours and every card."""
        opens = [(hours.starts_minute, hours.ends_minute) for hours in self.site.hours if hours.on(self.on)]
        cards = [card for column in columns for card in (*column["visits"], *column["blocks"])]
        spans = opens + [
            (card["hour"] * 60 + card["minute"], card["hour"] * 60 + card["minute"] + card["ticks"] * TICK_MINUTES)
            for card in cards
        ]
        begin = min((first for first, _ in spans), default=8 * 60)
        end = max((last for _, last in spans), default=18 * 60)
        return begin // 60, min(24, -(-end // 60))

    def _now(self, begin: int, end: int) -> dict[str, Any] | None:
        minute = self._minute(tick_floor(self.now))
        if self.on != self.today or not begin * 60 <= minute < end * 60:
            return None
        text = self.now.astimezone(self.site.tz).strftime("%H:%M")
        return {"hour": minute // 60, "minute": minute % 60, "text": text}


def _joined(rows: Iterable[VisitRow]) -> list[VisitRow]:
    """Stretches of one visit that follow each other without a pause stand in one card."""
    found: list[VisitRow] = []
    for row in rows:
        last = found[-1] if found else None
        if last is not None and (last.public_id, last.stretch_ends) == (row.public_id, row.stretch_starts):
            found[-1] = replace(
                last,
                stretch_ends=row.stretch_ends,
                modalities=(*last.modalities, *row.modalities),
                therapist=joined((last.therapist, row.therapist)),
                room=joined((last.room, row.room)),
            )
        else:
            found.append(row)
    return found


def _absence(kind: str) -> str:
    names = {"leave": gettext("Leave"), "sick": gettext("Sick"), "training": gettext("Training")}
    return str(names.get(kind, gettext("Away")))


def _column(
    key: str, name: str, note: str, cards: list[dict[str, Any]], blocks: list[dict[str, Any]]
) -> dict[str, Any]:
    lanes = max((card["lane"] for card in cards), default=1)
    return {"key": key, "name": name, "note": note, "lanes": lanes, "blocks": blocks, "visits": cards}


def _block(first: int, last: int, label: str) -> dict[str, Any]:
    return {"hour": first // 60, "minute": first % 60, "ticks": -(-(last - first) // TICK_MINUTES), "label": label}


def _between(spans: Iterable[tuple[int, int]], begin: int, end: int) -> list[tuple[int, int]]:
    """What the spans leave of [begin, end)."""
    left, at = [], begin
    for first, last in sorted(spans):
        if at < min(first, end):
            left.append((at, min(first, end)))
        at = max(at, last)
    return [*left, (at, end)] if at < end else left


def _laned(cards: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cards that overlap stand side by side: each takes the first lane that is free at its start."""
    ends: list[int] = []
    for card in cards:
        start, end = card["minutes"], card["minutes"] + card["ticks"] * TICK_MINUTES
        lane = next((n for n, busy in enumerate(ends) if busy <= start), len(ends))
        ends[lane : lane + 1] = [end]
        card["lane"] = min(lane + 1, MOST_LANES)
    return cards


def _mark_next(columns: Sequence[dict[str, Any]], minute: int | None) -> None:
    """The first visit that is not over: where the keyboard begins."""
    cards = [card for column in columns for card in column["visits"]]
    ahead = [card for card in cards if minute is None or card["minutes"] + card["ticks"] * TICK_MINUTES > minute]
    if ahead:
        min(ahead, key=lambda card: card["minutes"])["next"] = True
