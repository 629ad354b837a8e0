"""What of a protocol is cut to one patient's measure, in the form of a new course: a field for each phase of it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from clinic.domain.courses.outline import given
from clinic.domain.courses.protocol import Phase, Protocol
from clinic.domain.courses.release import waiting
from clinic.domain.courses.tailoring import Measure
from clinic.web.courses import protocol_words, released

FIELDS: Final = ("sessions.", "gap.", "mix.", "part.")
"""How the fields begin; the protocol's key follows, so that another protocol is not cut to its measure."""
MOST_SESSIONS: Final = 60
MOST_DAYS: Final = 365


def read(form: "MultiDict[str, str]", key: str) -> dict[str, str]:
    """What was entered for the protocol with that key."""
    starts = tuple(f"{each}{key}." for each in FIELDS)
    return {name: value for name, value in form.items() if name.startswith(starts)}


def measures(entered: Mapping[str, str], protocol: Protocol) -> dict[str, Measure]:
    """By phase; what is no number, or beyond its limits, is left as the protocol says."""
    found = {}
    for at, phase in enumerate(protocol.phases):
        place = f"{protocol.key}.{at}"
        parts = range(len(phase.components)) if f"mix.{place}" in entered else ()
        without = frozenset(one for one in parts if f"part.{place}.{one}" not in entered)
        sessions = _number(entered.get(f"sessions.{place}", ""), MOST_SESSIONS)
        found[phase.name] = Measure(sessions, _number(entered.get(f"gap.{place}", ""), MOST_DAYS), without)
    return found


def _number(value: str, most: int) -> int | None:
    good = value.isascii() and value.isdigit() and len(value) < 4 and 1 <= int(value) <= most
    return int(value) if good else None


def view(protocol: Protocol, cut: Protocol) -> list[dict[str, Any]]:
    """A row for each phase: its numbers as they are now, and which components it has."""
    pairs, placed = zip(protocol.phases, cut.phases, strict=True), {phase.name for phase in given(protocol)}
    waits = {one.name: released.when(protocol, placed, one) for one in waiting(protocol, placed)}
    return [_phase(f"{protocol.key}.{at}", phase, now, waits) for at, (phase, now) in enumerate(pairs)]


def _phase(place: str, phase: Phase, now: Phase, waits: Mapping[str, str]) -> dict[str, Any]:
    return {
        "title": gettext("Phase %(name)s", name=phase.name),
        "when": waits.get(phase.name, ""),
        "place": place,
        "sessions": now.sessions,
        "gap": now.gap_ideal,
        "parts": list(_parts(phase, now)),
        "was": gettext(
            "Protocol: %(sessions)s, %(gap)s days between them", sessions=phase.sessions, gap=phase.gap_ideal
        )
        if (phase.sessions, phase.gap_ideal) != (now.sessions, now.gap_ideal)
        else "",
    }


def _parts(phase: Phase, now: Phase) -> Iterator[tuple[int, str, bool]]:
    left = [(each.modality, each.minutes) for each in now.components]
    for at, each in enumerate(phase.components):
        kept = (each.modality, each.minutes) in left
        if kept:
            left.remove((each.modality, each.minutes))
        yield at, protocol_words.component(each), kept
