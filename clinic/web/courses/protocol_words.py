"""Protocols in words: what a field is called, what its value says, what is otherwise in another version."""

from collections.abc import Iterable, Mapping
from typing import Final

from flask_babel import gettext, lazy_gettext, ngettext

from clinic.content.labels import label
from clinic.domain.courses.component import Component
from clinic.domain.courses.protocol import Anchor, Phase, Reassess, Reassessing, When
from clinic.domain.courses.protocol_changes import Difference
from clinic.domain.practice.evidence import Evidence

NAMES: Final[Mapping[str, object]] = {
    "title": lazy_gettext("Title"),
    "summary": lazy_gettext("In one sentence"),
    "anchor": lazy_gettext("Gaps are counted from"),
    "cap": lazy_gettext("Needling sessions before a review"),
    "reassess": lazy_gettext("Reassessment"),
    "stop_rule": lazy_gettext("Stop rule"),
    "regions": lazy_gettext("Usual regions"),
    "team": lazy_gettext("Only for the team"),
    "override_reason": lazy_gettext("Choosing it takes a reason"),
    "notes": lazy_gettext("To know"),
    "phase": lazy_gettext("Phase"),
    "phases": lazy_gettext("Phases"),
    "name": lazy_gettext("Name"),
    "sessions": lazy_gettext("Sessions"),
    "gap_min": lazy_gettext("Smallest gap, days"),
    "gap_ideal": lazy_gettext("Ideal gap, days"),
    "gap_max": lazy_gettext("Largest gap, days"),
    "floor": lazy_gettext("Least between needlings of one region, hours"),
    "floor_hours": lazy_gettext("Least between needlings of one region, hours"),
    "when": lazy_gettext("Given"),
    "components": lazy_gettext("In each visit"),
    "minutes": lazy_gettext("Minutes"),
    "modality": lazy_gettext("What is done"),
    "capability": lazy_gettext("What the room must offer"),
    "setup_minutes": lazy_gettext("Set-up, minutes"),
    "cleanup_minutes": lazy_gettext("Clean-up, minutes"),
    "wait_minutes": lazy_gettext("Longest wait before it, minutes"),
    "apart": lazy_gettext("With somebody else, in another room"),
    "remote": lazy_gettext("By phone or video"),
    "muscles": lazy_gettext("Muscle groups that are loaded"),
    "skill": lazy_gettext("Skill"),
    "kind": lazy_gettext("When"),
    "n": lazy_gettext("Number"),
    "why": lazy_gettext("Why"),
}


def name(field: str) -> str:
    """What a field is called; one in a list by its last part."""
    return str(NAMES.get(field, field))


def anchor(value: str) -> str:
    """What gaps are counted from."""
    if value == Anchor.NEEDLING.value:
        return str(gettext("the needling before, of the same region"))
    return str(gettext("the visit before"))


def when(value: str) -> str:
    """Whether a phase is given without being released."""
    if value == When.RELEASED.value:
        return str(gettext("only when somebody releases it"))
    return str(gettext("always"))


def held(name: str) -> str:
    """When a phase is given that waits for a decision about the phase of that name."""
    return str(gettext("once phase %(name)s is released or left out", name=name))


def reassessing(value: str) -> str:
    """A kind of reassessment, its number left out."""
    names = {
        Reassessing.AFTER.value: gettext("after visit number"),
        Reassessing.WEEK.value: gettext("in week number"),
        Reassessing.MONTH.value: gettext("months after the end"),
        Reassessing.EACH_VISIT.value: gettext("at each visit"),
    }
    return str(names[value])


def point(one: Reassess) -> str:
    """When one reassessment is due."""
    if one.kind is Reassessing.EACH_VISIT:
        return str(
            gettext("at each visit of phase %(name)s", name=one.phase) if one.phase else gettext("at each visit")
        )
    if one.kind is Reassessing.AFTER:
        return str(gettext("after visit %(number)s", number=one.n))
    if one.kind is Reassessing.WEEK:
        return str(gettext("in week %(number)s", number=one.n))
    return str(ngettext("%(num)s month after the end", "%(num)s months after the end", one.n))


def component(one: Component) -> str:
    """Dry needling 15 min."""
    return str(gettext("%(what)s %(minutes)s min", what=gettext(label(one.modality)), minutes=one.minutes))


def phase(one: Phase) -> str:
    """A phase in one line."""
    return f"{visits(one.sessions)}; {', '.join(map(component, one.components))}"


def said(value: object) -> str:
    """Any value of a protocol, as people read it; a dash for nothing."""
    match value:
        case Anchor():
            return anchor(value)
        case When():
            return when(value)
        case Phase():
            return phase(value)
        case Component():
            return component(value)
        case Reassess():
            return point(value)
        case tuple():
            return ", ".join(said(each) for each in value) or "–"
        case None | "":
            return "–"
    return str(gettext(label(str(value))))


def change(one: Difference) -> str:
    """What is otherwise, as a sentence."""
    if one.field == "phase":
        added = gettext("Phase %(name)s is new: %(what)s", name=one.phase, what=said(one.after))
        return str(gettext("Phase %(name)s is gone", name=one.phase) if one.after is None else added)
    what = gettext("Phase %(name)s, %(field)s", name=one.phase, field=name(one.field)) if one.phase else name(one.field)
    return str(
        gettext("%(what)s: %(after)s instead of %(before)s", what=what, after=said(one.after), before=said(one.before))
    )


def changes(found: Iterable[Difference]) -> list[str]:
    """Each as a sentence."""
    return [change(one) for one in found]


def bare(source: str) -> str:
    """A source without the word that its ground says beside it."""
    return source.removeprefix("Configurable default: ")


def sources(evidence: Iterable[Evidence]) -> dict[str, dict[str, str]]:
    """By field: the source, and how far to trust it: its letter and its word."""
    return {
        field: {"letter": one.confidence.value, "kind": gettext(label(one.confidence)), "source": bare(one.source)}
        for one in evidence
        for field in one.of
    }


def visits(number: int) -> str:
    """So many of them."""
    return str(ngettext("%(num)s visit", "%(num)s visits", number))
