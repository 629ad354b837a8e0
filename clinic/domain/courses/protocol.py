"""Protocols: named, versioned templates of a course of treatment. A plan copies one and edits the copy."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from clinic.domain.courses.component import Component, Segment, segmented, wrapped
from clinic.domain.errors import Invalid
from clinic.domain.limits import LINE, PARAGRAPH, SHORT, text, whole
from clinic.domain.practice.body import Region
from clinic.domain.practice.evidence import Evidence, check_evidence
from clinic.domain.practice.modality import Modality

MOST_SESSIONS = 200
DEFAULT_FLOOR_HOURS = 72
PHASE_NUMBERS: Final = frozenset({"sessions", "gap_min", "gap_ideal", "gap_max", "floor_hours", "minutes"})
PROTOCOL_NUMBERS: Final = frozenset({"cap", "reassess", "stop_rule", "regions", "override_reason", "team"})


class When(StrEnum):
    """Whether a phase is placed with the course, or only after somebody released it."""

    ALWAYS = "always"
    RELEASED = "released"


class Anchor(StrEnum):
    """What a gap is counted from."""

    SESSION = "previous-session"
    NEEDLING = "previous-needling"


class Reassessing(StrEnum):
    """When a reassessment is due."""

    AFTER = "after"
    WEEK = "week"
    MONTH = "month"
    EACH_VISIT = "each-visit"


REASSESS_LIMIT: Final = {
    Reassessing.AFTER: MOST_SESSIONS,
    Reassessing.WEEK: 104,
    Reassessing.MONTH: 24,
    Reassessing.EACH_VISIT: 0,
}


@dataclass(frozen=True, slots=True)
class Reassess:
    """`after` session n, in week n, at month n, or at each visit (n is 0; `phase` may limit it to one phase)."""

    kind: Reassessing
    n: int = 0
    phase: str = ""

    def __post_init__(self) -> None:
        high = REASSESS_LIMIT[self.kind]
        whole("n", self.n, min(1, high), high)
        text("phase", self.phase, SHORT)
        if self.phase and self.kind is not Reassessing.EACH_VISIT:
            raise Invalid("reassess_phase_misplaced", field="phase")


@dataclass(frozen=True, slots=True)
class Phase:
    """So many sessions of one kind. Gaps are calendar days, 1 to 365, min <= ideal <= max.

    `floor_hours` (24 to 336) holds between two needlings of one region, from start to start; None is the default of 72.
    """

    name: str
    sessions: int
    gap_min: int
    gap_ideal: int
    gap_max: int
    components: tuple[Component, ...]
    floor_hours: int | None = None
    when: When = When.ALWAYS
    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        text("name", self.name, SHORT, required=True)
        whole("sessions", self.sessions, 1, 60)
        whole("gap_min", self.gap_min, 1, 365)
        whole("gap_max", self.gap_max, 1, 365)
        if self.gap_min > self.gap_max:
            raise Invalid("gaps_reversed", field="gap_max", low=self.gap_min, high=self.gap_max)
        whole("gap_ideal", self.gap_ideal, self.gap_min, self.gap_max)
        whole("components", len(self.components), 1, 12)
        if self.components[0].apart:
            raise Invalid("first_component_apart", field="components.0.apart")
        segmented(self.components)
        if self.floor_hours is not None:
            whole("floor_hours", self.floor_hours, 24, 336)
        check_evidence(self.evidence, PHASE_NUMBERS)

    @property
    def needles(self) -> bool:
        """Whether its visits need a needle: then floors, caps and the safety rules apply."""
        return any(component.modality.needles for component in self.components)

    @property
    def floor(self) -> int:
        """Hours between two needlings of one region that need no reason."""
        return DEFAULT_FLOOR_HOURS if self.floor_hours is None else self.floor_hours

    @property
    def visit(self) -> tuple[Component, ...]:
        """What a visit consists of, with the check before needling and the advice after it."""
        return wrapped(self.components)

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The visit in parts that another person and another room may serve."""
        return segmented(self.visit)

    @property
    def modalities(self) -> tuple[Modality, ...]:
        """What is done, in order, each once."""
        return tuple(dict.fromkeys(component.modality for component in self.visit))


@dataclass(frozen=True, slots=True)
class Protocol:
    """A course of treatment as it usually goes.

    `cap` is the number of needling sessions before a mandatory review. `regions` are the usual ones, a plan's first
    targets. `team` names the only team that may use it, `override_reason` says why choosing it takes a reason; both
    are empty where they do not apply.
    """

    key: str
    version: int
    title: str
    summary: str
    phases: tuple[Phase, ...]
    anchor: Anchor
    cap: int
    reassess: tuple[Reassess, ...] = ()
    stop_rule: str = ""
    regions: tuple[Region, ...] = ()
    team: str = ""
    override_reason: str = ""
    notes: str = ""
    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,63}", text("key", self.key, SHORT)):
            raise Invalid("key_malformed", field="key", name=self.key)
        whole("version", self.version, 1, 1_000_000)
        text("title", self.title, LINE, required=True)
        text("team", self.team, SHORT)
        for name in ("summary", "stop_rule", "override_reason", "notes"):
            text(name, getattr(self, name), PARAGRAPH)
        whole("phases", len(self.phases), 1, 12)
        whole("cap", self.cap, 1, 60)
        check_evidence(self.evidence, PROTOCOL_NUMBERS)
        self._check_course()

    def _check_course(self) -> None:
        names = [phase.name for phase in self.phases]
        if len(set(names)) < len(names):
            raise Invalid("phase_name_repeated", field="phases")
        sessions = sum(phase.sessions for phase in self.phases)
        whole("phases", sessions, 1, MOST_SESSIONS)
        for point in self.reassess:
            if point.kind is Reassessing.AFTER and point.n > sessions:
                raise Invalid("reassess_beyond_course", field="reassess", n=point.n, sessions=sessions)
            if point.phase and point.phase not in names:
                raise Invalid("unknown_phase", field="reassess", name=point.phase)
