"""The phases of a course that wait for a decision, and those that were released, as its page shows them."""

from collections.abc import Collection, Sequence

from flask import url_for
from flask_babel import gettext

from clinic.db.courses.reads import PlanRow
from clinic.db.courses.releases import Release
from clinic.domain.courses.outline import held_up
from clinic.domain.courses.protocol import Phase, Protocol
from clinic.domain.courses.release import led, waiting
from clinic.domain.time import zone
from clinic.services.courses.releasing import OPEN
from clinic.web import words
from clinic.web.courses import protocol_words
from clinic.web.gate import actor


def sentences(protocol: Protocol, placed: Collection[str | None]) -> list[str]:
    """The phases that are not placed, and what each waits for."""
    return [
        gettext(
            "Phase %(name)s, %(when)s: %(visits)s",
            name=phase.name,
            when=when(protocol, placed, phase),
            visits=protocol_words.visits(phase.sessions),
        )
        for phase in waiting(protocol, placed)
    ]


def when(protocol: Protocol, placed: Collection[str | None], phase: Phase) -> str:
    """What a phase without visits waits for."""
    holder = held_up(protocol, {name for name in placed if name}).get(phase.name)
    if holder is None:
        return protocol_words.when(phase.when)
    return protocol_words.held(holder)


def told(plan: PlanRow, found: Sequence[Release]) -> list[str]:
    """What was released, why, by whom and when."""
    tz = zone(plan.tz)
    return [
        gettext(
            "Phase %(name)s: %(why)s (%(who)s, %(when)s)",
            name=each.name,
            why=each.why,
            who=each.who,
            when=words.short_date(each.at.astimezone(tz).date()),
        )
        for each in found
    ]


def href(plan: PlanRow, placed: Collection[str | None]) -> str | None:
    """Where one of them is released; None where none waits, or for whoever may not."""
    if not offered(plan, placed) or not actor().may("reassessment.mark"):
        return None
    return url_for("releasing.page", public_id=plan.public_id)


def offered(plan: PlanRow, placed: Collection[str | None]) -> list[tuple[str, str]]:
    """(name, what it is) of those that can be released."""
    if plan.status not in OPEN:
        return []
    rest = waiting(plan.protocol, placed)
    return [(phase.name, _offered(phase, led(plan.protocol, placed, phase)[1:])) for phase in rest]


def _offered(phase: Phase, then: Sequence[Phase]) -> str:
    own = gettext(
        "%(name)s: %(visits)s, %(least)s to %(most)s days apart",
        name=phase.name,
        visits=protocol_words.visits(phase.sessions),
        least=phase.gap_min,
        most=phase.gap_max,
    )
    names = ", ".join(each.name for each in then)
    return str(gettext("%(phase)s; then %(names)s", phase=own, names=names) if then else own)
