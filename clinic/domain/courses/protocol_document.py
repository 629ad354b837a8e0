"""Protocols as plain data: the one shape of shipped files, of a practice's own and of a plan's edited copy."""

from dataclasses import asdict, replace
from enum import StrEnum
from typing import Any, TypeVar

from clinic.domain.courses.component import Component
from clinic.domain.courses.outline import ideal_gap
from clinic.domain.courses.protocol import Anchor, Phase, Protocol, Reassess, Reassessing, When
from clinic.domain.errors import Invalid
from clinic.domain.fields import Fields
from clinic.domain.limits import SHORT, text, whole
from clinic.domain.practice.body import region_named
from clinic.domain.practice.evidence import evidence_from
from clinic.domain.practice.modality import modality_named

Choice = TypeVar("Choice", bound=StrEnum)


def as_dict(protocol: Protocol) -> dict[str, Any]:
    """Plain values that JSON keeps as they are; `from_dict` reads them back to an equal protocol."""
    document: dict[str, Any] = _plain(asdict(protocol))
    return document


def from_dict(document: object) -> Protocol:
    """Read a protocol, strictly: unknown fields, missing ones and numbers beyond their limits raise Invalid.

    A component without `skill` takes its modality's; a phase without `gap_ideal` says in how many `weeks` its sessions
    fall.
    """
    fields = Fields(document)
    protocol = Protocol(
        key=fields.take("key"),
        version=fields.take("version"),
        title=fields.take("title"),
        summary=fields.take("summary", ""),
        phases=fields.each("phases", _phase),
        anchor=_choice(Anchor, fields.take("anchor"), "anchor"),
        cap=fields.take("cap"),
        reassess=fields.each("reassess", _reassess, ()),
        stop_rule=fields.take("stop_rule", ""),
        regions=fields.each("regions", lambda name: region_named(name, ""), ()),
        team=fields.take("team", ""),
        override_reason=fields.take("override_reason", ""),
        notes=fields.take("notes", ""),
        evidence=fields.each("evidence", evidence_from, ()),
    )
    fields.finish()
    return protocol


def _phase(document: object) -> Phase:
    fields = Fields(document)
    name, count = fields.take("name"), fields.take("sessions")
    low, high = fields.take("gap_min"), fields.take("gap_max")
    ideal, weeks = fields.take("gap_ideal", None), fields.take("weeks", None)
    if (ideal is None) is (weeks is None):
        raise Invalid("gap_ideal_or_weeks", field="gap_ideal")
    phase = Phase(
        name=name,
        sessions=count,
        gap_min=low,
        gap_ideal=low if ideal is None else ideal,
        gap_max=high,
        components=fields.each("components", _component),
        floor_hours=fields.take("floor_hours", None),
        when=_choice(When, fields.take("when", When.ALWAYS), "when"),
        evidence=fields.each("evidence", evidence_from, ()),
    )
    fields.finish()
    if weeks is None:
        return phase
    return replace(phase, gap_ideal=ideal_gap(count, whole("weeks", weeks, 1, 104), low, high))


def _component(document: object) -> Component:
    fields = Fields(document)
    modality = modality_named(fields.take("modality"))
    component = Component(
        modality=modality,
        minutes=fields.take("minutes"),
        skill=fields.take("skill", modality.skill),
        capability=fields.take("capability", ""),
        setup_minutes=fields.take("setup_minutes", 0),
        cleanup_minutes=fields.take("cleanup_minutes", 0),
        apart=fields.take("apart", False),
        wait_minutes=fields.take("wait_minutes", 0),
        remote=fields.take("remote", False),
        muscles=fields.each("muscles", lambda name: text("", name, SHORT), ()),
    )
    fields.finish()
    return component


def _reassess(document: object) -> Reassess:
    fields = Fields(document)
    point = Reassess(
        kind=_choice(Reassessing, fields.take("kind"), "kind"), n=fields.take("n", 0), phase=fields.take("phase", "")
    )
    fields.finish()
    return point


def _choice(kind: type[Choice], name: object, field: str) -> Choice:
    try:
        return kind(str(name))
    except ValueError as error:
        raise Invalid("unknown_choice", field=field, name=str(name), choices=", ".join(kind)) from error


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return value.value if isinstance(value, StrEnum) else value
