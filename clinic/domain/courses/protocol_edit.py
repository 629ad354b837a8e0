"""Editing a protocol: what a practice leaves as it shipped keeps its source, what it changes rests on the practice."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import count
from typing import Final
from unicodedata import normalize

from clinic.domain.courses.component import Component
from clinic.domain.courses.protocol import PHASE_NUMBERS, PROTOCOL_NUMBERS, Anchor, Phase, Protocol
from clinic.domain.practice.evidence import Confidence, Evidence
from clinic.domain.practice.modality import Modality

PRACTICE: Final = "Practice default, no evidence: set by the practice."
"""The source of a number that the practice set."""
LONGEST_KEY: Final = 56
NO_KEYS: Final = frozenset({"new"})


def key_of(title: str, taken: Collection[str]) -> str:
    """A key that reads like the title, with a number behind it where another protocol has it."""
    plain = normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-0123456789")[:LONGEST_KEY].strip("-") or "protocol"
    found = (words if number == 1 else f"{words}-{number}" for number in count(1))
    return next(key for key in found if key not in taken and key not in NO_KEYS)


def blank(key: str, title: str) -> Protocol:
    """A protocol to begin with: a phase of three weekly visits of exercise; every number rests on the practice."""
    phase = Phase("A", 3, 5, 7, 10, (Component(Modality.EXERCISE, 30),))
    return sourced(Protocol(key, 1, title, "", (phase,), Anchor.SESSION, 6), None)


def _phase_numbers(phase: Phase) -> Mapping[str, object]:
    """What of a phase has a source, by name; hours between two needlings as they count."""
    plain = PHASE_NUMBERS - {"minutes", "floor_hours"}
    minutes = tuple((component.modality, component.minutes) for component in phase.components)
    return {name: getattr(phase, name) for name in plain} | {"minutes": minutes, "floor_hours": phase.floor}


def _protocol_numbers(protocol: Protocol) -> Mapping[str, object]:
    """What of the whole has a source, by name."""
    return {name: getattr(protocol, name) for name in PROTOCOL_NUMBERS}


def sourced(edited: Protocol, shipped: Protocol | None) -> Protocol:
    """The protocol with the shipped sources of all that is as it shipped; every other number rests on the practice.

    Phases are told by their names; without a shipped protocol everything rests on the practice.
    """
    phases = {} if shipped is None else {phase.name: phase for phase in shipped.phases}
    whole = {} if shipped is None else _protocol_numbers(shipped)
    return replace(
        edited,
        phases=tuple(_phase(phase, phases.get(phase.name)) for phase in edited.phases),
        evidence=_evidence(_protocol_numbers(edited), whole, () if shipped is None else shipped.evidence),
    )


def _phase(edited: Phase, shipped: Phase | None) -> Phase:
    if shipped is None:
        return replace(edited, evidence=_evidence(_phase_numbers(edited), {}, ()))
    return replace(edited, evidence=_evidence(_phase_numbers(edited), _phase_numbers(shipped), shipped.evidence))


def _evidence(
    edited: Mapping[str, object], shipped: Mapping[str, object], sources: tuple[Evidence, ...]
) -> tuple[Evidence, ...]:
    """The sources that still hold, and the practice as that of what is otherwise; of what is empty there is none."""
    changed = tuple(sorted(name for name in edited if name not in shipped or edited[name] != shipped[name]))
    kept = [replace(each, of=of) for each in sources if (of := tuple(name for name in each.of if name not in changed))]
    own = tuple(name for name in changed if edited[name] or name in shipped)
    return (*kept, Evidence(own, PRACTICE, Confidence.DEFAULT)) if own else tuple(kept)
