"""A protocol as its page and its form show it: every number with what it rests on, and with what shipped."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from flask import url_for
from flask_babel import gettext, ngettext

from clinic.db.courses.protocols import Revision
from clinic.domain.courses.outline import held_up, sessions
from clinic.domain.courses.protocol import Phase, Protocol
from clinic.domain.courses.protocol_edit import PRACTICE
from clinic.domain.time import zone
from clinic.services.courses.protocols import SHIPPED, Template
from clinic.web import words
from clinic.web.courses import protocol_words as say
from clinic.web.courses.protocol_form import Raw
from clinic.web.frame import practice

WHOLE: Final = ("anchor", "cap", "reassess", "stop_rule", "regions", "team", "override_reason")
OF_PHASE: Final = ("sessions", "gap_min", "gap_ideal", "gap_max", "floor_hours", "when")


def line(found: Template) -> dict[str, Any]:
    """A line of the list."""
    protocol = found.protocol
    return {
        "title": protocol.title,
        "href": url_for("protocols.shown", key=protocol.key),
        "summary": protocol.summary,
        "visits": ngettext("%(num)s visit", "%(num)s visits", len(sessions(protocol))),
        "state": _state(found),
        "retired": found.retired,
    }


def _state(found: Template) -> str:
    number = found.protocol.version
    if found.own:
        return str(gettext("the practice’s version %(number)s", number=number))
    return str(gettext("as it ships, version %(number)s", number=number))


def page(found: Template) -> dict[str, Any]:
    """What `courses/protocol.html` shows of the protocol itself."""
    protocol, shipped = found.protocol, found.shipped
    holders = held_up(protocol)
    return {
        "title": protocol.title,
        "summary": protocol.summary,
        "notes": protocol.notes,
        "state": _state(found),
        "retired": found.retired,
        "newer": found.own and shipped is not None and shipped.version > protocol.version,
        "facts": _facts(protocol, shipped, WHOLE),
        "phases": [_phase(phase, _same(phase, shipped), holders.get(phase.name, "")) for phase in protocol.phases],
    }


def _same(phase: Phase, shipped: Protocol | None) -> Phase | None:
    return None if shipped is None else next((each for each in shipped.phases if each.name == phase.name), None)


def _phase(phase: Phase, shipped: Phase | None, holder: str) -> dict[str, Any]:
    """`holder`: the phase whose release it waits for, or ""."""
    facts = [*_facts(phase, shipped, OF_PHASE), _minutes(phase, shipped)]
    if holder:
        facts = [one | {"value": say.held(holder)} if one["name"] == say.name("when") else one for one in facts]
    title = gettext("Phase %(name)s: %(number)s", name=phase.name, number=say.visits(phase.sessions))
    return {"title": title, "released": phase.when == "released", "facts": facts}


def _minutes(phase: Phase, shipped: Phase | None) -> dict[str, Any]:
    before = None if shipped is None else shipped.components
    return _fact("components", phase.components, before, say.sources(phase.evidence).get("minutes"))


def _facts(of: Protocol | Phase, shipped: Protocol | Phase | None, fields: tuple[str, ...]) -> list[dict[str, Any]]:
    known = say.sources(of.evidence)
    return [
        _fact(field, _value(of, field), None if shipped is None else _value(shipped, field), known.get(field))
        for field in fields
        if _value(of, field) or (shipped is not None and _value(shipped, field))
    ]


def _value(of: Protocol | Phase, field: str) -> object:
    if isinstance(of, Phase) and field == "floor_hours":
        return of.floor if of.needles else ""
    return getattr(of, field)


def _fact(field: str, value: object, shipped: object, source: Mapping[str, str] | None) -> dict[str, Any]:
    other = shipped is not None and shipped != value
    return {
        "name": say.name(field),
        "value": say.said(value),
        "shipped": gettext("shipped: %(value)s", value=say.said(shipped)) if other else "",
        "source": gettext("set by the practice, no evidence") if _own(source) else (source or {}).get("source", ""),
        "kind": "" if source is None else source["kind"],
        "letter": "" if source is None else source["letter"],
        "own": _own(source),
    }


def _own(source: Mapping[str, str] | None) -> bool:
    return source is not None and source["source"] == PRACTICE


def names(found: Template, kept: Sequence[Revision]) -> list[tuple[str, str]]:
    """Every version that can be looked at, newest first, and what it is called; what ships last."""
    numbered = [(str(each.revision), gettext("version %(number)s", number=each.revision)) for each in kept]
    own = [
        pair for pair, each in zip(numbered, kept, strict=True) if not (each.shipped and each.protocol == found.shipped)
    ]
    if found.shipped is None:
        return own
    return [*own, (SHIPPED, gettext("as it ships, version %(number)s", number=found.shipped.version))]


def versions(found: Template, kept: Sequence[Revision]) -> list[dict[str, Any]]:
    """What was kept, newest first: who kept it, when, why, and what it changed."""
    own = [each for each in kept if not each.shipped]
    return [
        {
            "number": gettext("Version %(number)s", number=each.revision),
            "when": _moment(each.revised_at),
            "who": each.who,
            "why": each.why,
            "href": url_for("protocols.compared", key=found.protocol.key, before=before, after=each.revision),
        }
        for each, before in zip(own, [*(str(one.revision) for one in own[1:]), _first(found)], strict=False)
    ]


def _moment(at: datetime | None) -> str:
    """By the clock on the practice's wall."""
    if at is None:
        return ""
    local = at.astimezone(zone(practice().tz))
    return f"{words.short_date(local.date())}, {local:%H:%M}"


def _first(found: Template) -> str:
    """What the first version of the practice is compared with."""
    return SHIPPED if found.shipped else str(found.protocol.version)


def hints(protocol: Protocol, shipped: Protocol | None, raw: Raw) -> dict[str, str]:
    """Beside each field of the form what its number rests on, and what shipped."""
    found = _hints(protocol, shipped, (*WHOLE, "regions"), "")
    for at, row in enumerate(raw["phases"]):
        phase = next((each for each in protocol.phases if each.name == row["name"]), None)
        if phase is not None:
            found |= _hints(phase, _same(phase, shipped), OF_PHASE, f"phases.{at}.")
            minutes = _minutes(phase, _same(phase, shipped))
            found[f"phases.{at}.components"] = _hint(minutes)
    return found


def _hints(
    of: Protocol | Phase, shipped: Protocol | Phase | None, fields: tuple[str, ...], under: str
) -> dict[str, str]:
    known = say.sources(of.evidence)
    return {
        f"{under}{field}": _hint(
            _fact(field, _value(of, field), None if shipped is None else _value(shipped, field), known.get(field))
        )
        for field in fields
    }


def _hint(fact: Mapping[str, Any]) -> str:
    source = f"{fact['kind']}: {fact['source']}" if fact["source"] else ""
    return " · ".join(part for part in (fact["shipped"], source) if part)
