"""Writing plans, phases, sessions and components. Only `services.apply` comes here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, insert, or_, select, update

from clinic.db.courses.releases import held_up
from clinic.db.tables.courses import component, plan, plan_phase, plan_session, plan_target, session_gap
from clinic.db.tables.plans import plan_exercise, plan_expectation, plan_intake, plan_offer, plan_payer
from clinic.db.tables.visits import appointment
from clinic.domain.courses.component import Component
from clinic.domain.courses.cover import Covered
from clinic.domain.courses.home import Prescribed, Told
from clinic.domain.courses.intake import NOTHING, Intake
from clinic.domain.courses.offer import Offer, Outcome
from clinic.domain.courses.outline import PlannedSession
from clinic.domain.courses.plan import NewPlan
from clinic.domain.courses.protocol import Phase, When
from clinic.domain.courses.protocol_document import as_dict
from clinic.domain.courses.release import Released
from clinic.domain.errors import Stale
from clinic.domain.visits.changes import Settled


def add(connection: Connection, new: NewPlan, public_id: str, now: datetime, *, offered: bool = False) -> int:
    """Insert a plan, active or offered, with its targets; its key."""
    row = {
        "public_id": public_id,
        "patient_id": new.patient_id,
        "location_id": new.location_id,
        "lead_staff_id": new.lead_staff_id,
        "protocol_key": new.protocol.key,
        "protocol_revision": new.protocol.version,
        "protocol": as_dict(new.protocol),
        "title": new.protocol.title,
        "status": "offered" if offered else "active",
        "goals": new.goals,
        "preferences": dict(new.preferences),
        "earliest_on": new.earliest_on,
        "start_within_days": new.start_within_days,
        "latest_on": new.latest_on,
        "authorised_visits": new.authorised_visits,
        "authorised_until": new.authorised_until,
        "cap": new.protocol.cap,
        "created_at": now,
    }
    plan_id = connection.execute(insert(plan).returning(plan.c.id), row).scalar_one()
    if new.targets:
        rows = [
            {"plan_id": plan_id, "region": one.region.value, "side": one.side.value, "muscle": one.muscle}
            for one in new.targets
        ]
        connection.execute(insert(plan_target), rows)
    if new.intake != NOTHING:
        connection.execute(insert(plan_intake), {"plan_id": plan_id, **_intake(new.intake)})
    return int(plan_id)


def _intake(told: Intake) -> dict[str, Any]:
    factors = [each.value for each in told.factors]
    plain = {name: getattr(told, name) for name in ("complaint", "severity", "duration", "health")}
    return plain | {"factors": factors}


def add_sessions(connection: Connection, plan_id: int, new: NewPlan, public_ids: list[str]) -> dict[int, int]:
    """Insert the plan's phases, sessions and components; each session's key by its ordinal.

    `public_ids` has one for every session.
    """
    phases = [_phase(plan_id, n, phase, new) for n, phase in enumerate(new.protocol.phases)]
    statement = insert(plan_phase).returning(plan_phase.c.id, sort_by_parameter_order=True)
    phase_ids = dict(
        zip((phase.name for phase in new.protocol.phases), connection.execute(statement, phases).scalars(), strict=True)
    )
    return _sessions(connection, plan_id, phase_ids, new.sessions, public_ids)


def _sessions(
    connection: Connection,
    plan_id: int,
    phase_ids: Mapping[str, int],
    sessions: Sequence[PlannedSession],
    public_ids: Sequence[str],
) -> dict[int, int]:
    rows = [
        {
            "public_id": public_id,
            "plan_id": plan_id,
            "phase_id": phase_ids[session.phase.name],
            "ordinal": session.ordinal,
            "kind": "treatment",
            "reassess": session.reassess,
        }
        for session, public_id in zip(sessions, public_ids, strict=True)
    ]
    added = insert(plan_session).returning(plan_session.c.id, sort_by_parameter_order=True)
    keys = list(connection.execute(added, rows).scalars())
    parts = [
        _component(key, n, part)
        for key, session in zip(keys, sessions, strict=True)
        for n, part in enumerate(session.phase.visit)
    ]
    connection.execute(insert(component), parts)
    return {session.ordinal: key for session, key in zip(sessions, keys, strict=True)}


def add_reviews(connection: Connection, plan_id: int, new: NewPlan, public_ids: list[str]) -> None:
    """Insert the plan's dated reviews after its sessions; `public_ids` has one for each."""
    rows = [
        {
            "public_id": public_id,
            "plan_id": plan_id,
            "phase_id": None,
            "ordinal": len(new.sessions) + n,
            "kind": "review",
            "offset_days": review.offset_days,
            "reassess": True,
        }
        for n, (review, public_id) in enumerate(zip(new.reviews, public_ids, strict=True), start=1)
    ]
    if rows:
        connection.execute(insert(plan_session), rows)


def _phase(plan_id: int, ordinal: int, phase: Phase, new: NewPlan) -> dict[str, Any]:
    return {
        "plan_id": plan_id,
        "ordinal": ordinal,
        "name": phase.name,
        "gap_min": phase.gap_min,
        "gap_ideal": phase.gap_ideal,
        "gap_max": phase.gap_max,
        "floor_hours": phase.floor_hours,
        "anchor": new.protocol.anchor.value,
        "release": "always" if phase.when is When.ALWAYS else "released",
    }


def _component(session_id: int, ordinal: int, part: Component) -> dict[str, Any]:
    return {
        "session_id": session_id,
        "ordinal": ordinal,
        "modality": part.modality.value,
        "minutes": part.minutes,
        "skill": part.skill,
        "capability": part.capability,
        "setup_minutes": part.setup_minutes,
        "cleanup_minutes": part.cleanup_minutes,
        "wait_minutes": part.wait_minutes,
        "apart": part.apart,
        "remote": part.remote,
        "muscles": list(part.muscles),
    }


def touch(connection: Connection, plan_id: int, seen: int) -> None:
    """Raise the plan's version, when it is still `seen`. Raises Stale."""
    changed = connection.execute(
        update(plan).where(plan.c.id == plan_id, plan.c.version == seen).values(version=seen + 1)
    )
    if changed.rowcount != 1:
        current = connection.execute(select(plan.c.version).where(plan.c.id == plan_id)).scalar_one()
        raise Stale("plan", seen=seen, current=current)


def lead(connection: Connection, plan_id: int, staff_id: int, preferences: Mapping[str, object]) -> None:
    """The plan's lead therapist, and what its patient wishes for, from now on."""
    values = {"lead_staff_id": staff_id, "preferences": dict(preferences)}
    connection.execute(update(plan).where(plan.c.id == plan_id).values(values))


def reassessed(connection: Connection, session_id: int, outcome: str, now: datetime) -> None:
    """Keep that a session's reassessment is done, and what it decided."""
    connection.execute(
        update(plan_session).where(plan_session.c.id == session_id).values(reassessed_at=now, outcome=outcome)
    )


def widen(connection: Connection, session_id: int, days: int, reason: str, actor: str, now: datetime) -> bool:
    """Keep how many days a session keeps from the visit before it; what was asked for earlier is replaced. Whether
    nothing was. The caller holds the patient."""
    first = not narrow(connection, session_id)
    row = {"session_id": session_id, "days": days, "reason": reason, "actor": actor, "at": now}
    connection.execute(insert(session_gap), row)
    return first


def narrow(connection: Connection, session_id: int) -> bool:
    """Nobody asks for a longer gap before the session; whether somebody did."""
    return connection.execute(delete(session_gap).where(session_gap.c.session_id == session_id)).rowcount > 0


def offer(connection: Connection, plan_id: int, new: Offer, actor: str, now: datetime) -> None:
    """Keep until when the plan's visits are held."""
    row = {"plan_id": plan_id, "booked_through": new.booked_through, "hold_until": new.hold_until}
    connection.execute(insert(plan_offer), row | {"offered_at": now, "offered_by": actor, "outcome": "open"})


def settle(connection: Connection, change: Settled, actor: str, now: datetime) -> None:
    """What came of the offer; the plan begins, or ends here."""
    values = {"outcome": change.outcome.value, "settled_at": now, "settled_by": actor}
    told = {"accepted_by": change.accepted_by, "how": "" if change.how is None else change.how.value}
    connection.execute(update(plan_offer).where(plan_offer.c.plan_id == change.plan_id).values(values | told))
    status = "active" if change.outcome is Outcome.ACCEPTED else "stopped"
    connection.execute(update(plan).where(plan.c.id == change.plan_id).values(status=status))


def prescribe(connection: Connection, change: Prescribed) -> None:
    """The plan's home programme, in place of the one before."""
    connection.execute(delete(plan_exercise).where(plan_exercise.c.plan_id == change.plan_id))
    rows = [{"plan_id": change.plan_id, "ordinal": n, **asdict(each)} for n, each in enumerate(change.exercises)]
    if rows:
        connection.execute(insert(plan_exercise), rows)


def cover(connection: Connection, change: Covered) -> None:
    """Who pays for the plan, and what was authorised, in place of what was known."""
    known = change.cover
    values = {"authorised_visits": known.visits, "authorised_until": known.until}
    connection.execute(update(plan).where(plan.c.id == change.plan_id).values(values))
    connection.execute(delete(plan_payer).where(plan_payer.c.plan_id == change.plan_id))
    if known.payer:
        row = {"plan_id": change.plan_id, "payer": known.payer, "number": known.number}
        connection.execute(insert(plan_payer), row)


def told(connection: Connection, change: Told, actor: str, now: datetime) -> None:
    """Keep what was said, and who acknowledged it."""
    row = {"plan_id": change.plan_id, "text_version": change.text_version, "said": change.said}
    more = {"acknowledged_by": change.acknowledged_by, "actor": actor, "at": now}
    connection.execute(insert(plan_expectation), row | more)


def release(connection: Connection, change: Released, public_ids: Sequence[str], actor: str, now: datetime) -> None:
    """Phases that waited have sessions from now on, one for each of `public_ids`; the dated reviews come behind them,
    and a plan that was complete is under way again. The caller raised the plan's version."""
    own = and_(plan_phase.c.plan_id == change.plan_id, plan_phase.c.name.in_(change.phases))
    told = {"released_at": now, "released_by": actor, "released_why": change.reason}
    columns = (plan_phase.c.name, plan_phase.c.id)
    found = connection.execute(update(plan_phase).where(own).values(told).returning(*columns)).all()
    _reviews_behind(connection, change)
    _sessions(connection, change.plan_id, {row.name: row.id for row in found}, change.sessions, public_ids)
    complete_ = and_(plan.c.id == change.plan_id, plan.c.status == "completed")
    connection.execute(update(plan).where(complete_).values(status="active"))


def _reviews_behind(connection: Connection, change: Released) -> None:
    """One by one from the last, so that no two are the same in between; what is done stays on its day."""
    own = and_(plan_session.c.plan_id == change.plan_id, plan_session.c.kind == "review")
    query = select(plan_session.c.id, plan_session.c.offset_days, plan_session.c.reassessed_at).where(own)
    found = connection.execute(query.order_by(plan_session.c.ordinal)).all()
    last = change.sessions[-1].ordinal
    reviews = list(enumerate(zip(found, change.offsets, strict=True), start=last + 1))
    for ordinal, (row, offset) in reversed(reviews):
        days = offset if row.reassessed_at is None else row.offset_days
        values = {"ordinal": ordinal, "offset_days": days}
        connection.execute(update(plan_session).where(plan_session.c.id == row.id).values(values))


def stop(connection: Connection, plan_id: int) -> None:
    """The plan ends here."""
    connection.execute(update(plan).where(plan.c.id == plan_id).values(status="stopped"))


def resume(connection: Connection, plan_id: int) -> None:
    """The plan that was complete is not: a visit of it is not over yet."""
    complete_ = plan.c.status == "completed"
    values = {"status": "active", "version": plan.c.version + 1}
    connection.execute(update(plan).where(plan.c.id == plan_id, complete_).values(values))


def complete(connection: Connection, plan_ids: Collection[int]) -> None:
    """Those active plans are completed whose every session took place and whose every reassessment is done, where no
    phase is held up."""
    if not plan_ids:
        return
    own = plan_session.c.plan_id == plan.c.id
    took_place = exists().where(appointment.c.session_id == plan_session.c.id, appointment.c.status == "done")
    still_open = exists().where(
        own,
        or_(
            and_(plan_session.c.kind == "treatment", ~took_place.correlate(plan_session)),
            and_(plan_session.c.reassess, plan_session.c.reassessed_at.is_(None)),
        ),
    )
    connection.execute(
        update(plan)
        .where(plan.c.id.in_(sorted(plan_ids)), plan.c.status == "active", ~still_open.correlate(plan), ~held_up())
        .values(status="completed", version=plan.c.version + 1)
    )
