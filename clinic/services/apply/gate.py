"""The safety gate: every visit that changes is judged against the world as it will be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from clinic.db.unit import Unit
from clinic.domain.care.findings import COURSE, STANDING, Finding, Level, enforce
from clinic.domain.visits.changes import Book, Change, Move, Turn
from clinic.domain.visits.visit import Stretch
from clinic.services.apply.readiness import unready
from clinic.services.apply.world import changed_by, world_of


@dataclass(frozen=True, slots=True)
class Overridden:
    """A finding that a reason set aside, and the index of the change it spoke against; `plan` is the one that was there
    before."""

    change: int
    finding: Finding
    plan: int | None

    @property
    def answers(self) -> int:
        """The version of what the finding rests on."""
        return self.finding.basis


@dataclass(frozen=True, slots=True)
class Passed:
    """What the reason set aside, and which rules warned, each once a patient."""

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
    """What the rules say to one change of a patient's."""

    change: int
    patient_id: int
    plan: int | None
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
            yield _Judged(subject.change or 0, patient_id, plan, findings)


def _begun(unit: Unit, changes: Sequence[Change]) -> Iterator[_Judged]:
    """Each change that starts needling."""
    for index, change in enumerate(changes):
        if isinstance(change, Turn) and change.starts_needling:
            yield _Judged(index, change.visit.patient_id, change.visit.plan_id, unready(unit, change.visit))


def foretell(unit: Unit, changes: Sequence[Change]) -> dict[int, list[Finding]]:
    """What the rules would say, were all of this done, by the index of the change; nothing is enforced."""
    return {each.change: each.findings for each in _judged(unit, changes)}


def pass_gate(unit: Unit, changes: Sequence[Change], *, reason: str) -> Passed:
    """What the reason sets aside; what rests on a patient's standing answers once for all of the changes, what rests on
    how a course went once for the course.

    Raises Refused for what blocks, or for what would need a reason.
    """
    aside: list[Overridden] = []
    warned: dict[tuple[int, int], int] = {}
    known: set[tuple[int, int, int | None]] = set()
    for each in (*_judged(unit, changes), *_begun(unit, changes)):
        warned |= {(each.patient_id, one.rule): one.rule for one in each.findings if one.level is Level.WARN}
        for one in enforce(each.findings, reason=reason):
            once = (each.patient_id, one.rule, each.plan if one.rule in COURSE else None)
            if once not in known:
                aside.append(Overridden(each.change, one, each.plan))
            if one.rule in STANDING | COURSE:
                known.add(once)
    return Passed(tuple(aside), tuple(warned.values()))
