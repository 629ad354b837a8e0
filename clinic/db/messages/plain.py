"""What letters without a calendar part are made of: summaries of several visits, notices, answers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Connection, exists, func, select

from clinic.db.messages.seals import SILENT
from clinic.db.tables.messages import feed, obligation, seal
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import location, practice, resource
from clinic.db.tables.visits import appointment, segment
from clinic.db.targets import targets_from
from clinic.db.types import stored
from clinic.db.visits.freed import Shown, shown
from clinic.domain.messages.reach import Reach, reach
from clinic.domain.practice.body import Region
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.visit import SHOWN, Status


@dataclass(frozen=True, slots=True)
class About:
    """A visit that a plain letter tells of; ticks."""

    id: int
    status: Status
    starts: int
    ends: int
    tz: str
    place: str
    phone: str
    emergency_number: str
    modalities: tuple[Modality, ...]
    regions: frozenset[Region]


@dataclass(frozen=True, slots=True)
class Matter:
    """Everything that a plain letter is made of: equal matters make the same letter but for stamp and links.

    `detail` is what was kept when it was owed; `visits` are those that it names, by key; `offer` is the one that it is
    about; at tick `others_end` the last of the patient's other visits is over.
    """

    id: int
    public_id: str
    kind: str
    uid: str
    patient_id: int
    appointment_id: int | None
    detail: Mapping[str, Any]
    reach: Reach
    language: str
    own_tz: str | None
    disclosure: int
    show_address: bool
    aftercare: bool
    silent: bool
    subscribed: bool
    neutral_name: str
    sender: str
    visits: Mapping[int, About]
    others_end: int | None
    resources: tuple[int, ...]
    offer: Shown | None = None


SUBSCRIBED: Final = exists(
    select(feed.c.id).where(
        feed.c.patient_id == patient.c.id, feed.c.relative_id.is_(None), feed.c.revoked_at.is_(None)
    )
)
"""Whether the patient has a calendar of his own that is open."""

_MATTER = (
    select(
        obligation.c.id,
        obligation.c.public_id,
        obligation.c.kind,
        obligation.c.uid,
        obligation.c.patient_id,
        obligation.c.appointment_id,
        obligation.c.detail,
        patient.c.email,
        patient.c.email_state,
        patient.c.phone,
        patient.c.channel,
        patient.c.invites,
        patient.c.language,
        patient.c.tz.label("own_tz"),
        patient.c.disclosure,
        patient.c.show_address,
        patient.c.aftercare,
        SILENT.label("silent"),
        SUBSCRIBED.label("subscribed"),
        practice.c.neutral_name,
        practice.c.sender,
    )
    .join(patient, patient.c.id == obligation.c.patient_id)
    .join(practice, practice.c.id == 1)
    .where(obligation.c.state == "owed", practice.c.outbox_paused.is_(False))
)


def matter(connection: Connection, obligation_id: int) -> Matter | None:
    """What a plain letter that is owed is made of; None when it no longer is, or the outbox is paused."""
    row = connection.execute(_MATTER.where(obligation.c.id == obligation_id)).mappings().one_or_none()
    if row is None:
        return None
    given = dict(row)
    contact = {name: given.pop(name) for name in ("email", "email_state", "phone")}
    found = reach(given.pop("channel"), given.pop("invites"), **contact)
    about = row["detail"].get("offer")
    named = _named(row)
    held = select(resource.c.id).where(resource.c.kind == "patient", resource.c.owner_id == row["patient_id"])
    return Matter(
        **given,
        reach=found,
        visits=_about(connection, named),
        others_end=_others_end(connection, row["patient_id"], named),
        resources=tuple(connection.execute(held.order_by(resource.c.id)).scalars()),
        offer=None if about is None else shown(connection, about),
    )


def _named(row: Mapping[Any, Any]) -> set[int]:
    """The visits that a letter is about."""
    detail = row["detail"]
    named = {int(visit) for visit in detail.get("visits", ())} | {item["visit"] for item in detail.get("items", ())}
    return named | ({row["appointment_id"]} if row["appointment_id"] else set())


def _others_end(connection: Connection, patient_id: int, named: Collection[int]) -> int | None:
    query = select(func.max(appointment.c.ends_tick)).where(
        appointment.c.patient_id == patient_id,
        appointment.c.id.not_in(sorted(named)),
        appointment.c.status.in_(stored(SHOWN)),
    )
    found: int | None = connection.execute(query).scalar()
    return found


def _about(connection: Connection, ids: Collection[int]) -> dict[int, About]:
    if not ids:
        return {}
    query = (
        select(
            appointment.c.id,
            appointment.c.status,
            appointment.c.starts_tick.label("starts"),
            appointment.c.ends_tick.label("ends"),
            appointment.c.tz,
            appointment.c.targets,
            location.c.address.label("place"),
            location.c.phone,
            location.c.emergency_number,
            segment.c.modalities,
        )
        .join(location, location.c.id == appointment.c.location_id)
        .join(segment, segment.c.appointment_id == appointment.c.id)
        .where(appointment.c.id.in_(sorted(ids)))
        .order_by(appointment.c.id, segment.c.ordinal)
    )
    rows = connection.execute(query).mappings().all()
    return {id_: _visit(list(group)) for id_, group in groupby(rows, key=itemgetter("id"))}


def _visit(rows: list[Any]) -> About:
    head = rows[0]
    copied = ("id", "starts", "ends", "tz", "place", "phone", "emergency_number")
    return About(
        **{name: head[name] for name in copied},
        status=Status(head["status"]),
        modalities=tuple(dict.fromkeys(Modality(name) for row in rows for name in row["modalities"])),
        regions=frozenset(target.region for target in targets_from(head["targets"])),
    )


def stamped(connection: Connection, uid: str) -> datetime | None:
    """The last stamp under this UID."""
    found: datetime | None = connection.execute(select(func.max(seal.c.stamped_at)).where(seal.c.uid == uid)).scalar()
    return found
