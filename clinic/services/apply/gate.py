"""The safety gate: every visit that changes is judged against the world as it will be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from clinic.db.unit import Unit
from clinic.domain.care.findings import STANDING, Finding, Level, enforce
from clinic.domain.visits.changes import Book, Change, Move, Turn
from clinic.domain.visits.visit import Stretch
from clinic.services.apply.cared import cared, unready
from clinic.services.apply.world import changed_by, world_of


@dataclass(frozen=True, slots=True)
class Overridden:
    """A finding that a reason set aside, and the index of the change it spoke against; `answers` is the version of the
    screening that stood, `plan` the one that was there before."""

    change: int
    finding: Finding
    answers: int
    plan: int | None


@dataclass(frozen=True, slots=True)
class Passed:
    """What the reason set aside, and which rules warned."""

    set_aside: tuple[Overridden, ...]
    warned: tuple[int, ...]


def foresee(unit: Unit, change: Book | Move, elsewhere: Sequence[tuple[Stretch, ...]]) -> list[tuple[Finding, ...]]:
    """What the rules would say to the change with each of these stretches instead of its own; nothing is enforced."""
    (subject,) = changed_by([change])
    moved = tuple(replace(subject, stretches=stretches) for stretches in elsewhere)
    world = world_of(unit, subject.patient_id, [change], moved)
    others = world.subjects[len(moved) :]
    return [tuple(replace(world, subjects=(one, *others)).findings(one)) for one in moved]


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the rules say to one change, and which answers of which patient stood."""

    change: int
    patient_id: int
    plan: int | None
    answers: int
    findings: list[Finding]


def _judged(unit: Unit, changes: Sequence[Change]) -> Iterator[_Judged]:
    """Each change that makes a visit what it will be."""
    changed = tuple(changed_by(changes))
    for patient_id in dict.fromkeys(subject.patient_id for subject in changed):
        own = tuple(subject for subject in changed if subject.patient_id == patient_id)
        world = world_of(unit, patient_id, changes, own)
        for subject in own:
            findings = list(world.findings(subject))
            plan = world.plan(subject)
            yield _Judged(subject.change or 0, patient_id, plan, world.cared.version, findings)


def _begun(unit: Unit, changes: Sequence[Change]) -> Iterator[_Judged]:
    """Each change that starts needling."""
    for index, change in enumerate(changes):
        if isinstance(change, Turn) and change.starts_needling:
            patient_id = change.visit.patient_id
            version = cared(unit, patient_id).version
            yield _Judged(index, patient_id, change.visit.plan_id, version, unready(unit, change.visit))


def foretell(unit: Unit, changes: Sequence[Change]) -> dict[int, list[Finding]]:
    """What the rules would say, were all of this done, by the index of the change; nothing is enforced."""
    return {each.change: each.findings for each in _judged(unit, changes)}


def pass_gate(unit: Unit, changes: Sequence[Change], *, reason: str) -> Passed:
    """What the reason sets aside; what rests on a patient's standing answers once for all of the changes.

    Raises Refused for what blocks, or for what would need a reason.
    """
    aside: list[Overridden] = []
    warned: list[int] = []
    known: set[tuple[int, int]] = set()
    for each in (*_judged(unit, changes), *_begun(unit, changes)):
        warned += [one.rule for one in each.findings if one.level is Level.WARN]
        for one in enforce(each.findings, reason=reason):
            if (each.patient_id, one.rule) not in known:
                aside.append(Overridden(each.change, one, each.answers, each.plan))
            if one.rule in STANDING:
                known.add((each.patient_id, one.rule))
    return Passed(tuple(aside), tuple(warned))
