"""The phases of a course that wait for a decision, and those that were released, as its page shows them."""

from collections.abc import Collection, Sequence

from flask import url_for
from flask_babel import gettext, ngettext

from clinic.db.courses.reads import PlanRow
from clinic.db.courses.releases import Release
from clinic.domain.courses.protocol import Phase
from clinic.domain.courses.release import waiting
from clinic.domain.time import zone
from clinic.services.courses.releasing import OPEN
from clinic.web import words
from clinic.web.courses import protocol_words
from clinic.web.gate import actor


def sentences(plan: PlanRow, placed: Collection[str | None]) -> list[str]:
    """The phases that are not placed."""
    return [
        gettext(
            "Phase %(name)s, %(when)s: %(visits)s",
            name=phase.name,
            when=protocol_words.when(phase.when),
            visits=_visits(phase),
        )
        for phase in waiting(plan.protocol, placed)
    ]


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
    return [(phase.name, _offered(phase)) for phase in waiting(plan.protocol, placed)] if plan.status in OPEN else []


def _offered(phase: Phase) -> str:
    return str(
        gettext(
            "%(name)s: %(visits)s, %(least)s to %(most)s days apart",
            name=phase.name,
            visits=_visits(phase),
            least=phase.gap_min,
            most=phase.gap_max,
        )
    )


def _visits(phase: Phase) -> str:
    return str(ngettext("%(num)s visit", "%(num)s visits", phase.sessions))
