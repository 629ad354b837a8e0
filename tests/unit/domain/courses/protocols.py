"""Protocols to test with: a small one, any part of which a test may change."""

from dataclasses import replace

from clinic.domain.courses.component import Component
from clinic.domain.courses.protocol import Anchor, Phase, Protocol, Reassess, Reassessing, When
from clinic.domain.practice.evidence import Confidence, Evidence
from clinic.domain.practice.modality import Modality

NEEDLING = Component(Modality.DRY_NEEDLING, 15, skill="dry-needling", capability="treatment", cleanup_minutes=5)
EXERCISE = Component(Modality.EXERCISE, 20, skill="exercise", setup_minutes=10)
GUESS = Evidence(("gap_min", "gap_max"), "Configurable default", Confidence.DEFAULT)


def phase(name="A", sessions=3, gaps=(5, 7, 10), **changes):
    low, ideal, high = gaps
    values = {"components": (NEEDLING, EXERCISE), "evidence": (GUESS,)}
    return Phase(name, sessions, low, ideal, high, **(values | changes))


def protocol(**changes):
    first, second = phase(), phase("B", 2, when=When.RELEASED)
    plain = Protocol(
        key="neck",
        version=1,
        title="Neck",
        summary="",
        phases=(first, second),
        anchor=Anchor.NEEDLING,
        cap=6,
        reassess=(Reassess(Reassessing.AFTER, 3), Reassess(Reassessing.WEEK, 6)),
    )
    return replace(plain, **changes)
