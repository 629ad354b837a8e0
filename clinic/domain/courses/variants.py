"""Variants of a protocol that a plan can ask for: each gives an edited copy."""

from dataclasses import replace
from typing import Final

from clinic.domain.courses.component import Component
from clinic.domain.courses.protocol import Phase, Protocol
from clinic.domain.practice.modality import Modality

GYM: Final = "gym"
WAIT_MINUTES: Final = 10
"""How long a patient may wait between the treatment room and the gym: a configurable default."""


def exercised_apart(protocol: Protocol) -> Protocol:
    """The protocol with the exercises that follow on treatment in a gym room, by whoever is free; what is treated after
    them begins a stretch of its own again."""
    return replace(protocol, phases=tuple(map(_phase, protocol.phases)))


def _phase(phase: Phase) -> Phase:
    components: list[Component] = []
    treated = gone = False
    for each in phase.components:
        if _trains(each) and treated:
            components.append(_in_gym(each, begins=not gone))
            gone = True
        elif _treats(each):
            components.append(_apart(each) if gone else each)
            treated, gone = True, False
        else:
            components.append(each)
    return replace(phase, components=tuple(components))


def _trains(component: Component) -> bool:
    return component.modality is Modality.EXERCISE and not component.remote


def _treats(component: Component) -> bool:
    return component.modality.needles or component.modality is Modality.MANUAL_THERAPY


def _in_gym(component: Component, *, begins: bool) -> Component:
    there = replace(component, capability=GYM)
    return _apart(there) if begins else there


def _apart(component: Component) -> Component:
    return component if component.apart else replace(component, apart=True, wait_minutes=WAIT_MINUTES)
