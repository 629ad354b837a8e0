"""A repair in words: what happened, what would move, who has no place and what would help."""

from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from typing import Any

from flask_babel import gettext, ngettext

from clinic.content.labels import label
from clinic.content.sentences import sentence
from clinic.db.courses.repairs import RepairRow, Shown
from clinic.db.practice.lists import LocationLine, RoomLine
from clinic.domain.courses.repair import OPEN_REPAIRS, Fate, Moving, Status, Unplaced, Where
from clinic.domain.courses.trouble import Kind, Trouble
from clinic.domain.practice.modality import SKILLED
from clinic.domain.time import zone
from clinic.web import words
from clinic.web.courses.repair_toll import going, spared

Names = Mapping[str, str]


def kinds() -> list[tuple[str, str]]:
    """What can happen, to choose from."""
    return [
        (Kind.ABSENCE, gettext("Is away, or closed")),
        (Kind.COVER, gettext("Is covered for a day, at the same times")),
        (Kind.HANDOVER, gettext("Hands the courses over for good")),
        (Kind.CREDENTIAL, gettext("Has lost a credential")),
    ]


def whose(
    people: Sequence[tuple[str, str]], rooms: Sequence[RoomLine], places: Sequence[LocationLine]
) -> list[tuple[str, str]]:
    """Whom or what it can happen to."""
    found = [("", gettext("Choose"))]
    found += [(f"staff:{id_}", name) for id_, name in people]
    found += [(f"room:{each.public_id}", f"{each.name}, {each.place}") for each in rooms]
    return found + [(f"location:{each.public_id}", gettext("All of %(place)s", place=each.name)) for each in places]


def skills() -> list[tuple[str, str]]:
    """Credentials to choose from."""
    return [("", gettext("None")), *sorted((each.value, gettext(label(each.value))) for each in SKILLED)]


def absences() -> list[tuple[str, str]]:
    """As what an absence is entered."""
    return [
        ("sick", gettext("Ill")),
        ("leave", gettext("On leave")),
        ("training", gettext("In training")),
        ("other", gettext("Something else")),
    ]


def _title(trouble: Trouble, names: Names) -> str:
    who = names.get(trouble.who, "")
    titles = {
        Kind.ABSENCE: gettext("%(name)s is away", name=who),
        Kind.COVER: gettext("%(name)s is covered", name=who),
        Kind.HANDOVER: gettext("%(name)s hands over to %(other)s", name=who, other=names.get(trouble.to, "")),
        Kind.CREDENTIAL: gettext("%(name)s has lost a credential", name=who),
    }
    return str(titles.get(trouble.what, gettext("%(name)s is closed", name=who)))


def _when(trouble: Trouble, tz: str) -> str:
    """The days, with the times where these are not whole."""
    at = words.local(trouble.starts, zone(tz))
    first, begins = at.date(), f", {at:%H:%M}" if at.time() != time() else ""
    if trouble.ends is None:
        return str(gettext("from %(day)s on", day=words.full_day(first) + begins))
    end = words.local(trouble.ends, zone(tz))
    last = (end - timedelta(seconds=1)).date()
    if not begins and end.time() == time():
        return words.full_day(first) if first == last else words.period(first, last)
    until = f"{end:%H:%M}" if end.time() != time() else "24:00"
    if first == last:
        return f"{words.full_day(first)}, {at:%H:%M}–{until}"
    return f"{words.full_day(first)}, {at:%H:%M} – {words.full_day(last)}, {until}"


def _state(status: Status) -> str:
    names = {
        Status.PROPOSED: gettext("Proposed; settled in several steps, so not proven the best"),
        Status.SOLVING: gettext("Looking for the best"),
        Status.OPTIMAL: gettext("Proposed, proven the best"),
        Status.STOPPED: gettext("Proposed, the best so far"),
        Status.APPLIED: gettext("Done"),
    }
    return str(names.get(status, gettext("Dropped")))


def line(row: RepairRow, names: Names, tz: str) -> dict[str, Any]:
    """A repair in the list."""
    return {
        "public_id": row.public_id,
        "title": _title(row.trouble, names),
        "when": _when(row.trouble, tz),
        "state": _state(row.status),
        "counts": _counts(row),
    }


def _counts(row: RepairRow) -> str:
    moves, left = len(going(row)), len(row.proposal.unplaced)
    said = [ngettext("%(num)s visit moves", "%(num)s visits move", moves)]
    if stays := len(row.proposal.moves) - moves:
        said.append(ngettext("%(num)s stays as it is", "%(num)s stay as they are", stays))
    if left:
        said.append(ngettext("%(num)s has no place", "%(num)s have no place", left))
    return ", ".join(said)


def page(row: RepairRow, shown: Mapping[str, Shown], names: Names, tz: str) -> dict[str, Any]:
    """What `courses/repair.html` expects of a repair."""
    open_ = row.status in OPEN_REPAIRS
    zones = [each.tz for each in shown.values()]
    patients = dict.fromkeys(move.patient for move in row.proposal.moves)
    waiting = row.proposal.open
    return {
        "title": _title(row.trouble, names),
        "when": _when(row.trouble, zones[0] if zones else tz),
        "state": _state(row.status),
        "counts": _counts(row),
        "aside": _aside(row, names),
        "patients": [_patient(row, patient, shown, names, open_=open_) for patient in patients],
        "unplaced": [_unplaced(each, shown[each.visit], names) for each in row.proposal.unplaced],
        "open": open_,
        "waiting": ngettext("Accept %(num)s visit", "Accept all %(num)s visits", len(waiting))
        if open_ and waiting
        else "",
    }


def _aside(row: RepairRow, names: Names) -> str:
    """What no letter says of a handover: letters name nobody who treats."""
    if row.trouble.what is not Kind.HANDOVER:
        return ""
    says = gettext(
        "Patients get their new times by letter, not the name of who treats them: tell them of %(name)s. Until a "
        "course is read it waits on the day and the worklist of who takes over.",
        name=names.get(row.trouble.to, ""),
    )
    return str(says)


def _patient(row: RepairRow, patient: str, shown: Mapping[str, Shown], names: Names, *, open_: bool) -> dict[str, Any]:
    moves = [move for move in row.proposal.moves if move.patient == patient]
    who, fates = shown[moves[0].visit], {move.fate for move in moves}
    return {
        "id": patient,
        "name": who.name,
        "born": words.short_date(who.born_on),
        "moves": [_move(move, shown[move.visit], names) for move in moves],
        "accepts": open_ and Fate.OPEN in fates,
        "leaves": open_ and Fate.OPEN in fates,
        "returns": open_ and fates == {Fate.LEFT_OUT},
    }


def _move(move: Moving, visit: Shown, names: Names) -> dict[str, Any]:
    tz = zone(visit.tz)
    moved = words.local(move.was.starts, tz).date() != words.local(move.to.starts, tz).date()
    return {
        "visit": move.visit,
        "was": _said(move.was, visit, names),
        "to": _said(move.to, visit, names),
        "other_day": moved,
        "pencilled": visit.status == "pencilled",
        "fate": _fate(move),
        "good": move.fate is Fate.APPLIED,
    }


def _fate(move: Moving) -> str:
    if move.fate is Fate.OPEN:
        return sentence(move.why, gettext=gettext) if move.why else ""
    said = {
        Fate.APPLIED: gettext("Moved"),
        Fate.LEFT_OUT: gettext("Left out"),
        Fate.STALE: gettext("Changed by somebody meanwhile: enter the trouble anew."),
    }
    return str(said[move.fate])


def _said(where: Where, visit: Shown, names: Names) -> dict[str, str]:
    local = words.local(where.starts, zone(visit.tz))
    people = [names[each] for each in (where.therapist, where.room) if each in names]
    return {"when": f"{words.day(local.date())}, {local:%H:%M}", "who": ", ".join(people)}


def _unplaced(each: Unplaced, visit: Shown, names: Names) -> dict[str, Any]:
    tz = zone(visit.tz)
    helps = []
    for one in each.helps:
        local = words.local(one.starts, tz)
        said = sentence(one.code, {"days": one.days}, gettext)
        helps.append(f"{said} ({words.day(local.date())}, {local:%H:%M})")
    return {
        "visit": each.visit,
        "name": visit.name,
        "born": words.short_date(visit.born_on),
        "was": _said(each.was, visit, names),
        "why": words.in_words(each.code, each.params),
        "helps": helps,
    }


def progress(told: Mapping[str, Any]) -> dict[str, Any]:
    """How near the best so far is to what nothing can be cheaper than; in per cent, with the seconds."""
    best, bound, seconds = (told.get(name, 0) for name in ("best", "bound", "seconds"))
    return {
        "percent": round(100 * bound / best) if best else 0,
        "said": " ".join(filter(None, [_searched(round(seconds)), spared(best, bound)]))
        if told
        else gettext("The search begins in a moment."),
    }


def _searched(seconds: int) -> str:
    return str(ngettext("Searched for %(num)s second.", "Searched for %(num)s seconds.", seconds))
