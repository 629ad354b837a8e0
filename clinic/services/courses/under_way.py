"""A course as it stands: its sessions in order, the visits they have and those they had."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from clinic.db.courses import reads
from clinic.db.courses.limits import Limits, limits
from clinic.db.courses.reads import PlanRow, SessionRow
from clinic.db.unit import Unit
from clinic.db.visits.under_way import visits
from clinic.domain.courses.outline import PlannedSession
from clinic.domain.courses.sequence import Treatment, alternated, loaded
from clinic.domain.practice.body import Target
from clinic.domain.time import instant_of, local_date, zone
from clinic.domain.visits.visit import GONE, MISSED, MOVABLE, Status, Visit


@dataclass(frozen=True, slots=True)
class Session:
    """A session that treats. `visit` is the one that it has, `lost` the last that was cancelled or missed where it has
    none; `asked_days`: so many at least from the visit before, where somebody asked for that."""

    id: int
    public_id: str
    planned: PlannedSession
    targets: tuple[Target, ...]
    visit: Visit | None
    lost: Visit | None
    asked_days: int | None = None

    @property
    def ordinal(self) -> int:
        """Its number in the course."""
        return self.planned.ordinal

    @property
    def treatment(self) -> Treatment:
        """What it does to the body."""
        return Treatment(self.planned.phase.needles, self.targets, loaded(self.planned.phase))


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A plan with its limits, its sessions in order, and its dated reviews."""

    row: PlanRow
    limits: Limits
    sessions: tuple[Session, ...]
    rows: tuple[SessionRow, ...]

    def on(self, visit: Visit) -> date:
        """The day of a visit at the course's location."""
        return local_date(instant_of(visit.starts), zone(self.row.tz))

    def versions(self) -> dict[str, int]:
        """Of every visit that can still change, by public id."""
        live = (one.visit for one in self.sessions if one.visit is not None and one.visit.status in MOVABLE)
        return {visit.public_id: visit.version for visit in live}

    def status(self, session: Session, on: date) -> Status:
        """How a new visit of a session begins on that day: pencilled behind a reassessment that is not done."""
        treatments = [row for row in self.rows if row.kind == "treatment"]
        held_in = [row.ordinal for row in treatments if row.reassess and row.reassessed_at is None]
        if session.ordinal > min(held_in, default=session.ordinal):
            return Status.PENCILLED
        days = [self.on(one.visit) for one in self.sessions if one.visit is not None]
        waits = [row.offset_days for row in self.rows if row.kind == "review" and row.reassessed_at is None]
        since = (on - min([*days, on])).days
        return Status.PENCILLED if any(since > (wait or 0) for wait in waits) else Status.BOOKED


def under_way(unit: Unit, plan: str) -> UnderWay:
    """The plan with that public id. Raises NotFound."""
    row = reads.plan_row(unit.connection, plan)
    rows = reads.sessions(unit.connection, row.id)
    found = visits(unit.connection, row.id)
    live = {visit.session_id: visit for visit in found if visit.status not in GONE}
    lost = {visit.session_id: visit for visit in sorted(found, key=lambda each: each.id) if visit.status in MISSED}
    treatments = [each for each in rows if each.kind == "treatment"]
    planned = [_planned(row, each) for each in treatments]
    targets = _targets(row, planned, live, [each.id for each in treatments])
    sessions = tuple(
        Session(
            each.id,
            each.public_id,
            one,
            where,
            live.get(each.id),
            None if each.id in live else lost.get(each.id),
            each.asked_days,
        )
        for each, one, where in zip(treatments, planned, targets, strict=True)
    )
    return UnderWay(row, limits(unit.connection, row.id), sessions, rows)


def _planned(row: PlanRow, session: SessionRow) -> PlannedSession:
    phase = next(phase for phase in row.protocol.phases if phase.name == session.phase)
    return PlannedSession(session.ordinal, phase, session.reassess)


def _targets(
    row: PlanRow, planned: Sequence[PlannedSession], live: Mapping[int | None, Visit], keys: Sequence[int]
) -> list[tuple[Target, ...]]:
    """What each session needles: what its visit says, else all of the plan's, or the side whose turn it is where the
    visits show that they take turns."""
    usual = (row.targets,) * len(planned)
    own = [live[key].targets if key in live else None for key in keys]
    turns = any(where not in (None, (), row.targets) for where in own)
    found = alternated(row.targets, len(planned)) if turns else usual
    return [where if known is None else known for where, known in zip(found, own, strict=True)]
